package live_test

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports/live"
)

func ms(n int) *time.Duration {
	d := time.Duration(n) * time.Millisecond
	return &d
}

// snapshot is a run in the middle of its second fault.
func snapshot() live.Snapshot {
	return live.Snapshot{
		Scenario: "keystone-max-loss", Cloud: "lab", Run: "20261121T093000Z-keystone-max-loss-7f3c",
		Elapsed: 9*time.Minute + 41*time.Second, Total: 20 * time.Minute,
		Phase: "recovery", PhaseNote: "after part-rabbitmq", PhaseElapsed: 41 * time.Second, PhaseTotal: time.Minute,
		Loads: []live.Load{{
			Name: "tokens", Offered: 120, OK: 119, Late: 2 * time.Millisecond, InFlight: 9,
			P50: ms(190), P99: ms(2300), BaseP50: ms(88), BaseP99: ms(412), ErrorRatio: new(0.003),
			Errors: []live.ErrorCount{{Class: record.Timeout, Count: 2790}, {Class: record.HTTP5xx, Count: 288}},
		}},
		Faults: []live.Fault{
			{Name: "kill-keystone", Kind: "service.kill", Targets: []string{"keystone@ctl-2"}, State: record.Undone, Note: "recovered 14 s"},
			{Name: "part-rabbitmq", Kind: "network.partition", Targets: []string{"rabbitmq@ctl-1"}, State: record.Undoing},
		},
		Checks: live.Checks{Passed: 2, Open: 3},
		Notice: "Ctrl-C: undo active faults and stop",
	}
}

func TestBlockDrawsInPlaceAndItsLastFrameStays(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	var out bytes.Buffer
	require.NoError(t, live.Block(ctx, &out, false, snapshot))
	text := regexp.MustCompile("\x1b\\[[0-9;?]*[a-zA-Z]").ReplaceAllString(out.String(), "")
	for _, want := range []string{
		" keystone-max-loss · lab · run 7f3c   09:41 / 20:00  ████████▎········  48 %",
		" phase   recovery after part-rabbitmq   00:41 of 01:00",
		" load    offered 120/s   ok 119/s   dropped 0   late 2 ms   in flight 9",
		"base 88 ms", "p99 2.3 s", " errors  0.3 %", "timeout 2\u202f790  http_5xx 288",
		" faults  ✓ kill-keystone service.kill keystone@ctl-2   undone, recovered 14 s",
		"▸ part-rabbitmq network.partition rabbitmq@ctl-1   undoing",
		" checks  ✓ 2   ✗ 0   … 3",
	} {
		require.Contains(t, text, want)
	}
	end := out.String()[strings.LastIndex(out.String(), "… 3"):]
	require.Regexp(t, "\n.*\x1b\\[J", end, "what is erased at the end must not be a line of the block")
	require.NotContains(t, out.String(), "\x1b[?1049h", "the alternate screen would hide what was there before")
}

func TestPlainTellsEventsAndProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := live.NewPlain(&out)
		for _, e := range example.Passing().Events {
			p.Event(e)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
		defer cancel()
		require.NoError(t, p.Run(ctx, snapshot))
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		require.Equal(t, []string{
			"00:00  run 20261121T093000Z-keystone-max-loss-7f3c: keystone-max-loss on lab, seed 4242",
			"00:00  phase warmup",
			"00:05  phase baseline",
			`00:24  steady state before the faults: count_where("service.healthy", {service: "keystone"}) == 3: passed: 3 == 3`,
			"00:25  phase chaos",
			"00:30  fault lose-keystone waiting: at 5s of chaos",
			"00:30  fault lose-keystone injecting",
			"00:30  fault lose-keystone struck keystone@ctl-2: keystone is dead, 4 processes gone",
			"00:30  fault lose-keystone struck keystone@ctl-3: keystone is dead, 4 processes gone",
			"00:30  fault lose-keystone held",
			"00:40  fault lose-keystone undoing",
			"00:41  fault lose-keystone undone on keystone@ctl-2 by engine",
			"00:41  fault lose-keystone undone on keystone@ctl-3 by engine",
			"00:41  fault lose-keystone undone",
			"00:55  phase recovery",
			`01:19  steady state after the faults: count_where("service.healthy", {service: "keystone"}) == 3: passed: 3 == 3`,
			"01:20  phase done",
			"01:20  ended",
			"09:41  recovery, 48 % · tokens: offered 120/s, ok 119/s, errors 0.3 %, p50 190 ms, p99 2.3 s · part-rabbitmq undoing",
			"09:41  recovery, 48 % · tokens: offered 120/s, ok 119/s, errors 0.3 %, p50 190 ms, p99 2.3 s · part-rabbitmq undoing",
		}, lines)
	})
}

