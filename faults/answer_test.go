package faults

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory/remote"
)

func TestSpanReadsWhatSystemdPrints(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"49min 4.036212s":  49*time.Minute + 4036212*time.Microsecond,
		"1w 2d 3h 4min 5s": (9*24+3)*time.Hour + 4*time.Minute + 5*time.Second,
		"1month 1s":        2629801 * time.Second,
		"250ms":            250 * time.Millisecond,
		"1y":               31557600 * time.Second,
		"999us":            999 * time.Microsecond,
	} {
		got, ok := span(text)
		require.True(t, ok, text)
		require.InDelta(t, want, got, float64(time.Microsecond), text)
	}
	for _, text := range []string{"", "infinity", "[not set]", "5", "5 parsecs", "0"} {
		_, ok := span(text)
		require.False(t, ok, text)
	}
}

func TestTheClockIsBoundedByTheQuickestRoundTrip(t *testing.T) {
	c := nodeClock{clock: record.NewClock()}
	epoch := time.Duration(c.clock.Start().UnixNano())
	now := func(node time.Duration) answer { return parse([]byte("now " + nanoseconds(epoch+node) + " 0\n")) }

	// The node is 5 s ahead. Read between 1.0 and 1.4 s, then between 2.00 and 2.02 s.
	c.learn(now(6100*time.Millisecond), time.Second, 1400*time.Millisecond)
	c.learn(now(7005*time.Millisecond), 2*time.Second, 2020*time.Millisecond)
	at, bound := c.at(Stamp{Node: epoch + 10*time.Second})
	require.InDelta(t, 10*time.Millisecond+record.Slewed(2995*time.Millisecond), bound, 2, "that of the quick one, and what it may have been made to catch up in 2.995 s")
	require.InDelta(t, 5*time.Second, *at, float64(10*time.Millisecond))

	// A step of either clock: what was known is void.
	c.learn(now(100*time.Second), 3*time.Second, 3010*time.Millisecond)
	at, bound = c.at(Stamp{Node: epoch + 100*time.Second})
	require.Equal(t, 5*time.Millisecond, bound)
	require.InDelta(t, 3*time.Second, *at, float64(10*time.Millisecond))
}

// A stamp is mapped by the clock as it stood when it was made, however late it
// is told, and by none where nobody saw that.
func TestAStampIsMappedByTheClockThatItWasMadeBy(t *testing.T) {
	c := nodeClock{clock: record.NewClock()}
	epoch := time.Duration(c.clock.Start().UnixNano())
	stamp := func(step, at time.Duration) Stamp { return Stamp{Node: epoch + at + step, Up: time.Hour + at} }
	learn := func(step, at time.Duration) {
		s := stamp(step, at)
		c.learn(parse([]byte("now "+nanoseconds(s.Node)+" "+strconv.FormatInt(s.Up.Milliseconds(), 10)+"\n")), at, at+20*time.Millisecond)
	}
	learn(0, time.Second)
	learn(5*time.Minute, 3*time.Second)
	learn(0, 8*time.Second)
	for _, made := range []Stamp{stamp(0, 2*time.Second), stamp(5*time.Minute, 2*time.Second)} {
		at, bound := c.at(made)
		require.NotNil(t, at)
		require.LessOrEqual(t, bound, 10*time.Millisecond+record.Slewed(time.Second)+1, "of the one seen nearest to it")
		require.InDelta(t, 2*time.Second, *at, float64(10*time.Millisecond))
	}
	at, bound := c.at(stamp(300*time.Millisecond, 2*time.Second)) // as by a boot, after which it was set before anybody saw it
	require.GreaterOrEqual(t, bound, 150*time.Millisecond, "it may be of before or after")
	require.Less(t, bound, 300*time.Millisecond)
	require.InDelta(t, 2*time.Second, *at, float64(bound))
	require.LessOrEqual(t, (*at - 2300*time.Millisecond).Abs(), bound)
	at, _ = c.at(stamp(-time.Minute, 2*time.Second))
	require.Nil(t, at)
	told := c.news("ctl-1", true)
	e := told[len(told)-1]
	require.InDelta(t, 0, e.Offset, float64(20*time.Millisecond), "as it stands now")
}

