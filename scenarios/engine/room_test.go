package engine

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// booting is a workload of which every iteration needs cores.
type booting struct {
	fakeWork
	needs  loadgen.Need
	role   string
	opened bool
}

func (w *booting) Role() string { return w.role }

func (w *booting) Open(_ context.Context, env loadgen.Env) (loadgen.Session, error) {
	if env.Needs != nil {
		env.Needs(w.needs)
		return nil, loadgen.ErrLooked
	}
	w.opened = true
	return w, nil
}

func boots(name string, workers int, needs loadgen.Need) (*scenarios.Load, *booting) {
	work := &booting{needs: needs, role: "member"}
	spec := loadgen.DefaultSpec()
	spec.Concurrency = workers
	return &scenarios.Load{Name: name, Kind: "fake", Workload: work, Spec: spec}, work
}

func cores(each, used, limit int) loadgen.Need {
	return loadgen.Need{Service: "compute", Resource: "cores", Each: each, Used: used, Limit: limit}
}

// roomOf is a scene whose quotas and roles are looked at, and what it notes.
func roomOf(t *testing.T, spec scenarios.Spec, roles ...string) (s *scene, notes func() []string) {
	t.Helper()
	s = newScene(t, spec)
	s.Granted = func(context.Context, loadgen.Env) (loadgen.Granted, error) {
		return loadgen.Granted{Project: "p", Roles: roles}, nil
	}
	return s, func() (list []string) {
		for _, e := range s.seen() {
			if e.Note != nil {
				list = append(list, e.Note.Level+" "+e.Note.Text)
			}
		}
		return list
	}
}

func TestARunOfWhichNoIterationFitsIntoAQuotaIsRefusedBeforeAnythingIsMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		load, work := boots("boots", 1, cores(2, 19, 20))
		s, _ := roomOf(t, scenarios.Spec{Phases: tenEach(), Loads: []*scenarios.Load{load}}, "member")
		s.Registrar = nil
		var veto *Veto
		require.ErrorAs(t, s.Execute(t.Context()), &veto)
		require.ErrorContains(t, veto, "load boots: one iteration needs 2 of the quota of cores of compute, and 1 of 20 are left")
		require.False(t, work.opened)
		require.False(t, veto.Sent)
	})
}

func TestLoadsThatNeedMoreThanTheQuotaTogetherAreWarnedOfWithNumbers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, _ := boots("boots", 10, cores(2, 4, 20))
		other, _ := boots("more", 5, cores(4, 4, 20))
		s, notes := roomOf(t, scenarios.Spec{Loads: []*scenarios.Load{one, other}}, "member")
		require.NoError(t, s.checkRoom(t.Context()))
		require.Equal(t, []string{"warning the quota of cores of compute is too little for all at once: boots and more may need 40, and 16 of 20 are left; what is over it fails as quota"}, notes())
	})
}

func TestWhatHasRoomIsNotWarnedOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, _ := boots("boots", 8, cores(2, 4, 20))
		free, _ := boots("free", 1000, cores(2, 4, -1))
		free.Workload.(*booting).needs.Resource = "ram"
		s, notes := roomOf(t, scenarios.Spec{Loads: []*scenarios.Load{one, free}}, "member")
		require.NoError(t, s.checkRoom(t.Context()))
		require.Empty(t, notes())
	})
}

func TestAMissingRoleAndAQuotaThatCannotBeReadAreNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		load, _ := boots("boots", 1, loadgen.Need{Service: "orchestration", Resource: "stacks", Each: 1, Unknown: "Heat tells nobody"})
		s, notes := roomOf(t, scenarios.Spec{Loads: []*scenarios.Load{load}}, "reader")
		require.NoError(t, s.checkRoom(t.Context()))
		require.Equal(t, []string{
			"warning load boots: its workload fake needs the role member by default, and the user of clouds.yaml has only reader",
			"info not checked before the start: quota of stacks of orchestration: Heat tells nobody",
		}, notes())
	})
}

// Projects that are made have the quotas that the scenario gives them, and nothing in them.
func TestTheQuotasOfTenantsThatAreMadeAreTheScenarios(t *testing.T) {
	tenants := &loadgen.Tenants{Name: "customers", Projects: 4, Users: 2, Quotas: map[string]map[string]int{"compute": {"cores": 6}}}
	load, work := boots("boots", 16, cores(2, 20, 20))
	load.Tenants = tenants
	needs := ofLoad(load, "p", []loadgen.Need{work.needs, {Service: "compute", Resource: "ram", Each: 64}})
	require.NoError(t, tooLittle(needs))
	require.Equal(t, []string{"the quota of cores of compute is too little for all at once: boots may need 8, and 6 of 6 are left; what is over it fails as quota"}, crowded(needs))
	require.Equal(t, "projects that are made have what the cloud gives new ones", needs[1].Unknown)
	tenants.Quotas["compute"]["cores"] = 1
	require.ErrorContains(t, tooLittle(ofLoad(load, "p", []loadgen.Need{work.needs})), "one iteration needs 2 of the quota of cores of compute, and 1 of 1 are left")
}
