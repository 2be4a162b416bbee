package nova_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/nova"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/testenv/familytest"
)

func TestWhatSomebodyHasSaidAlreadyIsRefused(t *testing.T) {
	t.Parallel()
	bed, _, _ := simBed(t)
	for _, said := range []struct {
		what   body
		reason string
	}{
		{body{"status": "disabled", "disabled_reason": "new disks"}, `ctl-2 is disabled in Nova already: "new disks"`},
		{body{"status": "disabled", "disabled_reason": "eris fault 0a1b2c3d-x-1-1 (disable)"}, "a nova fault of another run is still here (0a1b2c3d-x-1-1)"},
		{body{"status": "enabled", "forced_down": true}, "ctl-2 is forced down in Nova already"},
	} {
		tell(t, bed, said.what)
		for _, kind := range nova.Kinds() {
			require.Contains(t, bed.Refusal(t, kind.New()), said.reason)
		}
	}
	tell(t, bed, body{"forced_down": false})
	require.Empty(t, bed.Refusal(t, &nova.ForceDown{}))
}

// Whoever disables the host for a reason of his own has it from then on: what he says
// stays, and the fault is not over before he says otherwise. That it is forced down was
// the fault's saying, and does not stay.
func TestAHostThatSomebodyElseHasDisabledMeanwhileIsLeftAndTold(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, fault faults.Fault) {
		t.Helper()
		bed, keeper, _ := simBed(t)
		run := bed.LongRun("run-foreign", "ann@desk")
		i := run.Struck(t, fault)
		tell(t, bed, body{"status": "disabled", "disabled_reason": "new disks"})
		was := []string{"disabled", "new disks", "up", ""}
		ctx, cancel := context.WithTimeout(t.Context(), 3*faulttest.Lease) // one try at least, on whatever machine
		defer cancel()
		require.ErrorContains(t, i.Undo(ctx, "engine", ""), "somebody else has told Nova something of ctl-2 meanwhile, which is left as it is")
		require.Equal(t, record.Stuck, i.State())
		require.Equal(t, was, said(t, bed))
		id := i.Targets()[0].Target.ID
		require.Equal(t, 1, strings.Count(bed.Told(t, id), " undo-failed "), "it is told once")
		undone, left, err := keeper.Heal(t.Context(), bed.Cloud, []string{"ctl-2"}, time.Second)
		require.NoError(t, err)
		require.Empty(t, undone)
		require.Len(t, left, 1)
		require.Contains(t, left[0].What, "+DisabledReason=new disks")
		for _, remedy := range []string{left[0].Remedy, remedyIn(t, run)} {
			require.Contains(t, remedy, `it is disabled for another reason ("new disks"), and whoever has done that enables it`)
			require.NotContains(t, remedy, "--enable", "it is not for who pastes it")
		}
		require.Equal(t, was, said(t, bed))

		fenced := body{"forced_down": true}
		tell(t, bed, fenced)
		_, left, err = keeper.Heal(t.Context(), bed.Cloud, []string{"ctl-2"}, time.Second)
		require.NoError(t, err)
		require.Len(t, left, 1)
		require.Equal(t, "forced down", said(t, bed)[3], "who says so now is somebody else")

		tell(t, bed, body{"status": "enabled", "forced_down": false})
		undone, _, err = keeper.Heal(t.Context(), bed.Cloud, []string{"ctl-2"}, 30*time.Second)
		require.NoError(t, err)
		require.Equal(t, []string{id}, undone)
	})
}

// remedyIn is what a run's record says a person is to type.
func remedyIn(t *testing.T, run *faulttest.Run) string {
	t.Helper()
	for _, e := range run.Journal.Events() {
		if e.Residue != nil {
			return e.Residue.Remedy
		}
	}
	require.Fail(t, "nothing is left by the record")
	return ""
}

// Who may not see Nova's services need not be who has made a fault: nothing that he
// finds is not nothing.
func TestANovaThatDoesNotAnswerWhoAsksLeavesItUnknown(t *testing.T) {
	t.Parallel()
	bed, _, cloud := simBed(t)
	other := familytest.KeeperOf(nova.Family{}, t.TempDir())
	g := familytest.Behind(t, bed.Cloud, cloud.Endpoint, http.MethodPut, 0)
	nodes := []string{"ctl-1", "ctl-2", "ctl-3"}
	found, err := other.Doctor(t.Context(), bed.Cloud, nodes)
	require.NoError(t, err)
	require.Empty(t, found)
	g.Forbids.Store(true)
	_, err = other.Doctor(t.Context(), bed.Cloud, nodes)
	require.ErrorContains(t, err, "ask Nova which hosts are disabled")
	require.ErrorContains(t, err, "403")
	_, _, err = other.Heal(t.Context(), bed.Cloud, nodes, time.Second)
	require.ErrorContains(t, err, "403")
	bed.Cloud.OpenStack.File += ".old"
	_, err = other.Doctor(t.Context(), bed.Cloud, nodes)
	require.ErrorContains(t, err, "clouds.yaml.old")
}

// Nova keeps no reason for a host that is enabled, so that nobody knows who forced it
// down. It is told and left.
func TestAHostThatIsForcedDownWithoutAMarkIsToldAndLeft(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	nodes := []string{"ctl-1", "ctl-2", "ctl-3"}
	tell(t, bed, body{"forced_down": true})
	found, err := keeper.Doctor(t.Context(), bed.Cloud, nodes)
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, "ctl-2", found[0].Node)
	require.Contains(t, found[0].What, "Nova takes ctl-2 for down because it was told so, though it is enabled")
	require.Contains(t, found[0].Remedy, " compute service set --up nova-compute 'ctl-2'")
	undone, left, err := keeper.Heal(t.Context(), bed.Cloud, nodes, time.Second)
	require.NoError(t, err)
	require.Empty(t, append(undone, ids(left)...))
	require.Equal(t, "forced down", said(t, bed)[3])
}

