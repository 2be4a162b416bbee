package operator_test

import (
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/operator"
)

// halves is a fault of two files, the second one later than the first.
func halves(t *testing.T, change map[string]string) *operator.Run {
	t.Helper()
	set := map[string]string{
		"inject":  "#!/bin/sh\ntouch /root/one\nsleep 9\ntouch /root/two\n",
		"observe": "#!/bin/sh\n[ -e /root/two ] && echo 2 of 2 files\n",
		"undo":    "#!/bin/sh\nrm -f /root/one /root/two\n",
		"verify":  "#!/bin/sh\n[ ! -e /root/one ] && [ ! -e /root/two ]\n",
	}
	maps.Copy(set, change)
	return load(t, set)
}

// drilled makes a drill of a fault on a bed.
func drilled(t *testing.T, bed faulttest.Bed, fault faults.Fault, drill faults.Drill) (string, error) {
	t.Helper()
	return bed.NewRun("run-drill", "ann@desk").Lifecycle.Drill(t.Context(), faults.Spec{
		Name: "mine", Fault: fault, Targets: []faults.Target{bed.Target()},
		// A busy machine takes its time to arm, and to begin what is cut at a third of it.
		Timing: faults.Timing{Hold: time.Second, Lease: 20 * time.Second, TTL: 21 * time.Second},
	}, drill, 9*time.Second, faulttest.Admit)
}

func TestDrillsOfAFaultThatKeepsTheContract(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	standsDrills(t, bed)
}

// standsDrills makes all drills of a fault that stands them.
func standsDrills(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	for _, drill := range faults.Drills() {
		want := string(drill)
		if drill == faults.CutEarly || drill == faults.CutLate {
			want += " (it was cut off)"
		}
		told, err := drilled(t, bed, halves(t, nil), drill)
		require.NoError(t, err, drill)
		require.Equal(t, want, told)
		require.Equal(t, "0", bed.Shell(t, "ls /root/one /root/two 2>/dev/null | grep -c ."), drill)
		bed.Clean(t)
	}
}

func TestDrillsOfAFaultThatBreaksTheContract(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change map[string]string
		drill  faults.Drill
		want   string
	}{
		"its undo wants an inject": {map[string]string{"undo": "#!/bin/sh\nrm /root/one /root/two\n"}, faults.Unfired,
			"mine on ctl-3, undone without an inject: its undo failed: rm: /root/"},
		"its undo harms what was never struck": {map[string]string{"undo": "#!/bin/sh\nrm -f /root/one /root/two; [ $ERIS_TOUCHED = yes ] || touch /root/one\n"}, faults.Unfired,
			"it left its target otherwise: not healthy before the start"},
		"its fingerprint differs after an undo without an inject": {map[string]string{
			"undo":        "#!/bin/sh\nrm -f /root/one /root/two; touch /root/undone\n",
			"fingerprint": "#!/bin/sh\nls /root\n",
		}, faults.Unfired, "it left its target otherwise: +undone"},
		"its observe sees an effect before there is one": {map[string]string{"observe": "#!/bin/sh\necho 2 of 2 files\n"}, faults.Unfired,
			"its observe sees an effect before there is one"},
		"its undo wants the whole inject": {map[string]string{"undo": "#!/bin/sh\nif [ -e /root/two ]; then rm -f /root/one /root/two; fi\n"}, faults.CutLate,
			"mine on ctl-3, undone late in its inject: "},
		"its undo can be run only once": {map[string]string{"undo": "#!/bin/sh\nrm /root/one /root/two\n"}, faults.Twice,
			"its undo failed the second time: rm: /root/"},
		"its undo fails": {map[string]string{"undo": "#!/bin/sh\necho no way back\nexit 1\n"}, faults.Twice,
			"its undo failed: no way back"},
		"its verify is blind": {map[string]string{"verify": "#!/bin/sh\n:\n"}, faults.Twice,
			"neither its fingerprint nor its health differs while it is held"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bed, _ := simBed(t, "")
			_, err := drilled(t, bed, halves(t, c.change), c.drill)
			var found *faults.DrillError
			require.ErrorAs(t, err, &found)
			require.Equal(t, c.drill, found.Drill)
			require.ErrorContains(t, err, c.want)
		})
	}
}
