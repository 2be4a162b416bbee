//go:build openstack

package openstack

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

const (
	routedWithin  = 20 * time.Second       // the next agent's: three announcements of 2 s that do not come, and what it says then
	routedAtFirst = time.Minute            // a server that has just been booted
	pageEvery     = 100 * time.Millisecond // the page is asked for
)

// floating gives a server a floating IP, and takes it away after the test.
func (a *asker) floating(t *testing.T, server booted) string {
	t.Helper()
	port := a.first(t, ":9696/v2.0/ports?device_id="+server.id, "ports")
	body := fmt.Appendf(nil, `{"floatingip": {"floating_network_id": %q, "port_id": %q}}`, a.first(t, ":9696/v2.0/networks?name=ext", "networks"), port)
	var made struct {
		IP struct {
			ID      string
			Address string `json:"floating_ip_address"`
		} `json:"floatingip"`
	}
	_, err := a.do(t.Context(), http.MethodPost, ":9696/v2.0/floatingips", body, http.StatusCreated, &made)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := a.do(context.WithoutCancel(t.Context()), http.MethodDelete, ":9696/v2.0/floatingips/"+made.IP.ID, nil, http.StatusNoContent, nil)
		require.NoError(t, err)
	})
	return made.IP.Address
}

// routing are the nodes whose agent says that it is the active one of a router.
func (a *asker) routing(ctx context.Context, router string) ([]string, error) {
	var answer struct {
		Agents []struct {
			Host  string
			State string `json:"ha_state"`
		}
	}
	_, err := a.do(ctx, http.MethodGet, ":9696/v2.0/routers/"+router+"/l3-agents", nil, http.StatusOK, &answer)
	var active []string
	for _, agent := range answer.Agents {
		if agent.State == "active" {
			active = append(active, agent.Host)
		}
	}
	return active, err
}

// pages asks a server for its page again and again until ctx ends. It was down from when the
// first request that failed was sent until the last of them had failed.
func (a *asker) pages(ctx context.Context, address string) (asked, failed int, down time.Duration, why error) {
	ask := func() error {
		asking, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		request, err := http.NewRequestWithContext(asking, http.MethodGet, "http://"+address+"/", nil)
		if err != nil {
			return err
		}
		answer, err := a.client.Do(request)
		if err != nil {
			return err
		}
		return answer.Body.Close()
	}
	var first, last time.Time
	for next := time.NewTicker(pageEvery); ; {
		begun := time.Now()
		err := ask()
		if ctx.Err() != nil {
			next.Stop()
			return asked, failed, last.Sub(first), why
		}
		asked++
		if err != nil {
			failed++
			why = err
			if first.IsZero() {
				first = begun
			}
			last = time.Now()
		}
		<-next.C
	}
}

// The node whose agent routes for a server loses its power: what comes by the floating
// IP reaches the server again, through another node.
func TestAFloatingIPMovesWithItsRouterWhenANodeLosesItsPower(t *testing.T) {
	cloud := labtest.OpenStack(t)
	a := &asker{
		client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}},
		body:   logIn(t, cloud), vip: healthyStatus(t, cloud.Options).VIP,
	}
	require.NoError(t, a.logIn(t.Context()))
	server := boot(t, a, "eris-routed", "cmp-1")
	address := a.floating(t, server)
	router := a.first(t, ":9696/v2.0/routers?name=r1", "routers")
	before, err := a.routing(t.Context(), router)
	require.NoError(t, err)
	require.Len(t, before, 1, "one node routes")
	require.Eventually(t, func() bool {
		answer, err := a.client.Get("http://" + address + "/")
		return err == nil && answer.Body.Close() == nil
	}, routedAtFirst, time.Second, "the server answers before the loss")

	watching, stop := context.WithTimeout(t.Context(), watchFor)
	defer stop()
	type seen struct {
		asked, failed int
		down          time.Duration
		why           error
	}
	told := make(chan seen, 1)
	go func() {
		var s seen
		s.asked, s.failed, s.down, s.why = a.pages(watching, address)
		told <- s
	}()
	require.NoError(t, lab.PowerOff(t.Context(), cloud.Options, before[0]))
	s := <-told
	labtest.Tell(t, "%s routed and lost its power: the floating IP did not answer for %.1f s, %d of %d requests failed (%v)", before[0], s.down.Seconds(), s.failed, s.asked, s.why)
	after, err := a.routing(t.Context(), router)
	labtest.Tell(t, "as Neutron says, now %v (%v)", after, err)

	require.NoError(t, lab.PowerOn(t.Context(), cloud.Options, before[0]))
	require.Eventually(t, func() bool {
		s, err := lab.ReadStatus(t.Context(), cloud.Options)
		return err == nil && s.Healthy
	}, rejoinWithin, time.Second, "the node comes back without hands")
	require.Positive(t, s.failed, "the node that lost its power was the one that routed")
	require.Less(t, s.down, routedWithin, "%v", s.why)
}
