package script_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/script"
)

// lossID is the id of the faults of these tests.
const lossID = "7f3c0a1e-loss-1-1"

// node is a folder that the guard takes for a node's /run/eris and /var/lib/eris.
// Whatever is done there adds a line to the file order.
type node struct {
	t   *testing.T
	dir string
}

// newNode has a fault in that state, on disk and in /run.
func newNode(t *testing.T, state string) *node {
	t.Helper()
	n := &node{t, t.TempDir()}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	require.NoError(t, err)
	at := strings.NewReplacer("/run/eris", n.dir+"/run", "/var/lib/eris", n.dir+"/lib")
	// The disk has a state when it is synced: what it had then is kept beside it.
	n.write("bin/sync", fmt.Sprintf("#!/bin/sh\necho \"sync $(cat %[1]s/lib/%[2]s/state)\" >>%[1]s/order\n", n.dir, lossID), 0o700)
	for _, place := range []string{"run/", "lib/"} {
		for name, text := range map[string]string{
			"guard.sh": at.Replace(script.Guard()), "state": state + "\n", "log": "1 1 armed engine\n", "args": "", "boot": string(boot),
			"lease": "5000\n", "lease-until": "99999999999\n", "controller": "\n",
			"inject.sh":  fmt.Sprintf("echo inject >>%s/order\n", n.dir),
			"observe.sh": fmt.Sprintf("echo observe >>%s/order; echo it is there\n", n.dir),
			"undo.sh":    fmt.Sprintf("echo \"undo touched=$ERIS_TOUCHED\" >>%s/order\n", n.dir),
		} {
			n.write(place+lossID+"/"+name, text, 0o600)
		}
	}
	return n
}

func (n *node) write(name, text string, mode os.FileMode) {
	n.t.Helper()
	file := filepath.Join(n.dir, name)
	require.NoError(n.t, os.MkdirAll(filepath.Dir(file), 0o700))
	writeProgram(n.t, file, text, mode)
}

// writeProgram lets nobody fork meanwhile: what a child has open for writing cannot be
// run as long as that has not come to its own program.
func writeProgram(t *testing.T, file, text string, mode os.FileMode) {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	require.NoError(t, os.WriteFile(file, []byte(text), mode))
}

func (n *node) read(name string) string {
	n.t.Helper()
	text, err := os.ReadFile(filepath.Join(n.dir, name))
	require.NoError(n.t, err)
	return string(text)
}

// events are those of a log, without their times.
func (n *node) events(log string) (events []string) {
	n.t.Helper()
	for line := range strings.Lines(n.read(log)) {
		fields := strings.Fields(line)
		events = append(events, fields[2]+" "+fields[3])
	}
	return events
}

// guard runs a verb of the guard, from where it is.
func (n *node) guard(from, verb string, args ...string) string {
	n.t.Helper()
	cmd := exec.CommandContext(n.t.Context(), "sh", append([]string{filepath.Join(n.dir, from, lossID, "guard.sh"), verb, lossID}, args...)...)
	cmd.Env = append(os.Environ(), "PATH="+n.dir+"/bin:"+os.Getenv("PATH"))
	said, err := cmd.CombinedOutput()
	require.NoError(n.t, err, "%s", said)
	return string(said)
}

// A disk may take long, so none is waited for between the trigger and the effect.
func TestNoDiskIsWaitedForBeforeTheEffect(t *testing.T) {
	t.Parallel()
	n := newNode(t, "armed")
	require.Contains(t, n.guard("run", "inject-locked"), "effect it is there")
	require.Equal(t, "inject\nobserve\nsync held\n", n.read("order"), "the disk is told once, when all is done")
	stamps := []string{"armed engine", "injecting engine", "injected engine", "held engine"}
	require.Equal(t, stamps, n.events("run/"+lossID+"/log"))
	require.Equal(t, stamps, n.events("lib/"+lossID+"/log"), "and has no less than /run")
}

func TestWhatWasArmedWhenThePowerWasLostCountsAsBegun(t *testing.T) {
	t.Parallel()
	for state, undone := range map[string][]string{
		"armed":     {"armed engine", "unsure boot", "undoing boot", "undone boot"},
		"":          {"armed engine", "unsure boot", "undoing boot", "undone boot"}, // cut off while it was written
		"injecting": {"armed engine", "undoing boot", "undone boot"},
		"held":      {"armed engine", "undoing boot", "undone boot"},
		"arming":    {"armed engine", "undone boot"}, // its engine was never told that it is armed
	} {
		n := newNode(t, state)
		require.NoError(t, os.RemoveAll(filepath.Join(n.dir, "run")))
		n.guard("lib", "undo-locked", "boot")
		touched := "yes"
		if state == "arming" {
			touched = "no"
		}
		require.Contains(t, n.read("order"), "undo touched="+touched+"\n", "state %q", state)
		require.Equal(t, undone, n.events("lib/"+lossID+"/log"), "state %q", state)
	}
}

func TestWhatIsArmedAndNeverFiredIsNotTakenForInjected(t *testing.T) {
	t.Parallel()
	n := newNode(t, "armed")
	n.guard("run", "undo-locked", "engine")
	require.Contains(t, n.read("order"), "undo touched=no\n")
	require.Equal(t, []string{"armed engine", "undone engine"}, n.events("run/"+lossID+"/log"))
}

// A node that boots anew by its fault loses what its disk was not told before.
func TestTheStateIsOnTheDiskOfWhoseNodeGoes(t *testing.T) {
	t.Parallel()
	n := newNode(t, "armed")
	n.write("run/"+lossID+"/inject.sh", "cp state log "+filepath.Join(n.dir, "lib", lossID)+"/\n", 0o600)
	n.write("run/"+lossID+"/observe.sh", "exit 1\n", 0o600)
	n.guard("run", "inject-locked")
	require.Equal(t, []string{"armed engine", "injecting engine", "injected engine"}, n.events("lib/"+lossID+"/log"), "no line is there twice")
	require.Equal(t, "injecting\n", n.read("lib/"+lossID+"/state"))
}

// A look that cannot tell, or does not end, has not seen that there is no effect.
func TestOnlyALookThatTellsSaysThatThereIsNoEffect(t *testing.T) {
	t.Parallel()
	for exit, says := range map[int]string{1: "unseen", 75: "cannot-tell", 124: "cannot-tell"} {
		n := newNode(t, "held")
		n.write("run/"+lossID+"/observe.sh", fmt.Sprintf("[ -e seen ] && exit 1; : >seen; exit %d\n", exit), 0o600)
		require.Contains(t, strings.Split(n.guard("run", "observe", "2"), "\n"), says, "exit %d, and 1 after it", exit)
	}
}

// A dead-man that undoes the fault while it is looked at has the effect gone too.
func TestWhatTheNodeUndoesMeanwhileIsNotHealed(t *testing.T) {
	t.Parallel()
	for meanwhile, healed := range map[string]bool{"true": true, "echo undone >state": false, "mkdir -p closed": false} {
		n := newNode(t, "held")
		n.write("run/"+lossID+"/observe.sh", meanwhile+"\nexit 1\n", 0o600)
		n.write("bin/systemd-run", "#!/bin/sh\nexit 1\n", 0o700)
		require.Equal(t, healed, slices.Contains(strings.Split(n.guard("run", "end", "engine"), "\n"), "healed"), meanwhile)
	}
}
