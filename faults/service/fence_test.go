package service_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/service"
)

// What cannot write to /run that it begins, as when that is full, does not begin;
// and what an undo has closed stays closed, though it could not write its state.
func TestNothingIsInjectedThatCouldNotBeWrittenDownOrIsClosed(t *testing.T) {
	t.Parallel()
	for what, spoil := range map[string]string{"state": "state.new", "fence": "closed"} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			bed, _ := simBed(t)
			run := bed.LongRun("run-full", "ann@desk")
			i := run.Armed(t, &service.Stop{})
			spoiled := "/run/eris/" + i.Targets()[0].Target.ID + "/" + spoil
			bed.Shell(t, "mkdir %s", spoiled)
			err := i.Fire(t.Context(), faulttest.Admit)
			require.Error(t, err)
			if what == "fence" {
				require.ErrorIs(t, err, faults.ErrFenced)
			}
			require.False(t, bed.Changed(t, bed))
			bed.Shell(t, "rmdir %s", spoiled)
			require.NoError(t, i.Undo(t.Context(), "engine", ""))
			require.NotEqual(t, record.Stuck, i.State())
			bed.Clean(t)
		})
	}
}
