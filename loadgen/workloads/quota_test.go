package workloads_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// counted counts the iterations by class.
type counted struct {
	mu      sync.Mutex
	classes map[record.Class]int
}

func (c *counted) Sample(s record.Sample) {
	if s.Operation != "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.classes[s.Class]++
}

// under runs a load of a workload for ten minutes, or until it says that it is
// hopeless.
func (c *cloud) under(name string, spec loadgen.Spec) (classes map[record.Class]int, why error) {
	c.t.Helper()
	ctx, cancel := context.WithCancelCause(c.t.Context())
	defer cancel(nil)
	env := c.env
	env.Hopeless = cancel
	seen := &counted{classes: map[record.Class]int{}}
	workload := fresh(name)
	_, err := loadgen.Run(ctx, loadgen.Load{Name: "make", Workload: full{workload, c}, Spec: spec, Env: env, End: 10 * time.Minute}, record.NewClock(), seen)
	require.NoError(c.t, err)
	return seen.classes, context.Cause(ctx)
}

// full is a workload whose quotas somebody else uses up between its look at
// them and its first request.
type full struct {
	loadgen.Workload
	c *cloud
}

func (f full) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	s, err := f.Workload.Open(ctx, env)
	for _, quota := range []string{"instances", "network", "volumes", "security_group", "snapshots"} {
		f.c.store.Limit(quota, 0)
	}
	return s, err
}

func TestQuotaExceededFromTheFirstRequestIsAStopConditionAndNotAThousandRetries(t *testing.T) {
	for _, name := range []string{"nova.boot_and_delete_server", "neutron.create_and_delete_network", "neutron.create_and_delete_security_group", "cinder.create_and_delete_volume", "cinder.create_and_delete_snapshot"} {
		for model, spec := range map[string]loadgen.Spec{
			"closed": {Concurrency: 4, Timeout: time.Minute, GiveUp: time.Minute},
			"open":   {Arrivals: &loadgen.Arrivals{Rate: 100, Process: loadgen.Constant}, Pool: 64, Timeout: time.Minute, GiveUp: time.Minute},
		} {
			synctest.Test(t, func(t *testing.T) {
				c := newCloud(t)
				asked := 0
				c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					if r.Method == http.MethodPost && !strings.HasSuffix(r.URL.Path, "/tokens") {
						c.mu.Lock()
						asked++
						c.mu.Unlock()
					}
					next.ServeHTTP(w, r)
				})
				classes, why := c.under(name, spec)
				require.ErrorContains(t, why, "the first 10 iterations were all over a quota: 4", "%s, %s", name, model)
				require.GreaterOrEqual(t, classes[record.Quota], 10)
				delete(classes, record.Aborted)
				require.Len(t, classes, 1, "%s, %s: %v", name, model, classes)
				require.Less(t, asked, 30, "%s, %s", name, model)
			})
		}
	}
}

// spreads sends boots for as many accounts as long as there is hope, a minute at most.
func (c *cloud) spreads(accounts int, rate loadgen.Rate) (classes map[record.Class]int, why error) {
	c.t.Helper()
	ctx, cancel := context.WithCancelCause(c.t.Context())
	defer cancel(nil)
	env := c.env
	env.Hopeless = cancel
	seen := &counted{classes: map[record.Class]int{}}
	spec := loadgen.Spec{Arrivals: &loadgen.Arrivals{Rate: rate, Process: loadgen.Constant}, Pool: 64, Timeout: time.Minute, GiveUp: time.Minute, Drain: time.Minute}
	workload := &loadgen.Spread{Workload: fresh("nova.boot_and_delete_server"), Accounts: make([]loadgen.Account, accounts)}
	_, err := loadgen.Run(ctx, loadgen.Load{Name: "make", Workload: workload, Spec: spec, Env: env, End: time.Minute}, record.NewClock(), seen)
	require.NoError(c.t, err)
	return seen.classes, context.Cause(ctx)
}

