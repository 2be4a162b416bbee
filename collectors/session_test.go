package collectors_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// loop is a collector with a sweep of its own. What it reads of a line is its
// length, and which letter it is of.
type loop struct{ sweep string }

func (loop) Signals() []collectors.SignalInfo { return nil }

func (l loop) Script(_ *inventory.Node, _ []*inventory.Service, every time.Duration) string {
	return collectors.Loop("", l.sweep, every)
}

func (loop) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	if strings.Trim(line, line[:1]) != "" {
		return nil, fmt.Errorf("lines are mixed: %q", line)
	}
	return []record.Reading{{Signal: line[:1], Value: float64(len(line))}}, nil
}

// abreast has collectors watch one node at an interval.
func abreast(every time.Duration, sinks []*sink, loops ...collectors.Collector) []collectors.Watch {
	var watches []collectors.Watch
	for i, l := range loops {
		watches = append(watches, collectors.Watch{
			Name: fmt.Sprint("loop-", i), Collector: l, Every: every, Nodes: []*inventory.Node{{Name: "ctl-1"}},
			Services: func(string) []*inventory.Service { return nil }, Sink: sinks[i],
		})
	}
	return watches
}

func sinks(clock record.Clock, n int) []*sink {
	var all []*sink
	for range n {
		all = append(all, &sink{clock: clock, signals: collectors.NewSignals(clock)})
	}
	return all
}

// shell is a node whose scripts are run by what it is.
type shell func(ctx context.Context, script string, out io.Writer)

func (run shell) Stream(ctx context.Context, _ string, cmd remote.Command, line func(string)) error {
	read, write := io.Pipe()
	var running sync.WaitGroup
	running.Go(func() {
		run(ctx, cmd.Script, slow{write})
		_ = write.Close()
	})
	for lines := bufio.NewScanner(read); lines.Scan(); {
		line(lines.Text())
	}
	_ = read.Close()
	running.Wait()
	return ctx.Err()
}

// TestLoopsOfANodeShareASession, on this machine and on a simulated node: lines of
// any length stay whole, and a loop that hangs holds up no other.
func TestLoopsOfANodeShareASession(t *testing.T) {
	n, err := node.New(t.Context(), node.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11"})
	require.NoError(t, err)
	defer n.Close()
	letters := func(letter string, doublings int) loop {
		return loop{"line=" + strings.Repeat(letter, 10) + strings.Repeat("\nline=$line$line", doublings)}
	}
	for where, run := range map[string]shell{
		"here": here,
		"simulated": func(ctx context.Context, script string, out io.Writer) {
			n.Run(ctx, node.Session{Line: "sh -c " + inventory.Quote(script), Stdin: strings.NewReader(""), Stdout: out, Stderr: io.Discard})
		},
	} {
		t.Run(where, func(t *testing.T) {
			clock := record.NewClock()
			got := sinks(clock, 4)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			var running sync.WaitGroup
			running.Go(func() {
				collectors.Run(ctx, run, clock, abreast(10*time.Millisecond, got, letters("a", 0), loop{"sleep 60"}, letters("b", 10), letters("c", 11))...)
			})
			for ctx.Err() == nil && min(len(got[0].read()), len(got[2].read()), len(got[3].read())) < 20 {
				time.Sleep(10 * time.Millisecond)
			}
			cancel()
			running.Wait()
			for i, long := range map[int]float64{0: 10, 2: 10 << 10, 3: 20 << 10} {
				values := got[i].read()
				require.GreaterOrEqual(t, len(values), 20)
				for _, value := range values {
					require.Equal(t, long, value)
				}
				require.NotContains(t, strings.Join(got[i].events, "\n"), "mixed")
			}
			require.Empty(t, got[1].read())
		})
	}
}

// What two ask for alike is asked for once, and told to both.
func TestLoopsThatAreTheSameAreOne(t *testing.T) {
	clock := record.NewClock()
	got := sinks(clock, 3)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var script string
	run := shell(func(ctx context.Context, text string, out io.Writer) {
		script = text
		here(ctx, text, out)
	})
	var running sync.WaitGroup
	running.Go(func() {
		collectors.Run(ctx, run, clock, abreast(10*time.Millisecond, got, loop{"line=aa"}, loop{"line=bbb"}, loop{"line=aa"})...)
	})
	for ctx.Err() == nil && min(len(got[0].read()), len(got[1].read()), len(got[2].read())) < 3 {
		time.Sleep(10 * time.Millisecond)
	}
	cancel()
	running.Wait()
	require.Equal(t, 1, strings.Count(script, "line=aa\n"))
	for i, long := range []float64{2, 3, 2} {
		require.Equal(t, long, got[i].read()[2])
	}
}

// slow is read so slowly that what writes into it has to wait.
type slow struct{ io.Writer }

func (s slow) Write(p []byte) (int, error) {
	time.Sleep(20 * time.Millisecond)
	return s.Writer.Write(p)
}

func (s *sink) read() []float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.values
}

