package collectors

import (
	"fmt"
	"time"

	"github.com/openstack-eris/eris/inventory"
)

// insideSlowest is how long a program may take that is run where a service runs, until
// it is given up: five seconds, and the time of a container's engine.
const insideSlowest = 9 * time.Second

// engines is a function for the setup of a loop: eris_engine prints the words that run a
// program in a container, or false where no engine here has one of that name. They bound
// the engine; whoever uses them bounds the program by bounded, so that none that hangs is
// left behind in the container.
const engines = `
eris_engine() {
for eris_each in docker podman; do
if timeout 4 $eris_each container inspect "$1" >/dev/null 2>&1; then
echo "timeout 8 $eris_each exec $1"
return
fi
done
echo false
}
`

// bounded are the words before a program that is ended when it takes too long.
const bounded = "timeout -k 1 5"

// inside is how a loop runs programs where a service runs: in its container, where it
// has one, as those of Kolla have, or else on the node. The shell's variable of that name
// has the words to put before a program; while there is no container, one that fails and
// says nothing. setup is for the loop's, after engines; look begins each sweep, and asks
// again as long as there is no container.
func inside(variable string, service *inventory.Service) (setup, look string) {
	if service.Runtime.Kind != inventory.Container {
		return variable + "=\n", ""
	}
	return variable + "=false\n", fmt.Sprintf("[ \"$%[1]s\" != false ] || %[1]s=$(eris_engine %[2]s)\n", variable, inventory.Quote(service.Runtime.Name))
}

// classified is a case for $code.$told of a program that was run so: read is for what it
// says where it succeeds, down are the patterns, with a | after each, of an answer
// that who is asked is not there.
func classified(program, read, down string) string {
	return fmt.Sprintf(`
case $code.$told in
0.*)
%s ;;
127.* | *"executable file not found"*) line="failed %s or timeout is not installed" ;;
%s 1. | 124.* | 137.* | *"is not running"* | *"container state improper"* | *"o such container"* | *"is paused"* | *"is restarting"*) line=down ;;
*) line="failed $(printf '%%s\n' "$told" | grep . | tail -n 1 | cut -c 1-300)" ;;
esac`, read, program, down)
}