// The projects of a load have ten in all, and not ten each.
func TestAQuotaThatAllProjectsAreOverStopsTheLoadAfterAFewOfThem(t *testing.T) {
	for _, accounts := range []int{1, 3, 120} {
		synctest.Test(t, func(t *testing.T) {
			c, asked := newCloud(t), 0
			c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/servers") {
					c.mu.Lock()
					asked++
					c.mu.Unlock()
					answers(http.StatusRequestEntityTooLarge)(w, r, next)
					return
				}
				next.ServeHTTP(w, r)
			})
			classes, why := c.spreads(accounts, 100)
			require.ErrorContains(t, why, "the first 10 iterations were all over a quota: 413", "%d accounts", accounts)
			require.GreaterOrEqual(t, classes[record.Quota], 10)
			require.Less(t, asked, 30, "%d accounts", accounts)
		})
	}
}

// One that is over its quota, and is told so before the others are told anything, is no reason.
func TestOneProjectOfManyThatIsOverItsQuotaStopsNoLoad(t *testing.T) {
	for _, accounts := range []int{3, 40} {
		synctest.Test(t, func(t *testing.T) {
			c, full := newCloud(t), ""
			c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/servers") {
					c.mu.Lock()
					if full == "" {
						full = r.Header.Get("X-Auth-Token")
					}
					no := r.Header.Get("X-Auth-Token") == full
					c.mu.Unlock()
					if no {
						answers(http.StatusRequestEntityTooLarge)(w, r, next)
						return
					}
					time.Sleep(20 * time.Second) // in which the first is refused ten times
				}
				next.ServeHTTP(w, r)
			})
			classes, why := c.spreads(accounts, 2)
			require.NoError(t, why, "%d accounts", accounts)
			require.Positive(t, classes[record.OK])
			if accounts == 3 {
				require.Greater(t, classes[record.Quota], 10)
			}
		})
	}
}

// A limit of rate is none of what there may be: it is over in a moment.
func TestALoadThatIsLimitedInItsRateIsNotHopeless(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.env.Hopeless = func(why error) { t.Error(why) }
		s := c.session(t, "nova.boot_and_delete_server")
		c.breaks(0, answers(429))
		for n := range int64(30) {
			require.Equal(t, record.Quota, s.Iterate(t.Context(), n, &operations{}).Class)
		}
		c.heals()
		c.ends(t, s)
	})
}

// A quota that was met later is for the scenario's own stop conditions.
func TestALoadThatSucceededOnceIsNotHopeless(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.env.Hopeless = func(why error) { t.Error(why) }
		s := c.session(t, "nova.boot_and_delete_server")
		require.NoError(t, s.Iterate(t.Context(), 0, &operations{}).Err)
		c.store.Limit("instances", 0)
		for n := range int64(30) {
			require.Equal(t, record.Quota, s.Iterate(t.Context(), n+1, &operations{}).Class)
		}
		c.ends(t, s)
	})
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.env.Hopeless = func(why error) { t.Error(why) }
		s := c.session(t, "nova.boot_and_delete_server")
		c.breaks(0, answers(503))
		require.Equal(t, record.HTTP5xx, s.Iterate(t.Context(), 0, &operations{}).Class)
		c.heals()
		c.store.Limit("instances", 0)
		for n := range int64(30) {
			require.Equal(t, record.Quota, s.Iterate(t.Context(), n+1, &operations{}).Class)
		}
		c.ends(t, s)
	})
}

// Who asks for more at once than the quota has room for is refused at once, while what fits in is
// still being made.
func TestALoadOfWhichSomeFitsIntoTheQuotaIsNotHopeless(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.store.Limit("cores", 4)
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		c.env.Hopeless = cancel
		seen := &counted{classes: map[record.Class]int{}}
		spec := loadgen.Spec{Arrivals: &loadgen.Arrivals{Rate: 4, Process: loadgen.Constant}, Pool: 64, Timeout: time.Minute, GiveUp: time.Minute, Drain: time.Minute}
		_, err := loadgen.Run(ctx, loadgen.Load{Name: "make", Workload: fresh("nova.boot_and_delete_server"), Spec: spec, Env: c.env, End: time.Minute}, record.NewClock(), seen)
		require.NoError(t, err)
		require.NoError(t, context.Cause(ctx))
		require.Greater(t, seen.classes[record.OK], 20)
		require.Greater(t, seen.classes[record.Quota], 50)
	})
}
