package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/captures"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/scenarios"
)

const (
	checkScript   = "check of a capture"
	captureScript = "script of a capture"
)

// fakeCapture keeps the lines that a node prints, and notes its windows.
type fakeCapture struct{ windows chan captures.Window }

func (fakeCapture) Form() captures.Form               { return captures.Form{Ext: ".txt"} }
func (fakeCapture) Check([]*inventory.Service) string { return checkScript }
func (c fakeCapture) Script(_ []*inventory.Service, w captures.Window) string {
	c.windows <- w
	return captureScript
}
func (fakeCapture) Sift(_ captures.Window, file io.Writer) captures.Sifter { return fakeSifter{file} }

// fakePast is one of what nodes keep.
type fakePast struct{ fakeCapture }

func (fakePast) Past() {}

type fakeSifter struct{ file io.Writer }

func (s fakeSifter) Line(text string) error {
	_, err := fmt.Fprintln(s.file, text)
	return err
}
func (fakeSifter) Close(string) (has, cut string, err error) { return "lines", "", nil }

// capturing is a scene of one fault, from a second into chaos on and for two, and a capture of
// ten seconds.
func capturing(t *testing.T, kind captures.Capture, start scenarios.Start, nodes ...string) *scene {
	t.Helper()
	c := &scenarios.Capture{Name: "around", Kind: "fake", Capture: kind, On: inventory.Selector{Nodes: nodes}, Start: &start, Before: 0, For: 10 * time.Second, Most: 1 << 20}
	if _, past := kind.(captures.Past); past {
		c.Before = 5 * time.Second
	}
	s := newScene(t, scenarios.Spec{Phases: tenEach(), Captures: []*scenarios.Capture{c}}, strike("lose", scenarios.Start{At: time.Second}, 2*time.Second, keystone("ctl-1")))
	s.plan.Captures = []scenarios.PlannedCapture{{Name: "around", Nodes: nodes}}
	return s
}

// captured are the events of captures, each with its time.
func (s *scene) captured() map[string]record.CaptureEvent {
	all := map[string]record.CaptureEvent{}
	for _, e := range s.seen() {
		if c := e.Capture; c != nil {
			all[fmt.Sprintf("%v %s %s", e.At.Round(100*time.Millisecond), c.Node, c.State)] = *c
		}
	}
	return all
}

func injected() scenarios.Start { return scenarios.Start{After: "lose", Event: scenarios.Injected} }

// A capture begins by the triggers of faults, on each of its nodes.
func TestACaptureBeginsByTheTriggersOfFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kind := fakeCapture{make(chan captures.Window, 9)}
		s := capturing(t, kind, injected(), "ctl-1", "ctl-2")
		s.nodes.keeps = func(ctx context.Context, node string, line func(string)) error {
			line("> of " + node)
			if node == "ctl-2" {
				return errors.New("the connection was cut")
			}
			require.NoError(t, pause(ctx, 10*time.Second))
			line("end")
			return nil
		}
		s.whole(t.Context(), t)
		from, to := s.at(t, "lose", record.Held), s.at(t, "lose", record.Held)+10*time.Second
		got := s.captured()
		require.Len(t, got, 4)
		begins := got["21s ctl-1 begins"]
		require.Equal(t, "after lose is injected", begins.Trigger)
		require.Equal(t, record.CaptureEvent{Capture: "around", Kind: "fake", Node: "ctl-1", State: record.CaptureKept, From: from, To: to, File: "captures/around.ctl-1.txt", Bytes: 9, Has: "lines"}, got["31s ctl-1 kept"])
		require.Equal(t, "the connection was cut", got["21s ctl-2 kept"].Cut)
		require.Equal(t, captures.Window{For: 10 * time.Second, Most: 1 << 20}, <-kind.windows)
		text, err := os.ReadFile(filepath.Join(s.Record.Dir(), "captures/around.ctl-1.txt"))
		require.NoError(t, err)
		require.Equal(t, "of ctl-1\n", string(text))
		info, err := os.Stat(filepath.Join(s.Record.Dir(), "captures/around.ctl-1.txt"))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode())
	})
}

// What a node keeps is read when its time is over, and a node that was away is asked again.
func TestThePastIsReadWhenItsTimeIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kind := fakePast{fakeCapture{make(chan captures.Window, 9)}}
		s := capturing(t, kind, injected(), "ctl-1")
		tries := 0
		s.nodes.keeps = func(_ context.Context, _ string, line func(string)) error {
			if tries++; tries < 3 {
				return errors.New("no answer")
			}
			line("> it")
			line("end")
			return nil
		}
		s.whole(t.Context(), t)
		got, ok := s.captured()["37s ctl-1 kept"]
		require.True(t, ok, "%v", s.captured())
		require.Equal(t, []time.Duration{16 * time.Second, 31 * time.Second}, []time.Duration{got.From.Round(100 * time.Millisecond), got.To.Round(100 * time.Millisecond)})
		require.Empty(t, got.Cut)
		for range 3 {
			w := <-kind.windows
			require.Equal(t, captures.Window{Before: 5 * time.Second, For: 10 * time.Second, Moment: w.Moment, Most: 1 << 20, Turn: w.Turn}, w)
			require.Same(t, &s.reading, w.Turn)
			require.Equal(t, 21*time.Second, w.Moment.Sub(s.clock.Start()).Round(100*time.Millisecond))
		}
	})
}

