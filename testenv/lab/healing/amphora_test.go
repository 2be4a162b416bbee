//go:build healing

package healing

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// healthPort is where an Octavia health manager listens for heartbeats.
const healthPort = "5555"

// amphora is the machine of a load balancer.
type amphora struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

// amphoraeOf returns the identities of a load balancer's amphorae that work; a
// load balancer that is not ACTIVE, or has none of them, is an error.
func amphoraeOf(ctx context.Context, c cloud, balancer string) ([]string, error) {
	b, err := ask[map[string]struct {
		Status string `json:"provisioning_status"`
	}](ctx, c, http.MethodGet, "load-balancer", "v2/lbaas/loadbalancers/"+balancer, nil)
	if err != nil {
		return nil, err
	}
	if s := b["loadbalancer"].Status; s != "ACTIVE" {
		return nil, fmt.Errorf("the load balancer is %s", s)
	}
	list, err := ask[map[string][]amphora](ctx, c, http.MethodGet, "load-balancer", "v2/octavia/amphorae?loadbalancer_id="+balancer, nil)
	if err != nil {
		return nil, err
	}
	var working []string
	for _, a := range list["amphorae"] {
		if a.Status == "ALLOCATED" {
			working = append(working, a.ID)
		}
	}
	if len(working) == 0 {
		return nil, fmt.Errorf("its amphorae are %v", list)
	}
	return working, nil
}

// heartbeat is what an amphora without listeners sends: compressed JSON, and the
// HMAC of that.
func heartbeat(t *testing.T, id, key string) []byte {
	t.Helper()
	text, err := json.Marshal(map[string]any{"id": id, "seq": 1, "ver": 3, "listeners": map[string]any{}, "pools": map[string]any{}})
	require.NoError(t, err)
	var packet bytes.Buffer
	w := zlib.NewWriter(&packet)
	_, err = w.Write(text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	sum := hmac.New(sha256.New, []byte(key))
	sum.Write(packet.Bytes())
	return hex.AppendEncode(packet.Bytes(), sum.Sum(nil))
}

// TestASilentAmphoraIsReplaced plays the amphora of a load balancer, whose
// heartbeats end, and does nothing more: a health manager misses them and has
// another amphora made. No machine is behind any of them, see the role octavia.
func TestASilentAmphoraIsReplaced(t *testing.T) {
	c := connect(t)
	key, err := onNode(t.Context(), "ctl-1", "sed", "-n", "s/^heartbeat_key = //p", "/etc/octavia/octavia.conf")
	require.NoError(t, err)
	made := do[map[string]named](t, c, http.MethodPost, "load-balancer", "v2/lbaas/loadbalancers", map[string]any{"loadbalancer": map[string]any{
		"name": "balancer", "vip_network_id": idOf(t, c, "network", "v2.0/networks", "networks", network)}})
	balancer := made["loadbalancer"].ID
	t.Cleanup(func() {
		tidy(t, c, http.MethodDelete, "load-balancer", "v2/lbaas/loadbalancers/"+balancer+"?cascade=true", nil)
	})
	var before []string
	eventually(t, 2*time.Minute, func(ctx context.Context) (err error) { before, err = amphoraeOf(ctx, c, balancer); return err })
	require.Len(t, before, 1)

	sender, err := net.Dial("udp", net.JoinHostPort("198.18.0.12", healthPort))
	require.NoError(t, err)
	defer sender.Close()
	packet := heartbeat(t, before[0], key)
	const beats = 30 // longer than a silent one is waited for: with heartbeats it is left alone
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for range beats {
		_, err = sender.Write(packet)
		require.NoError(t, err)
		<-tick.C
	}
	now, err := amphoraeOf(t.Context(), c, balancer)
	require.NoError(t, err)
	require.Equal(t, before, now)

	silent := time.Now()
	eventually(t, 3*time.Minute, func(ctx context.Context) (err error) {
		now, err = amphoraeOf(ctx, c, balancer)
		if slices.Contains(now, before[0]) {
			err = fmt.Errorf("the load balancer still has the amphora %s", before[0])
		}
		return err
	})
	labtest.Tell(t, "replaced %.1f s after its last heartbeat, by %d", time.Since(silent).Seconds(), len(now)) // health managers that miss it at once make one each
}
