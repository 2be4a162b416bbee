package captures

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/openstack-eris/eris/inventory"
)

// Profile samples where the threads of services are: whether they run, and what they wait for
// in the kernel. It reads /proc alone: nothing is installed, no process is stopped, traced or
// sent a signal. What a program itself does, such as which function of Python it is in, the
// kernel does not know.
//
// Source: https://man7.org/linux/man-pages/man5/proc_pid_stack.5.html
type Profile struct {
	Every time.Duration `yaml:"every" help:"from one sample to the next, 20ms to 10s"`
}

// NewProfile returns the defaults.
func NewProfile() *Profile { return &Profile{Every: 100 * time.Millisecond} }

// Validate tells what is wrong with the arguments.
func (p *Profile) Validate() error {
	if p.Every < 20*time.Millisecond || p.Every > 10*time.Second {
		return errors.New("every: " + p.Every.String() + " is not from 20ms to 10s")
	}
	return nil
}

// Form is of what flame graphs are made of, which is little.
func (*Profile) Form() Form {
	return Form{".folded", 4 << 20, MostBytes, []string{"systemctl", "grep"}}
}

// units are what runs the services that can be sampled.
func units(services []*inventory.Service) []string {
	var names []string
	for _, s := range services {
		if s.Runtime.Kind == inventory.Unit {
			names = append(names, inventory.Quote(s.Runtime.Name))
		}
	}
	return names
}

// Check tells of a node without a unit, or whose kernel does not show stacks.
func (*Profile) Check(services []*inventory.Service) string {
	if len(units(services)) == 0 {
		return `echo "none of its services is a unit of systemd"` + "\n"
	}
	return `command -v systemctl >/dev/null 2>&1 || echo "there is no systemctl"
cat /proc/self/stack >/dev/null 2>&1 || echo "its kernel shows no stacks: there is no /proc/PID/stack that can be read"
`
}

// sampleMost bounds a sample, and profileMost all of them, in bytes.
const (
	sampleMost  = 256 << 10
	profileMost = 32 << 20
)

// Script prints "#" behind each sample, "@UNIT" before each unit's part, and "/proc/…:LINE" of each
// line of the files stat and stack of all threads of its group of processes and of those below it. The last
// line of a unit's part is empty, or torn where that is over sampleMost. "." is behind all samples. Where
// the group is, systemd is asked once, and again every tenth sample while the unit is down. It ends with its
// session, since the shell itself prints: a program between would keep what it has until that is enough.
func (p *Profile) Script(services []*inventory.Service, w Window) string {
	var sweeps strings.Builder
	for i, unit := range units(services) {
		fmt.Fprintf(&sweeps, `if [ -z "$group%[1]d" ] && [ $((n %% 10)) -eq 1 ]; then
group%[1]d=$(systemctl show -p ControlGroup --value %[2]s 2>/dev/null)
fi
say '> @'%[2]s
[ -z "$group%[1]d" ] || say "$({ threads "$group%[1]d" | head -c %[3]d; echo; } | sed -e 's/^/> /')"
`, i, unit, sampleMost)
	}
	return quietly + fmt.Sprintf(`threads() {
for pid in $(cat /sys/fs/cgroup"$1"/cgroup.procs /sys/fs/cgroup"$1"/*/cgroup.procs /sys/fs/cgroup/systemd"$1"/cgroup.procs 2>/dev/null); do
set -- "$@" /proc/"$pid"/task/*/stat /proc/"$pid"/task/*/stack
done
shift
[ $# -eq 0 ] || grep -H -s -a . "$@"
}
say() {
room=$((room - ${#1} - 1))
if [ $room -lt 0 ]; then
echo end
exit 0
fi
printf '%%s\n' "$1" || exit 0
}
uptime() { read -r now rest </proc/uptime && now=${now%%%%.*}; }
uptime
end=$((now + %d)) n=0 room=%d
while [ $n -lt %d ] && [ "$now" -le $end ]; do
n=$((n + 1))
%ssay '> #'
sleep %.3f
uptime
done
echo '> .'
echo end
`, seconds(w.For), profileMost, max(w.For/p.Every, 1), sweeps.String(), p.Every.Seconds())
}

// Sift returns who counts the stacks.
func (*Profile) Sift(_ Window, file io.Writer) Sifter {
	return &folded{file: file, stacks: map[string]int64{}, places: map[string]*thread{}}
}