// A capture is of when its lines came from the node, however late there was a session.
func TestACaptureIsOfWhenItCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := capturing(t, fakeCapture{make(chan captures.Window, 9)}, scenarios.Start{Phase: Warmup, Delay: time.Second}, "ctl-1", "ctl-2")
		s.nodes.keeps = func(ctx context.Context, node string, line func(string)) error {
			require.NoError(t, pause(ctx, 4*time.Second))
			if node == "ctl-2" {
				return errors.New("no answer")
			}
			line("begin")
			require.NoError(t, pause(ctx, 3*time.Second))
			line("> it")
			require.NoError(t, pause(ctx, 2*time.Second))
			return errors.New("the connection was cut")
		}
		s.whole(t.Context(), t)
		got := s.captured()
		require.Equal(t, []time.Duration{5 * time.Second, 8 * time.Second}, []time.Duration{got["10s ctl-1 kept"].From.Round(100 * time.Millisecond), got["10s ctl-1 kept"].To.Round(100 * time.Millisecond)}, "%v", got)
		failed := got["5s ctl-2 failed"]
		require.Equal(t, failed.From, failed.To, "there is nothing of it")
	})
}

// What was broken off is read again, and is kept where there is no more; what is wrong for good
// is not asked for again.
func TestThePastIsReadToItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		read := func(each func(line func(string)) error) map[string]record.CaptureEvent {
			s := capturing(t, fakePast{fakeCapture{make(chan captures.Window, 99)}}, scenarios.Start{Phase: Warmup}, "ctl-1")
			tries = 0
			s.nodes.keeps = func(_ context.Context, _ string, line func(string)) error {
				tries++
				return each(line)
			}
			s.whole(t.Context(), t)
			for at, e := range s.captured() {
				if e.State == record.CaptureKept {
					text, err := os.ReadFile(filepath.Join(s.Record.Dir(), e.File))
					require.NoError(t, err)
					e.Has = string(text)
					got := s.captured()
					got[at] = e
					return got
				}
			}
			return s.captured()
		}
		cut := errors.New("the connection was cut")
		got := read(func(line func(string)) error {
			line(fmt.Sprintf("> try %d", tries))
			if tries < 3 {
				return cut
			}
			line("end")
			return nil
		})
		require.Equal(t, "try 3\n", got["16s ctl-1 kept"].Has, "%v", got)
		require.Empty(t, got["16s ctl-1 kept"].Cut)

		got = read(func(line func(string)) error {
			if tries < 3 {
				line(fmt.Sprintf("> try %d", tries))
			}
			return cut
		})
		require.Equal(t, "try 2\n", got["40s ctl-1 kept"].Has, "the last that brought something: %v", got)
		require.Equal(t, cut.Error(), got["40s ctl-1 kept"].Cut)

		got = read(func(line func(string)) error {
			line("failed it cannot be")
			return nil
		})
		require.Equal(t, "it cannot be", got["10s ctl-1 failed"].Error, "%v", got)
		require.Equal(t, 1, tries)
	})
}

// A load ends with the run, and not when a capture has been read.
func TestALoadWaitsForNoCapture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := capturing(t, fakePast{fakeCapture{make(chan captures.Window, 9)}}, scenarios.Start{Phase: Recovery, Delay: 4 * time.Second}, "ctl-1")
		s.plan.Spec.Loads = []*scenarios.Load{tokens(&fakeWork{})}
		s.nodes.keeps = func(ctx context.Context, _ string, line func(string)) error {
			line("> it")
			<-ctx.Done()
			return ctx.Err()
		}
		s.whole(t.Context(), t)
		require.Contains(t, s.captured(), "45s ctl-1 kept", "%v", s.captured())
		for _, e := range s.seen() {
			if e.Load != nil && e.Load.State == "stopped" {
				require.Equal(t, 40*time.Second, e.At.Round(100*time.Millisecond))
				return
			}
		}
		t.Fatal("the load has not stopped")
	})
}