// What a node tells of a run that was cut off may have been stamped by a clock
// that was set; of another boot nothing is known but its wall clock.
func TestAStampIsReadByTheClockThatWasMeasured(t *testing.T) {
	clock := record.ClockEvent{Ahead: 100 * time.Hour}
	first := Stamp{Node: 101 * time.Hour, Up: time.Hour}
	for _, c := range []struct {
		made Stamp
		want time.Duration
	}{
		{Stamp{Node: 101*time.Hour + 5*time.Second, Up: time.Hour + 5*time.Second}, 101*time.Hour + 5*time.Second},
		{Stamp{Node: 101*time.Hour + 5300*time.Millisecond, Up: time.Hour + 5*time.Second}, 101*time.Hour + 5300*time.Millisecond},
		{Stamp{Node: 106 * time.Hour, Up: time.Hour + 7*time.Second}, 101*time.Hour + 7*time.Second},
		{Stamp{Node: 102 * time.Hour, Up: time.Minute, By: "heal"}, 102 * time.Hour},
		{Stamp{Node: 105 * time.Hour, Up: 2 * time.Hour, By: "boot"}, 105 * time.Hour},
	} {
		require.Equal(t, c.want, c.made.asMeasured(clock, first))
		require.Equal(t, c.made.Node, c.made.asMeasured(record.ClockEvent{}, first), "a record of before")
	}
}

func nanoseconds(d time.Duration) string { return strconv.FormatInt(int64(d), 10) }

func TestDoctorNamesEachResidueWithItsRemedy(t *testing.T) {
	d := diagnose("ctl-1", parse([]byte(`fault /run/eris/7f3c-x-1-1 held
fault /var/lib/eris/7f3c-x-1-1 armed
fault /var/lib/eris/7f3c-z-1-1 held
stamp 1795244301258221296 2907150 armed engine
residue directory /var/lib/eris/7f3c-y-1-1 of no fault	rm -r '/var/lib/eris/7f3c-y-1-1'
halt customers call
run run-7 8200 ann@desk
history 7f3c-w-1-1
stamp 1795244396271898470 3002170 undoing lease
stamp 1795244396407332734 3002300 undone lease
`)))
	var what []string
	for _, r := range d.Residue {
		require.Equal(t, "ctl-1", r.Node)
		what = append(what, r.What+" | "+r.Remedy)
	}
	require.Equal(t, []string{
		"fault 7f3c-x-1-1: held in /run/eris/7f3c-x-1-1 and armed in /var/lib/eris/7f3c-x-1-1 | " +
			"sh /run/eris/7f3c-x-1-1/guard.sh end 7f3c-x-1-1 heal || sh /var/lib/eris/7f3c-x-1-1/guard.sh end 7f3c-x-1-1 heal",
		"fault 7f3c-z-1-1: held in /var/lib/eris/7f3c-z-1-1 | " +
			"sh /run/eris/7f3c-z-1-1/guard.sh end 7f3c-z-1-1 heal || sh /var/lib/eris/7f3c-z-1-1/guard.sh end 7f3c-z-1-1 heal",
		"directory /var/lib/eris/7f3c-y-1-1 of no fault | rm -r '/var/lib/eris/7f3c-y-1-1'",
	}, what)
	require.Equal(t, "customers call", d.Halt)
	require.Equal(t, &ClaimedError{Node: "ctl-1", Run: "run-7", Left: 8200 * time.Millisecond, Owner: "ann@desk"}, d.Claim)
	require.Len(t, d.Past, 1)
	require.Equal(t, Stamp{Node: 1795244396271898470, Up: 3002170 * time.Millisecond, Event: "undoing", By: "lease"}, d.Past[0].Stamps[0])
	require.False(t, d.Clean())
}

func TestANodeThatGivesNoAnswerIsNeverClean(t *testing.T) {
	d := Diagnosis{Err: failure(remote.Result{State: remote.NotStarted, Err: remote.ErrUnreachable})}
	require.ErrorIs(t, d.Err, remote.ErrUnreachable)
	require.False(t, d.Clean())
	require.False(t, Healed{Err: failure(remote.Result{State: remote.Done, Exit: 127})}.OK())
}

func TestOpenTargetsAreThoseWithoutAVerifiedEnd(t *testing.T) {
	target := func(node string, state record.FaultState) record.Event {
		return record.Event{At: time.Second, Target: &record.TargetEvent{ID: "id-" + node, Target: record.Target{Node: node}, State: state}}
	}
	open, _, _, last := openTargets([]record.Event{
		target("a", record.Armed), target("a", record.Held), target("a", record.Undone),
		target("b", record.Armed), target("b", record.Injecting),
		target("c", record.Preflight), target("d", record.Unknown), target("e", record.Stuck), target("f", record.Failed),
		target("g", record.Preflight), target("g", record.Skipped),
		target("h", record.Armed), target("h", record.Failed), // armed, and the inject did not reach it
		target("i", record.Armed), target("i", record.Skipped), // armed, and spared
		target("j", record.Armed), target("j", record.Failed), target("j", record.Undone),
	})
	require.Equal(t, time.Second, last)
	var nodes []string
	for _, m := range open {
		nodes = append(nodes, m.Target.Node)
	}
	require.Equal(t, []string{"b", "d", "e", "h", "i"}, nodes)
}