func ids(left []outside.Left) (all []string) {
	for _, l := range left {
		all = append(all, l.ID)
	}
	return all
}

// What somebody has put right is nobody's undo; that he forgot the flag is no reason
// to leave it.
func TestAHostThatSomebodyElseHasEnabledIsHealedByTheCloud(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, fault faults.Fault) {
		t.Helper()
		bed, _, _ := simBed(t)
		i := bed.LongRun("run-enabled", "ann@desk").Struck(t, fault)
		tell(t, bed, body{"status": "enabled"})
		require.True(t, i.Gone(t.Context()))
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.SelfHealed, i.State())
		require.False(t, bed.Changed(t, bed))
	})
}

// What gives no answer is neither healed nor undone.
func TestWithoutAnAnswerNothingIsHealedAndTheUndoIsTriedUntilThereIsOne(t *testing.T) {
	t.Parallel()
	bed, _, _ := simBed(t)
	run := bed.NewRun("run-silent", "ann@desk")
	run.Lease = faulttest.MaxLease // Nova is away on all of its nodes before it ends
	i := run.Struck(t, &nova.ComputeDisable{})
	id := i.Targets()[0].Target.ID
	everywhere := func(verb string) {
		for _, node := range bed.Cloud.Nodes {
			other := bed
			other.Node = node
			other.Shell(t, "systemctl %s nova-api.service", verb)
		}
	}
	everywhere("stop")
	require.False(t, i.Gone(t.Context()), "silence is no healing")
	faulttest.Eventually(t, run.Lease+20*time.Second, "its dead-man tells that it could not be undone", func() bool {
		return strings.Contains(bed.Told(t, id), " undo-failed lease ")
	})
	require.NotContains(t, bed.Told(t, id), " undone ")
	require.NotEmpty(t, bed.Refusal(t, &nova.ComputeDisable{}), "nor is anything armed")
	everywhere("start")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	require.Equal(t, record.Undone, i.State(), "which is no healing by the cloud")
	require.False(t, bed.Changed(t, bed))
}

// Without the folder of the machine that made it, Nova itself tells what is left.
func TestAnotherMachineFindsTheMarkInNovaAndTakesItBack(t *testing.T) {
	t.Parallel()
	eachKind(t, func(t *testing.T, fault faults.Fault) {
		t.Helper()
		bed, _, _ := simBed(t)
		other := familytest.KeeperOf(nova.Family{}, t.TempDir())
		run := bed.LongRun("run-elsewhere", "ann@desk")
		i := run.Struck(t, fault)
		id := i.Targets()[0].Target.ID
		found, err := other.Doctor(t.Context(), bed.Cloud, []string{"ctl-1", "ctl-2", "ctl-3"})
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, id, found[0].ID)
		require.Equal(t, "ctl-2", found[0].Node)
		require.Contains(t, found[0].What, "which is not held from this machine")
		require.Contains(t, found[0].Remedy, " compute service set --enable")
		require.True(t, bed.Changed(t, bed), "doctor changes nothing")
		undone, left, err := other.Heal(t.Context(), bed.Cloud, []string{"ctl-2"}, 30*time.Second)
		require.NoError(t, err)
		require.Empty(t, left)
		require.Equal(t, []string{id}, undone)
		require.False(t, bed.Changed(t, bed))
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
	})
}

func TestAHaltIsSeenByAnInjectAndEndsWhatIsHeld(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	nodes := []string{"ctl-2"}
	i := bed.LongRun("run-halt", "ann@desk").Struck(t, &nova.ForceDown{})
	_, left, err := keeper.Halt(t.Context(), bed.Cloud, nodes, "customers call", 30*time.Second)
	require.NoError(t, err)
	require.Empty(t, left)
	require.False(t, bed.Changed(t, bed))
	require.NoError(t, i.Undo(t.Context(), "halt", ""))
	require.Equal(t, "halt", i.Targets()[0].By)
	require.Contains(t, bed.Refusal(t, &nova.ForceDown{}), "eris was halted here: customers call")
	_, _, err = keeper.Heal(t.Context(), bed.Cloud, nodes, time.Second)
	require.NoError(t, err)
	armed := bed.LongRun("run-armed", "ann@desk").Armed(t, &nova.ForceDown{})
	_, _, err = keeper.Halt(t.Context(), bed.Cloud, nil, "too hot", time.Second)
	require.NoError(t, err)
	require.ErrorIs(t, armed.Fire(t.Context(), faulttest.Admit), faults.ErrHalted)
	require.False(t, bed.Changed(t, bed))
	require.NoError(t, armed.Undo(t.Context(), "halt", ""))
}

// Nova's state before is part of the record, and no credential is in the folder.
func TestTheFolderAndTheRecordHaveTheStateAndNoSecret(t *testing.T) {
	t.Parallel()
	bed, keeper, _ := simBed(t)
	run := bed.NewRun("run-secret", "ann@desk")
	i := run.Struck(t, &nova.ForceDown{})
	require.Contains(t, run.Journal.Target(t, record.Armed).Fingerprint, "Status=enabled\nDisabledReason=\nForcedDown=false")
	text, err := os.ReadFile(bed.Cloud.OpenStack.File)
	require.NoError(t, err)
	_, password, _ := strings.Cut(string(text), "password: ")
	password, _, _ = strings.Cut(password, "\n")
	require.NotEmpty(t, password)
	folder := filepath.Join(keeper.Dir, i.Targets()[0].Target.ID)
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err == nil {
			require.NotContains(t, string(text), strings.TrimSpace(password), entry.Name())
		}
	}
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
}
