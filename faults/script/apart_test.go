package script_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/script"
)

// What the note of a sleeper says while nobody has written it is no process, and no
// reason for a shell to end: whoever asks undoes the fault then.
func TestNoProcessHasNoNumber(t *testing.T) {
	guard, _, found := strings.Cut(script.Guard(), "\ncase $verb in")
	require.True(t, found)
	said, err := exec.CommandContext(t.Context(), "sh", "-c", guard+`
for pid in '' x 0; do
	if process "$pid"; then echo "$pid is one"; else echo none; fi
done
process $$ && echo "one since $born"`, "guard.sh", "none", "7f3c0a1e-nobody-1-1").CombinedOutput()
	require.NoError(t, err, "%s", said)
	require.Regexp(t, `^none\nnone\nnone\none since [1-9][0-9]*\n$`, string(said))
}

func TestWhatIsNoShMayGoBySystemd(t *testing.T) {
	require.Empty(t, script.Systemd("true"))
	require.Equal(t, "systemctl", script.Systemd("systemctl stop x"))
	require.Contains(t, script.Systemd("a=(1 2); systemctl stop x"), "no sh of POSIX")
}
