package faulttest

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// phase is where an engine is when it is killed.
type phase string

// The phases of a fault, in the words of the tests.
const (
	inPreflight phase = "killed in preflight"
	inArming    phase = "killed while it arms"
	inWaiting   phase = "killed while it waits for its trigger"
	inInject    phase = "killed half way in the inject"
	inHold      phase = "killed while it holds"
	inUndo      phase = "killed half way in the undo"
)

// Held is the phase that Killed is about.
const Held = string(inHold)

// Phases are the other ones of a fault in which an engine is killed, in the order
// in which a run goes through them.
//
// A fault that is kept from outside is armed, injected and undone by its keeper, not
// by steps on its node: its engine is killed in preflight and while it waits. One by
// which its node boots anew is undone by the boot alone, and what becomes of one whose
// inject was handed over and whose engine is gone is a case of Anew.
func Phases(fault faults.Fault) []string {
	all := []phase{inPreflight, inArming, inWaiting, inInject, inUndo}
	switch family := FamilyOf(fault); {
	case keptOutside(family):
		all = []phase{inPreflight, inWaiting}
	case family == "node":
		all = []phase{inPreflight, inArming, inWaiting}
	}
	names := make([]string, 0, len(all))
	for _, p := range all {
		names = append(names, string(p))
	}
	return names
}

// heard is what an engine has printed so far, read while it lives.
type heard struct {
	mu     sync.Mutex
	events []record.Event
	ended  bool
}

func hear(out io.Reader) *heard {
	h := &heard{}
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var e record.Event
			if json.Unmarshal(lines.Bytes(), &e) == nil { // the last line may be cut off
				h.mu.Lock()
				h.events = append(h.events, e)
				h.mu.Unlock()
			}
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.ended = true
	}()
	return h
}

func (h *heard) all() []record.Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.events)
}

// over tells that the engine has ended by itself.
func (h *heard) over() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ended
}

// so tells that the engine has said that it is in that phase, where no step on the
// node does.
func (h *heard) so(p phase) bool {
	return slices.ContainsFunc(h.all(), func(e record.Event) bool {
		return e.Note != nil && e.Note.Level == phaseNote && e.Note.Text == string(p)
	})
}

// KilledIn starts an engine as Killed does, and kills it with SIGKILL when it has come
// to that phase: for a step on the node, when that has done half of what it does there.
// What was begun is undone by the node alone (by the keeper where there is one), within
// the lease and 2 s where something was injected; doctor finds nothing, and the node
// tells who did it.
func KilledIn(t *testing.T, bed Bed, start Start, file, kind, in string, fault faults.Fault) {
	p := phase(in)
	within := prompt(t, bed)
	before := bed.Fingerprint(t, fault)
	tidy(t, bed)
	out, kill := start(t, EngineEnv+"="+strings.Join([]string{file, bed.Node.Name, bed.Target().Ref().Service, kind, bed.KeeperDir, in}, "|"))
	said := hear(out)
	Eventually(t, 3*time.Minute, "the engine is in that phase", func() bool {
		if p == inWaiting || said.over() {
			return said.so(p) || said.over()
		}
		return bed.Shell(t, "ls %s 2>/dev/null | grep -c .", reached) == "1"
	})
	require.False(t, said.over(), "the engine has ended before that")
	killed := time.Now()
	require.NoError(t, kill())
	if p == inPreflight || p == inArming {
		bed.Shell(t, ": >%s", release) // it goes on without its engine, or was ended with the connection
	}
	lease := heldLease(t, said.all())
	healsAlone(t, bed, lease)
	letGo(t, bed, lease)
	if p == inPreflight {
		unfinished(t, bed)
	}
	t.Logf("as before %s after it was %s", time.Since(killed).Round(100*time.Millisecond), in)
	require.False(t, bed.Changed(t, bed), "healed, and the target is not as it was")
	require.Equal(t, before, bed.Fingerprint(t, fault))
	bed.Clean(t)
	tellsOf(t, bed, said.all(), p, killed, lease+within())
	freed(t, bed)
}

// healsAlone waits until nothing of a killed engine's faults is left on the node.
func healsAlone(t *testing.T, bed Bed, lease time.Duration) {
	t.Helper()
	var left struct{ What string }
	require.Eventually(t, func() bool {
		left.What = bed.Shell(t, `for dir in /run/eris/*-strike-* /var/lib/eris/*-strike-*; do
	case $dir in *.*) continue ;; esac # of a step that was cut off before arming
	if [ -e "$dir" ]; then echo "$dir:"; cat "$dir/state" "$dir/log" 2>/dev/null; fi
done`)
		return left.What == ""
	}, lease+time.Minute, 200*time.Millisecond, "the node heals by itself, and there is %+v", &left)
}

