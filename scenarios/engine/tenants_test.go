package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// fakeRegistrar notes what it is asked for.
type fakeRegistrar struct {
	refuses, fails, stays error
	did                   []string
	work                  *fakeWork
}

func (f *fakeRegistrar) Check(_ context.Context, env loadgen.Env, all []loadgen.Tenants) error {
	f.did = append(f.did, "check "+all[0].Name)
	return f.refuses
}

func (f *fakeRegistrar) Make(_ context.Context, env loadgen.Env, t loadgen.Tenants) ([]loadgen.Account, error) {
	f.did = append(f.did, "make "+t.Name)
	return make([]loadgen.Account, t.Accounts()), f.fails
}

func (f *fakeRegistrar) Remove(ctx context.Context, env loadgen.Env) error {
	if f.work.closed.Load() {
		f.did = append(f.did, "remove after the loads")
	} else {
		f.did = append(f.did, "remove")
	}
	return errors.Join(ctx.Err(), f.stays)
}

func (f *fakeRegistrar) Close() error {
	f.did = append(f.did, "let go")
	return nil
}

// Tenants are made before the loads and removed after them, on whatever path a
// run ends.
func TestTenantsAreRemovedOnEveryPath(t *testing.T) {
	made := loadgen.Tenants{Name: "customers", Projects: 2, Users: 2}
	for name, c := range map[string]struct {
		registrar fakeRegistrar
		given     bool
		broken    bool // the load cannot be opened
		stop      time.Duration
		did       []string
		veto      string
	}{
		"to its end":      {did: []string{"check customers", "make customers", "remove after the loads", "let go"}},
		"stopped":         {stop: 2 * time.Second, did: []string{"check customers", "make customers", "remove after the loads", "let go"}},
		"refused":         {registrar: fakeRegistrar{refuses: errors.New("you may not")}, did: []string{"check customers", "let go"}, veto: "you may not"},
		"not all made":    {registrar: fakeRegistrar{fails: errors.New("half of them")}, did: []string{"check customers", "make customers", "remove", "let go"}, veto: "half of them"},
		"not opened":      {broken: true, did: []string{"check customers", "make customers", "remove", "let go"}, veto: "open load tokens"},
		"given":           {given: true, did: []string{"check customers", "make customers", "let go"}},
		"something stays": {registrar: fakeRegistrar{stays: errors.New("a project is left")}, did: []string{"check customers", "make customers", "remove after the loads", "let go"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				work := &fakeWork{takes: 500 * time.Millisecond}
				load := tokens(work)
				of := made
				if c.given {
					of = loadgen.Tenants{Name: "customers", Clouds: []string{"alice", "bob"}}
				}
				load.Tenants = &of
				if c.broken {
					load.Workload = closedWork{}
				}
				s := newScene(t, scenarios.Spec{
					Tenants: []loadgen.Tenants{of}, Loads: []*scenarios.Load{load},
					Phases: scenarios.Phases{Warmup: time.Second, Baseline: time.Second, Chaos: time.Second, Recovery: time.Second},
				})
				c.registrar.work = work
				s.Registrar = &c.registrar
				var doing []string
				s.Doing = func(what string) { doing = append(doing, what) }
				ctx, stop := stopper(t)
				if c.stop > 0 {
					time.AfterFunc(c.stop, func() { stop(errors.New("interrupted")) })
				}
				err := s.Execute(ctx)
				if c.veto != "" {
					require.ErrorContains(t, err, c.veto)
					var veto *Veto
					require.ErrorAs(t, err, &veto)
					require.Equal(t, len(c.did) > 2, veto.Sent, "projects that were made are no nothing")
				} else {
					require.NoError(t, err)
				}
				require.Equal(t, c.did, c.registrar.did)
				require.Equal(t, slices.Contains(c.did, "make customers") && !c.given, slices.Contains(doing, "tenants are made: customers"), doing)
				removed := slices.ContainsFunc(c.did, func(did string) bool { return strings.HasPrefix(did, "remove") })
				require.Equal(t, removed, slices.Contains(doing, "tenants are removed"), doing)
				var left []record.Residue
				for _, e := range s.seen() {
					if e.Residue != nil {
						left = append(left, *e.Residue)
					}
				}
				if c.registrar.stays == nil {
					require.Empty(t, left)
					return
				}
				require.Equal(t, []record.Residue{{What: "a project is left", Remedy: "eris cleanup " + s.Record.ID() + " -i cloud.yaml"}}, left)
			})
		})
	}
}

