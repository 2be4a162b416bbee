package kpi_test

import (
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// wasRead is a value that is read of a node once a second, from a moment on.
type wasRead struct {
	signal, node, service string
	from                  time.Duration
	value                 float64
}

// readings reads each series once a second for twenty minutes, with the value that
// holds; a negative one stands for silence.
func readings(list ...wasRead) func() iter.Seq2[record.Reading, error] {
	return func() iter.Seq2[record.Reading, error] {
		return func(yield func(record.Reading, error) bool) {
			for at := time.Duration(0); at < 20*time.Minute; at += time.Second {
				now := map[[3]string]float64{}
				for _, r := range list {
					if at >= r.from {
						now[[3]string{r.signal, r.node, r.service}] = r.value
					}
				}
				for key, value := range now {
					labels := map[string]string{"node": key[1]}
					if key[2] != "" {
						labels["service"] = key[2]
					}
					if value >= 0 && !yield(record.Reading{Signal: key[0], Labels: labels, At: at + 200*time.Millisecond, Value: value}, nil) {
						return
					}
				}
			}
		}
	}
}

// threeKeystones declares the group of the passing run, of which two are killed at 30.3 s.
func threeKeystones(rec *kpi.Record) {
	g := record.GroupPlan{Name: "keystone", Rule: "n-1", Tolerates: 2}
	for _, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
		g.Members = append(g.Members, record.Target{Node: node, Service: "keystone"})
	}
	rec.Meta.Groups = []record.GroupPlan{g}
}

func healthy(node string, from time.Duration, value float64) wasRead {
	return wasRead{"service.healthy", node, "keystone", from, value}
}

func TestRedundancyIsRestoredWhenAllMembersWereReadAsWellAgain(t *testing.T) {
	up := []wasRead{healthy("ctl-1", 0, 1), healthy("ctl-2", 0, 1), healthy("ctl-3", 0, 1)}
	two := append(up, healthy("ctl-2", 31*time.Second, 0), healthy("ctl-3", 31*time.Second, 0), healthy("ctl-2", 42*time.Second, 1))
	for name, c := range map[string]struct {
		read      []wasRead
		undeclare bool
		state     kpi.State
		low, high float64
		value     float64
		detail    string
	}{
		"when the last one was back":            {read: append(two, healthy("ctl-3", 50*time.Second, 1)), state: kpi.Measured, low: 19.2, value: 20.2, high: 20.2, detail: "keystone had 1 of 3; keystone@ctl-3 was back last"},
		"flapping counts to its end":            {read: append(two, healthy("ctl-3", 50*time.Second, 1), healthy("ctl-3", 55*time.Second, 0), healthy("ctl-3", 60*time.Second, 1)), state: kpi.Measured, low: 29.2, value: 30.2, high: 30.2, detail: "keystone had 1 of 3; keystone@ctl-3 was back last"},
		"one never came back":                   {read: two, state: kpi.Censored, low: 49.998, value: 49.998, detail: "keystone had 1 of 3; keystone@ctl-3 was not seen to be back"},
		"none was ever missing":                 {read: up, state: kpi.None, low: 0, high: 1, detail: "all 3 members were there at each reading"},
		"nobody read one of them":               {read: up[:2], state: kpi.NotMeasured, detail: "nobody read whether these were well: keystone@ctl-3; collectors of the kinds service, galera and rabbitmq tell"},
		"the record does not declare the group": {read: up, undeclare: true, state: kpi.NotMeasured, detail: "the record does not say who the members of keystone are"},
		"it fell silent":                        {read: append(two, healthy("ctl-3", 50*time.Second, -1)), state: kpi.Censored, low: 19.2, value: 19.2, detail: "keystone had 1 of 3; nothing more was read of keystone@ctl-3"},
	} {
		t.Run(name, func(t *testing.T) {
			a := altered(func(rec *kpi.Record) {
				threeKeystones(rec)
				if c.undeclare {
					rec.Meta.Groups = nil
				}
				rec.Signals = readings(c.read...)
			})
			k := figure(t, a, "redundancy_restored", "lose-keystone")
			require.Equal(t, c.state, k.State, k.Detail)
			require.Equal(t, c.detail, k.Detail)
			inside := func(want float64, got *float64) { require.InDelta(t, want, *got, 0.12) }
			switch c.state {
			case kpi.Measured:
				inside(c.value, k.Value)
				inside(c.low, k.Low)
				inside(c.high, k.High)
			case kpi.Censored:
				inside(c.value, k.Value)
				require.Nil(t, k.High)
			case kpi.None:
				require.Nil(t, k.Value)
				inside(c.high, k.High)
			default:
				require.Nil(t, k.Value)
			}
		})
	}
}