// unfinished looks for the folders of scripts of script.run that were ended with
// their connection, before anything was armed: doctor names them, and heal takes them
// away. Scripts that were left alone go on meanwhile, one after the other, each with
// a folder of its own; they end, and then nothing is there.
func unfinished(t *testing.T, bed Bed) {
	t.Helper()
	folders := func() []string {
		return strings.Fields(bed.Shell(t, "ls -d /run/eris/*-strike-*.* 2>/dev/null; true"))
	}
	left := folders()
	if len(left) == 0 {
		return
	}
	fault, _, _ := strings.Cut(left[0], ".")
	// A script that begins while heal looks leaves a folder that this heal has not
	// tried to take away, and names as remaining; the next one takes it.
	var h faults.Healed
	var removed []string
	require.Eventually(t, func() bool {
		h = faults.Heal(t.Context(), bed.Runner, []string{bed.Node.Name}, 5*time.Second)[0]
		removed = append(removed, h.Removed...)
		return h.OK() && len(folders()) == 0
	}, 20*time.Second, 200*time.Millisecond, "nothing is left of the scripts that were cut off, heal says %+v", &h)
	for _, what := range removed {
		require.Regexp(t, "^directory "+regexp.QuoteMeta(fault)+`\.[[:alnum:]]+ of no fault$`, what)
	}
}

// letGo waits until no keeper has a fault of the killed engine any more.
func letGo(t *testing.T, bed Bed, lease time.Duration) {
	t.Helper()
	if bed.KeeperDir == "" {
		return
	}
	Eventually(t, lease+40*time.Second, "who keeps it from outside lets go of it", func() bool {
		left, err := os.ReadDir(bed.KeeperDir)
		return err == nil && !slices.ContainsFunc(left, func(e os.DirEntry) bool { return strings.Contains(e.Name(), "-strike-") })
	})
}

// tidy takes away what an earlier test's step has left, and what this one's will.
func tidy(t *testing.T, bed Bed) {
	t.Helper()
	bed.Shell(t, "rm -f %s %s", reached, release)
	t.Cleanup(func() {
		// The test's own context has ended, and a simulated node with it.
		result := bed.Runner.Run(context.WithoutCancel(t.Context()), bed.Node.Name, remote.Command{Script: "rm -f " + reached + " " + release, Root: true, Timeout: time.Minute})
		require.True(t, result.OK() || bed.Kind == inventory.Simulated, "%+v", result)
	})
}

// tellsOf asks, as eris report does, what became of the fault of an engine that was
// killed in a phase.
func tellsOf(t *testing.T, bed Bed, journal []record.Event, in phase, killed time.Time, within time.Duration) {
	t.Helper()
	last := "" // the engine may have armed before, on a machine that was too slow for it
	for _, e := range journal {
		if e.Target != nil {
			last = e.Target.ID
		}
	}
	journal = slices.DeleteFunc(journal, func(e record.Event) bool { return e.Target != nil && e.Target.ID != last })
	told := faults.Afterwards(t.Context(), journal, bed.Runner, bed.Keeper)
	if in == inPreflight || in == inArming {
		require.Empty(t, told, "no intent was written, and nothing was there")
		return
	}
	require.Len(t, told, 1)
	require.NoError(t, told[0].Err)
	require.Equal(t, record.Undone, told[0].State)
	t.Log(told[0])
	switch in {
	case inWaiting:
		require.Nil(t, told[0].Begun, "nothing was injected")
		require.Equal(t, "lease", told[0].By)
	case inInject:
		require.Equal(t, "lease", told[0].By)
		require.NotContains(t, events(told[0].Stamps), "injected engine", "it was ended half way")
		require.Less(t, journal[0].Started.At.Add(*told[0].Begun).Sub(killed), within, "the undo begins within the lease and 2 s")
	case inUndo:
		// The lease's undo ends the one that was cut off. What the engine had started on the
		// node may be the next to have the lock: sshd ends nothing with the connection.
		require.Contains(t, []string{"lease", "engine"}, told[0].By)
		begun := slices.DeleteFunc(events(told[0].Stamps), func(stamp string) bool { return !strings.HasPrefix(stamp, "undoing ") })
		require.Equal(t, "undoing engine", begun[0])
		require.Greater(t, len(begun), 1, "the undo that was ended half way is run again: %q", begun)
		require.NotContains(t, events(told[0].Stamps), "undo-failed engine", "it ran into its own time limit, and was not ended by the lease timer's undo")
	case inPreflight, inArming, inHold:
	}
}