// A load is asked what it needs as who will have what is made for it; nothing of that is there yet.
func TestNeedsAreThoseWithWhatIsMadeForTenants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		load := tokens(&fakeWork{})
		load.Tenants = &loadgen.Tenants{
			Name: "customers", Projects: 2, Users: 1, Flavors: []loadgen.TenantFlavor{{Name: "big", RAM: 4096, VCPUs: 4}}, Images: []loadgen.TenantImage{{Name: "cirros", URL: "http://a.example/i"}},
		}
		s := newScene(t, scenarios.Spec{Tenants: []loadgen.Tenants{*load.Tenants}, Loads: []*scenarios.Load{load}})
		looks := s.looksOf(load)
		require.Len(t, looks, 1)
		require.Equal(t, &loadgen.Account{
			Flavors: []loadgen.MadeFlavor{{ID: "big", TenantFlavor: load.Tenants.Flavors[0]}}, Images: []loadgen.MadeImage{{ID: "cirros", Name: "cirros"}},
		}, looks[0].Account)
		require.Equal(t, loadgen.ImageFetchMost, s.fetchMost())
		require.Equal(t, loadgen.ImageSendMost+time.Minute, s.uploadMost())
		load.Tenants = nil
		require.Nil(t, s.looksOf(load)[0].Account)
	})
}

// closedWork cannot be opened.
type closedWork struct{}

func (closedWork) Open(context.Context, loadgen.Env) (loadgen.Session, error) {
	return nil, errors.New("it is closed")
}

// What cleans up is told of the entries that were given to loads.
func TestTheCleanupOfGivenTenants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{Tenants: []loadgen.Tenants{{Name: "given", Clouds: []string{"alice", "bob"}}}})
		require.Equal(t, "eris cleanup "+s.Record.ID()+" -i cloud.yaml --cloud alice --cloud bob", s.cleanup())
		require.ErrorContains(t, s.checkTenants(t.Context()), "tenants given: nothing here makes any")
	})
}

// Microversions are asked for by every load, checked before anything is touched,
// and not by who makes tenants.
func TestMicroversionsOfLoads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chosen := map[string]string{"compute": "2.79"}
		s := newScene(t, scenarios.Spec{Microversions: chosen})
		require.ErrorContains(t, s.checkAccess(t.Context()), "nothing here asks for any")
		s.Microversions = func(_ context.Context, env loadgen.Env) error {
			require.Equal(t, chosen, env.Microversions)
			return errors.New("the service has 2.1 to 2.60")
		}
		var veto *Veto
		require.ErrorAs(t, s.Execute(t.Context()), &veto)
		require.ErrorContains(t, veto, "the service has 2.1 to 2.60")
		require.Equal(t, chosen, s.env("boots").Microversions)
		require.Nil(t, s.administrator("tenants").Microversions)
	})
}

// A load whose iterations want a token each is wrapped before it is spread, and
// refused where nothing does that.
func TestFreshSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		load := tokens(&fakeWork{})
		load.Fresh, load.Tenants = true, &loadgen.Tenants{Name: "given", Clouds: []string{"alice"}}
		s := newScene(t, scenarios.Spec{Loads: []*scenarios.Load{load}})
		require.ErrorContains(t, s.checkTenants(t.Context()), "load tokens: nothing here gets a token for each iteration")
		s.Fresh = func(loadgen.Workload) loadgen.Workload { return &renewing{fakeWork: fakeWork{takes: time.Hour}} }
		require.NoError(t, s.checkTenants(t.Context()))
		require.IsType(t, &renewing{}, s.workload(load).(*loadgen.Spread).Workload)
		load.Tenants = nil
		require.IsType(t, &renewing{}, s.workload(load))
		load.Fresh = false
		require.IsType(t, &fakeWork{}, s.workload(load))
	})
}