// A node that gives no answer keeps a run from its first phase for long, and nothing is told of
// it until it is over: that it is asked is said after two seconds, and now and then.
func TestAPreflightThatTakesLongSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for took, want := range map[time.Duration]string{
			1900 * time.Millisecond: "",
			15 * time.Second: "00:02  preflight: the cloud and its nodes are asked, for 2 s so far\n" +
				"00:10  preflight: the cloud and its nodes are asked, for 10 s so far\n",
		} {
			var out bytes.Buffer
			ctx, cancel := context.WithTimeout(t.Context(), took)
			began := time.Now()
			require.NoError(t, live.NewPlain(&out).Run(ctx, func() live.Snapshot {
				return live.Snapshot{Phase: live.Preflight, Elapsed: time.Since(began), PhaseElapsed: time.Since(began)}
			}))
			cancel()
			require.Equal(t, want, out.String())
		}
	})
}

// What is done before the first phase and after the last is told in their place.
func TestWhatIsDoneBesideThePhasesIsTold(t *testing.T) {
	for want, s := range map[string]live.Snapshot{
		"00:00  preflight: tenants are removed, for 2 s so far\n": {Phase: live.Preflight, PhaseNote: "tenants are removed", Silent: []string{"ctl-1"}, PhaseElapsed: 2 * time.Second},
		"00:10  done, 100 %, tenants are removed\n":               {Phase: record.Done, PhaseNote: "tenants are removed", Elapsed: 10 * time.Second, Total: 10 * time.Second},
		"00:10  recovery, 50 %\n":                                 {Phase: record.Recovery, PhaseNote: "after lose", Elapsed: 10 * time.Second, Total: 20 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			wait := 11 * time.Second
			if s.Phase == live.Preflight {
				wait = 3 * time.Second
			}
			ctx, cancel := context.WithTimeout(t.Context(), wait)
			defer cancel()
			require.NoError(t, live.NewPlain(&out).Run(ctx, func() live.Snapshot { return s }))
			require.Equal(t, want, out.String())
		})
	}
}

// Of the nodes that have not answered some are named, and how many more there are.
func TestAPreflightSaysWhoIsSilent(t *testing.T) {
	for want, silent := range map[string][]string{
		"no answer yet from ctl-1":                                        {"ctl-1"},
		"no answer yet from cmp-1, cmp-2, cmp-3, cmp-4, cmp-5 and 2 more": {"cmp-1", "cmp-2", "cmp-3", "cmp-4", "cmp-5", "cmp-6", "cmp-7"},
	} {
		s := live.Snapshot{Phase: live.Preflight, PhaseElapsed: 2 * time.Second, Silent: silent}
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			require.NoError(t, live.NewPlain(&out).Run(ctx, func() live.Snapshot { return s }))
			require.Equal(t, "00:00  preflight: "+want+", for 2 s so far\n", out.String())
		})
	}
}

// A check that has passed is told in words that nobody takes for a password and leaves out.
func TestWhatPassedIsNoSecret(t *testing.T) {
	for verdict, want := range map[string]string{"pass": "passed", "fail": "failed", "unknown": "unknown"} {
		words := live.Words(record.Event{Check: &record.CheckEvent{Expression: "x == 3", When: "before", Verdict: verdict, Detail: "ok in 9ms"}})
		require.Equal(t, "steady state before the faults: x == 3: "+want+": ok in 9ms", words)
		require.Equal(t, words, record.WithoutSecrets(words))
	}
	require.Equal(t, "pass: REDACTED", record.WithoutSecrets("pass: hunter2"), "which is one")
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("pipe is closed") }

func TestPlainReportsAWriterThatFails(t *testing.T) {
	p := live.NewPlain(broken{})
	p.Event(record.Event{Phase: &record.PhaseStarted{Name: "chaos"}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorContains(t, p.Run(ctx, snapshot), "pipe is closed")
}

func TestColour(t *testing.T) {
	for _, c := range []struct {
		terminal bool
		env      map[string]string
		want     bool
	}{
		{true, nil, true},
		{false, nil, false},
		{true, map[string]string{"NO_COLOR": "1"}, false},
		{true, map[string]string{"TERM": "dumb"}, false},
		{true, map[string]string{"TERM": "xterm-256color"}, true},
	} {
		require.Equal(t, c.want, live.Colour(c.terminal, func(k string) string { return c.env[k] }), c.env)
	}
}
