package power_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/power"
	"github.com/openstack-eris/eris/testenv/executable"
)

// recorded is a virsh that answers for each domain as libvirt 9.0 has.
const recorded = `#!/bin/sh
[ "$1 $2 $3" = "--quiet --connect test+unix:///x" ] && [ "$5" = --domain ] && [ "$LC_ALL" = C ] || { echo "error: $*" >&2; exit 9; }
case "$4 $6" in
"domstate up") echo running; echo ;;
"domstate down") echo 'shut off' ;;
"domstate paused") echo paused ;;
"domstate lost") printf 'error: failed to connect to the hypervisor\nerror: Failed to connect socket to /x: No such file or directory\n' >&2; exit 1 ;;
"destroy down") printf "error: Failed to destroy domain 'down'\nerror: Requested operation is not valid: domain is not running\n" >&2; exit 1 ;;
"destroy gone") echo "error: failed to get domain 'gone'" >&2; exit 1 ;;
"destroy hangs") exec sleep 60 ;;
"destroy up" | "start down" | "reset up") ;;
*) exit 8 ;;
esac
`

// TestWhatVirshSays cannot be parallel: it changes the PATH.
func TestWhatVirshSays(t *testing.T) {
	dir := t.TempDir()
	domain := func(name string) *inventory.Power {
		return &inventory.Power{Kind: inventory.Libvirt, URL: "test+unix:///x", Machine: name}
	}
	path := os.Getenv("PATH")
	t.Setenv("PATH", dir)
	_, err := power.Open(domain("up"), nil)
	require.ErrorContains(t, err, "open power at test+unix:///x domain up: this machine has no virsh (Debian: libvirt-clients)")
	executable.Write(t, filepath.Join(dir, "virsh"), recorded)
	t.Setenv("PATH", dir+":"+path)

	require.Equal(t, power.On, reads(t, open(t, domain("up"))))
	require.Equal(t, power.Off, reads(t, open(t, domain("down"))))
	for name, want := range map[string]string{"paused": "it is paused", "lost": "failed to connect to the hypervisor error: Failed to connect socket"} {
		state, err := open(t, domain(name)).Status(t.Context())
		require.Equal(t, power.Unknown, state)
		require.ErrorContains(t, err, "read power at test+unix:///x domain "+name+": ")
		require.ErrorContains(t, err, want)
	}
	require.NoError(t, open(t, domain("up")).Do(t.Context(), power.TurnOff))
	require.NoError(t, open(t, domain("up")).Do(t.Context(), power.Reset))
	require.NoError(t, open(t, domain("down")).Do(t.Context(), power.TurnOn))
	require.ErrorContains(t, open(t, domain("up")).Do(t.Context(), power.Cycle), "no such action")
	err = open(t, domain("gone")).Do(t.Context(), power.TurnOff)
	require.ErrorContains(t, err, "failed to get domain 'gone'")
	require.NotErrorIs(t, err, power.ErrUnknown, "there is nothing that could have happened")
	require.ErrorIs(t, open(t, domain("down")).Do(t.Context(), power.TurnOff), power.ErrUnknown)
	short, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err = open(t, domain("hangs")).Do(short, power.TurnOff)
	require.ErrorIs(t, err, power.ErrUnknown)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// Who gives a node its power back may live longer than the login of a person. What
// virsh can only do with that login's agent or terminal it cannot do in preflight.
func TestVirshHasNothingOfALogin(t *testing.T) {
	dir := t.TempDir()
	seen := filepath.Join(dir, "seen")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "virsh"), []byte(`#!/bin/sh
{ env | sed "s,=.*,=,"; echo "SESSION $(cut -d ' ' -f 6 "/proc/$$/stat") OF $$"; } >'`+seen+`'
echo running
`), 0o700))
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	dropped := []string{"SSH_AUTH_SOCK", "SSH_AGENT_PID", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", "DISPLAY", "WAYLAND_DISPLAY"}
	for _, name := range append(dropped, "DISPLAYED") {
		t.Setenv(name, "/tmp/forwarded")
	}
	require.Equal(t, power.On, reads(t, open(t, &inventory.Power{Kind: inventory.Libvirt, URL: "qemu+ssh://root@metal-1/system", Machine: "up"})))
	text, err := os.ReadFile(seen)
	require.NoError(t, err)
	for _, name := range dropped {
		require.NotContains(t, "\n"+string(text), "\n"+name+"=")
	}
	require.Contains(t, string(text), "\nDISPLAYED=", "the rest it has")
	said := regexp.MustCompile(`SESSION (\d+) OF (\d+)`).FindStringSubmatch(string(text))
	require.Len(t, said, 3, string(text))
	require.Equal(t, said[2], said[1], "its session is its own, so it has no terminal")
}