// A loop of which nothing comes any more costs the others a sweep at most, and
// that less and less often.
func TestALoopThatHangsIsBegunAnewAndTheOthersGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		got := sinks(clock, 2)
		var sessions []time.Duration
		from := streams(func(ctx context.Context, line func(string)) error {
			sessions = append(sessions, clock.Now())
			for {
				line("1 5 aaa")
				select {
				case <-ctx.Done():
					return context.Cause(ctx)
				case <-time.After(time.Second):
				}
			}
		})
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Second)
		defer cancel()
		collectors.Run(ctx, from, clock, abreast(time.Second, got, loop{}, loop{"line=b"})...)
		require.Equal(t, []string{"3s gap nothing came for 3s", "1m40s stopped "}, got[0].events)
		require.Equal(t, []string{"0s started ", "1m40s stopped "}, got[1].events)
		require.Equal(t, []time.Duration{0, 14 * time.Second, 38 * time.Second, 82 * time.Second}, sessions)
	})
}

// A node of which nothing comes is asked again as often as before, also while the
// silence of one that seldom looks is no gap yet.
func TestASilentNodeIsAskedAgainAsOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		got := sinks(clock, 2)
		var sessions []time.Duration
		from := streams(func(ctx context.Context, line func(string)) error {
			sessions = append(sessions, clock.Now())
			if len(sessions) == 1 {
				time.Sleep(time.Second)
				line("0 5 aaa")
				line("1 5 aaa")
			}
			return hang(ctx)
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		watches := abreast(time.Second, got, loop{}, loop{"line=b"})
		watches[1].Every = 10 * time.Second
		collectors.Run(ctx, from, clock, watches...)
		require.Equal(t, []time.Duration{0, 15 * time.Second, 30 * time.Second, 47 * time.Second}, sessions)
	})
}

type streams func(ctx context.Context, line func(string)) error

func (s streams) Stream(ctx context.Context, _ string, _ remote.Command, line func(string)) error {
	return s(ctx, line)
}

func TestTheEndOfASessionIsAGapOfAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		got := sinks(clock, 2)
		from := streams(func(_ context.Context, line func(string)) error {
			line("0 5 aaa")
			line("1 5 b")
			time.Sleep(time.Second)
			return errors.New("broken pipe")
		})
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		collectors.Run(ctx, from, clock, abreast(time.Second, got, loop{}, loop{"line=b"})...)
		for i, value := range []float64{3, 1} {
			require.Equal(t, []string{"0s started ", "1s gap broken pipe", "1.5s stopped "}, got[i].events)
			require.Equal(t, []float64{value}, got[i].values)
		}
	})
}

// What is no line of a loop is not taken for one.
func TestALineThatNoLoopPrintedIsAGapOfAll(t *testing.T) {
	for _, stray := range []string{"Welcome to ctl-1", "2 5 aaa", "-1 5 aaa", "", "5", "+ a"} {
		synctest.Test(t, func(t *testing.T) {
			clock := record.NewClock()
			got := sinks(clock, 2)
			from := streams(func(ctx context.Context, line func(string)) error {
				line(stray)
				line("0 5 aaa")
				return hang(ctx)
			})
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			collectors.Run(ctx, from, clock, abreast(time.Second, got, loop{}, loop{"line=b"})...)
			require.Equal(t, []string{fmt.Sprintf("0s gap read line %q: no collector printed it", stray), "1s stopped "}, got[1].events)
			require.Equal(t, []float64{3}, got[0].values)
		})
	}
}

// Pieces that never come to an end fill no memory, and those of a session that
// broke are not put before the lines of the next.
func TestPiecesOfALine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := record.NewClock()
		got := sinks(clock, 1)
		first := true
		from := streams(func(ctx context.Context, line func(string)) error {
			if first {
				first = false
				for range 20 {
					line("0+ 5 " + strings.Repeat("a", 3900))
				}
				line("0 a")
				line("0+ 5 aa")
				line("0 a")
				line("0+ 5 bb")
				return errors.New("broken pipe")
			}
			line("0 5 a")
			return hang(ctx)
		})
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		collectors.Run(ctx, from, clock, abreast(time.Second, got, loop{})...)
		require.Equal(t, "0s gap read a line: it is longer than 65536 bytes", got[0].events[0])
		require.Equal(t, []float64{3, 1}, got[0].values)
	})
}

// A script has to fit into a command line, and one session is all that it takes
// while it does.
func TestLoopsThatFitIntoNoLineGetMoreSessions(t *testing.T) {
	for size, want := range map[int]int{10 << 10: 1, 35 << 10: 2, 70 << 10: 4} {
		synctest.Test(t, func(t *testing.T) {
			clock := record.NewClock()
			got := sinks(clock, 4)
			var mu sync.Mutex
			sessions := 0
			from := counted(func(cmd remote.Command) {
				mu.Lock()
				defer mu.Unlock()
				sessions++
				require.Less(t, len(inventory.Quote(cmd.Script)), remote.MaxLine-500)
			})
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			big := loop{"line=" + strings.Repeat("a", size)}
			collectors.Run(ctx, from, clock, abreast(time.Second, got, big, big, big, big)...)
			require.Equal(t, want, sessions)
		})
	}
}

type counted func(cmd remote.Command)

func (c counted) Stream(ctx context.Context, _ string, cmd remote.Command, _ func(string)) error {
	c(cmd)
	return hang(ctx)
}