// A clock that is set by less than its uptime can tell is known by round trips that do not
// meet. What is stamped between them may have been stamped before or after: either is in the
// bound. What is stamped beside them is as sure as ever.
func TestASmallStepIsInTheBoundOfWhatLiesBetween(t *testing.T) {
	c := nodeClock{clock: record.NewClock()}
	epoch := time.Duration(c.clock.Start().UnixNano())
	stamp := func(step, at time.Duration) Stamp { return Stamp{Node: epoch + at + step, Up: time.Hour + at} }
	learn := func(step, at time.Duration) {
		s := stamp(step, at)
		c.learn(parse([]byte("now "+nanoseconds(s.Node)+" "+strconv.FormatInt(s.Up.Milliseconds(), 10)+"\n")), at-10*time.Millisecond, at+10*time.Millisecond)
	}
	const step = 400 * time.Millisecond
	learn(0, time.Second)
	learn(0, 2*time.Second)
	learn(step, 6*time.Second)
	learn(step, 7*time.Second)
	for _, made := range []struct {
		stamp Stamp
		truth time.Duration
		sure  bool
	}{
		{stamp(0, 1500*time.Millisecond), 1500 * time.Millisecond, true}, {stamp(0, 3*time.Second), 3 * time.Second, false},
		{stamp(step, 5*time.Second), 5 * time.Second, false}, {stamp(step, 6500*time.Millisecond), 6500 * time.Millisecond, true},
		{stamp(step, 9*time.Second), 9 * time.Second, true},
	} {
		at, bound := c.at(made.stamp)
		require.InDelta(t, made.truth, *at, float64(bound))
		require.Equal(t, made.sure, bound < 195*time.Millisecond, "%s: ±%s", made.truth, bound)
	}
	told := c.news("ctl-1", true)
	e := told[len(told)-1]
	require.InDelta(t, -step, e.Offset, float64(e.Bound))
	require.InDelta(t, 7*time.Second, e.Taken, float64(e.Bound))
}

// A clock is told of when it is known, then now and then, and at once when it was set.
func TestAClockIsToldOfOverTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := nodeClock{clock: record.NewClock()}
		boot := time.Now().Add(-time.Hour)
		var told []time.Duration
		for second := range 100 {
			now := time.Now()
			if second >= 70 {
				now = now.Add(300 * time.Millisecond)
			}
			at := c.clock.Now()
			c.learn(parse([]byte("now "+nanoseconds(time.Duration(now.UnixNano()))+" "+strconv.FormatInt(time.Since(boot).Milliseconds(), 10)+"\n")), at, at)
			for _, e := range c.news("ctl-1", false) {
				told = append(told, e.Taken.Round(time.Second))
			}
			time.Sleep(time.Second)
		}
		require.Equal(t, []time.Duration{0, 30 * time.Second, 60 * time.Second, 69 * time.Second, 70 * time.Second}, told)
	})
}

// A measurement is told once, whoever asks for it: before a fault and after it the newest is told
// at once, and may have been told already.
func TestAMeasurementOfAClockIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := nodeClock{clock: record.NewClock()}
		boot := time.Now().Add(-time.Hour)
		learn := func(step time.Duration) {
			at := c.clock.Now()
			c.learn(parse([]byte("now "+nanoseconds(time.Duration(time.Now().Add(step).UnixNano()))+" "+strconv.FormatInt(time.Since(boot).Milliseconds(), 10)+"\n")), at, at)
		}
		require.Empty(t, c.news("ctl-1", true), "it was not measured")
		learn(0)
		require.Len(t, c.news("ctl-1", false), 1)
		require.Empty(t, c.news("ctl-1", true), "it was told")
		time.Sleep(time.Second)
		learn(0)
		require.Empty(t, c.news("ctl-1", false), "it goes as it should")
		require.Len(t, c.news("ctl-1", true), 1)
		time.Sleep(time.Minute)
		require.Empty(t, c.news("ctl-1", false), "there is nothing new")
		learn(300 * time.Millisecond)
		require.Len(t, c.news("ctl-1", false), 1, "what was before it was set was told")
		require.Empty(t, c.news("ctl-1", true))
	})
}
