//go:build openstack

package openstack

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// evacuatedWithin bounds what an operator waits for whose host has lost its power: Nova
// takes it for down half a minute later, and two servers are built anew.
const evacuatedWithin = 6 * time.Minute

const evacuates = "nova.evacuate_server"

// counted counts the operations that ended well, by their names.
type counted map[string]int

func (c counted) Operation(name string) func(loadgen.Outcome) {
	return func(o loadgen.Outcome) {
		if o.Class == record.OK {
			c[name]++
		}
	}
}

// The servers of a host that has lost its power are evacuated to the other one, and none
// is lost.
func TestServersOfALostHostAreEvacuated(t *testing.T) {
	cloud := labtest.OpenStack(t)
	a := &asker{
		client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}},
		body:   logIn(t, cloud), vip: healthyStatus(t, cloud.Options).VIP,
	}
	require.NoError(t, a.logIn(t.Context()))
	read, err := inventory.Load(cloud.Inventory)
	require.NoError(t, err)
	env := loadgen.Env{Run: "20261130T090000Z-evacuate-7f3c", Load: "servers", Seed: 1, Clouds: read.OpenStack.File, Cloud: read.OpenStack.Cloud}
	ctx, cancel := context.WithTimeout(t.Context(), 4*evacuatedWithin)
	defer cancel()
	s, err := nova.NewEvacuateServer().Open(ctx, env)
	require.NoError(t, err)
	t.Cleanup(func() { // the last, whatever becomes of the others
		closing, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), evacuatedWithin)
		defer cancel()
		require.NoError(t, s.Close(closing))
	})
	t.Cleanup(func() {
		require.NoError(t, lab.PowerOn(context.WithoutCancel(t.Context()), cloud.Options, "cmp-1"))
		require.Eventually(t, func() bool {
			now, err := lab.ReadStatus(context.WithoutCancel(t.Context()), cloud.Options)
			return err == nil && now.Healthy
		}, rejoinWithin, time.Second)
	})
	seen, began := counted{}, time.Now()
	require.Equal(t, record.OK, s.Iterate(ctx, 0, seen).Class)
	require.Equal(t, counted{"nova.find_servers_to_evacuate": 1}, seen, "all hosts are up")
	require.NoError(t, lab.PowerOff(ctx, cloud.Options, "cmp-1"))
	for n, all := int64(1), false; !all; n++ {
		require.Less(t, time.Since(began), evacuatedWithin)
		before := seen[evacuates]
		o := s.Iterate(ctx, n, seen)
		require.Equal(t, record.OK, o.Class, "%v", o.Err)
		all = before > 0 && seen[evacuates] == before // nothing is found any more
		<-time.After(time.Second)
	}
	labtest.Tell(t, "%d servers evacuated %.0f s after the loss of power", seen[evacuates], time.Since(began).Seconds())
	kept, was := s.(loadgen.Keeper).Check(ctx)
	require.True(t, was)
	require.Equal(t, loadgen.Kept{Work: 4}, kept)
	require.Equal(t, map[string]int{"cmp-2 ACTIVE": 4}, a.standing(t, env.Run))
}

// standing counts the servers of a run by their hosts and statuses, as Nova has them.
func (a *asker) standing(t *testing.T, run string) map[string]int {
	t.Helper()
	var answer struct {
		Servers []struct {
			Status string
			Host   string `json:"OS-EXT-SRV-ATTR:host"`
		}
	}
	_, err := a.do(t.Context(), http.MethodGet, ":8774/v2.1/servers/detail?name="+run, nil, http.StatusOK, &answer)
	require.NoError(t, err)
	all := map[string]int{}
	for _, each := range answer.Servers {
		all[each.Host+" "+each.Status]++
	}
	return all
}