// A Galera member whose process is there again is none of the quorum before it has joined.
func TestAQuorumIsOfMembersThatHaveJoined(t *testing.T) {
	db := record.Target{Node: "ctl-2", Service: "mariadb"}
	j := example.NewJournal("galera", 40)
	j.Declare("kill-mariadb", "service.kill", 10*time.Second, "mariadb", db)
	j.Phase(0, "baseline")
	j.Phase(25*time.Second, "chaos")
	j.Strike("kill-mariadb", 30*time.Second, "mariadb is dead")
	j.Undo("kill-mariadb", 40*time.Second, "engine")
	j.Phase(55*time.Second, "recovery")
	j.End(80 * time.Second)
	rec := j.Record(example.Cloud{Seed: 7, Rate: 40, Length: 80 * time.Second, Median: 88 * time.Millisecond, Spread: 0.3})
	g := record.GroupPlan{Name: "mariadb", Rule: "majority", Tolerates: 1}
	var read []wasRead
	for _, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
		g.Members = append(g.Members, record.Target{Node: node, Service: "mariadb"})
		read = append(read, wasRead{"service.healthy", node, "mariadb", 0, 1}, wasRead{"galera.synced", node, "", 0, 1}, wasRead{"galera.cluster_size", node, "", 0, 3})
	}
	rec.Meta.Groups = []record.GroupPlan{g}
	read = append(read,
		wasRead{"service.healthy", "ctl-2", "mariadb", 31 * time.Second, 0}, wasRead{"service.healthy", "ctl-2", "mariadb", 41 * time.Second, 1},
		wasRead{"galera.synced", "ctl-2", "", 31 * time.Second, 0}, wasRead{"galera.synced", "ctl-2", "", 52 * time.Second, 1},
		wasRead{"galera.cluster_size", "ctl-1", "", 31 * time.Second, 2}, wasRead{"galera.cluster_size", "ctl-1", "", 50 * time.Second, 3},
	)
	rec.Signals = readings(read...)
	k := figure(t, kpi.Compute(rec, kpi.Settings{}), "redundancy_restored", "kill-mariadb")
	require.Equal(t, kpi.Measured, k.State, k.Detail)
	require.InDelta(t, 22.2, *k.Value, 0.1, "the port was there at 41 s, the cluster was whole at 52 s")
	require.Contains(t, k.Detail, "mariadb@ctl-2 was back last")
}

// A node that is gone says nothing, which is an absence where a fault took it away.
func TestANodeThatAFaultTookAwayIsMissingWhileItIsSilent(t *testing.T) {
	silent := []wasRead{healthy("ctl-1", 0, 1), healthy("ctl-2", 0, 1), healthy("ctl-3", 0, 1), healthy("ctl-3", 31*time.Second, -1), healthy("ctl-3", 60*time.Second, 1)}
	for _, taken := range []bool{true, false} {
		k := figure(t, altered(func(rec *kpi.Record) {
			threeKeystones(rec)
			rec.Signals = readings(silent...)
			if taken {
				rec.Meta.Faults[0].Costs = []record.Target{{Node: "ctl-3"}}
			}
		}), "redundancy_restored", "lose-keystone")
		if taken {
			require.Equal(t, kpi.Measured, k.State, k.Detail)
			require.InDelta(t, 30.2, *k.Value, 0.1)
			require.Zero(t, *k.Low, "when it came back is not known")
			continue
		}
		require.Equal(t, kpi.None, k.State, k.Detail)
		require.InDelta(t, 29.9, *k.High, 0.2, "as long as nobody read it, it may have been gone")
	}
}

// A run that ends before a member was read again says of whom nothing is known.
func TestAnEndBeforeAnyReadingNamesWhoWasNotRead(t *testing.T) {
	rec := example.Killed(30*time.Second + 200*time.Millisecond)
	threeKeystones(&rec)
	rec.Signals = readings(healthy("ctl-1", 0, 1), healthy("ctl-1", 29500*time.Millisecond, -1), healthy("ctl-2", 0, 1), healthy("ctl-2", 29500*time.Millisecond, -1), healthy("ctl-3", 0, 1), healthy("ctl-3", 29500*time.Millisecond, -1))
	k := figure(t, kpi.Compute(rec, kpi.Settings{}), "redundancy_restored", "lose-keystone")
	require.Regexp(t, `^nothing more was read of keystone@ctl-[123]$`, k.Open())
	require.Regexp(t, `^nothing more was read of keystone@ctl-[123]$`, k.Detail)
}