// A stop ends a capture at once; an undo waits for none.
func TestACaptureHoldsNothingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangs := func(ctx context.Context, _ string, line func(string)) error {
			line("> it")
			<-ctx.Done()
			return ctx.Err()
		}
		without := capturing(t, fakeCapture{make(chan captures.Window, 9)}, injected())
		without.whole(t.Context(), t)
		for name, kind := range map[string]captures.Capture{"live": fakeCapture{make(chan captures.Window, 9)}, "past": fakePast{fakeCapture{make(chan captures.Window, 9)}}} {
			with := capturing(t, kind, scenarios.Start{Phase: Warmup}, "ctl-1")
			with.nodes.keeps = hangs
			with.whole(t.Context(), t)
			for _, state := range []record.FaultState{record.Armed, record.Injecting, record.Undoing, record.Undone} {
				require.Equal(t, without.at(t, "lose", state), with.at(t, "lose", state), "%s %s", name, state)
			}
		}

		ctx, interrupt := context.WithCancel(t.Context())
		time.AfterFunc(22*time.Second, interrupt)
		s := capturing(t, fakeCapture{make(chan captures.Window, 9)}, injected(), "ctl-1")
		s.nodes.keeps = hangs
		require.NoError(t, s.Execute(ctx))
		got := s.captured()["22s ctl-1 kept"]
		require.Equal(t, "the run was stopped", got.Cut)
		require.Equal(t, "captures/around.ctl-1.txt", got.File)

		ctx, interrupt = context.WithCancel(t.Context())
		time.AfterFunc(22*time.Second, interrupt)
		s = capturing(t, fakeCapture{make(chan captures.Window, 9)}, injected(), "ctl-1")
		s.nodes.keeps = func(ctx context.Context, _ string, _ func(string)) error {
			<-ctx.Done()
			return ctx.Err()
		}
		require.NoError(t, s.Execute(ctx))
		require.Equal(t, "nothing, or less than 256 bytes, had come: the run was stopped", s.captured()["22s ctl-1 failed"].Error)

		ctx, interrupt = context.WithCancel(t.Context())
		time.AfterFunc(22*time.Second, interrupt)
		past := fakePast{fakeCapture{make(chan captures.Window, 9)}}
		s = capturing(t, past, injected(), "ctl-1")
		s.nodes.keeps = func(_ context.Context, _ string, line func(string)) error {
			line("> it")
			line("end")
			return nil
		}
		require.NoError(t, s.Execute(ctx))
		got = s.captured()["22s ctl-1 kept"]
		require.Equal(t, "the run was stopped", got.Cut, "what there is by then is read")
		require.Equal(t, time.Second, (<-past.windows).For.Round(100*time.Millisecond))

		ctx, interrupt = context.WithCancel(t.Context())
		time.AfterFunc(22*time.Second, interrupt)
		s = capturing(t, past, injected(), "ctl-1")
		s.nodes.keeps = hangs
		require.NoError(t, s.Execute(ctx))
		require.Contains(t, s.captured(), "27s ctl-1 kept", "and no longer than for five seconds")
	})
}

// The end of the run is that of a capture, too.
func TestACaptureEndsWithTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := capturing(t, fakeCapture{make(chan captures.Window, 9)}, scenarios.Start{Phase: Recovery, Delay: 4 * time.Second}, "ctl-1")
		s.nodes.keeps = func(ctx context.Context, _ string, line func(string)) error {
			line("> it")
			<-ctx.Done()
			return ctx.Err()
		}
		s.whole(t.Context(), t)
		require.Equal(t, errRunEnds.Error(), s.captured()["40s ctl-1 kept"].Cut, "%v", s.captured())

		s = capturing(t, fakeCapture{make(chan captures.Window, 9)}, scenarios.Start{After: "lose", Event: scenarios.Undone, Delay: time.Hour}, "ctl-1")
		s.whole(t.Context(), t)
		require.Equal(t, map[string]record.CaptureEvent{"40s  skipped": {Capture: "around", Kind: "fake", State: record.CaptureSkipped, Trigger: errRunEnds.Error()}}, s.captured())
	})
}

// A node on which it cannot be made is told before anything is touched.
func TestACaptureThatCannotBeMadeIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := capturing(t, fakeCapture{make(chan captures.Window, 9)}, injected(), "ctl-1", "ctl-2")
		s.nodes.lacks = map[string]string{"ctl-2": "tcpdump is not installed\nnor is od\n"}
		err := s.Execute(t.Context())
		var veto *Veto
		require.ErrorAs(t, err, &veto)
		require.EqualError(t, err, "the capture around on ctl-2: tcpdump is not installed, nor is od")
		require.Equal(t, []record.FaultState{record.Preflight}, s.states("lose"), "nothing was touched")
		require.NoDirExists(t, filepath.Join(s.Record.Dir(), "captures"))
	})
}

// A file that cannot be written fails the capture, and not the run.
func TestACaptureWithoutAFileFailsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := capturing(t, fakeCapture{make(chan captures.Window, 9)}, injected(), "ctl-1")
		require.NoError(t, os.WriteFile(filepath.Join(s.Record.Dir(), "captures"), nil, 0o600))
		s.whole(t.Context(), t)
		require.Contains(t, s.captured()["21s ctl-1 failed"].Error, "keep capture: ")
		require.Equal(t, record.Undone, s.states("lose")[len(s.states("lose"))-1])
	})
}
