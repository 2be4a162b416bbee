//go:build openstack

package openstack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// booted is a server that is active.
type booted struct{ id, host, address string }

// first is the id of the first thing of a list, such as that of all networks of a name.
func (a *asker) first(t *testing.T, path, list string) string {
	t.Helper()
	var answer map[string]json.RawMessage // beside the list there may be links
	_, err := a.do(t.Context(), http.MethodGet, path, nil, http.StatusOK, &answer)
	require.NoError(t, err)
	var found []struct{ ID string }
	require.NoError(t, json.Unmarshal(answer[list], &found))
	require.NotEmpty(t, found, path)
	return found[0].ID
}

// boot has a server run on a compute that is named, and takes it away after the test.
func boot(t *testing.T, a *asker, name, host string) booted {
	t.Helper()
	type object = map[string]any
	body, err := json.Marshal(object{"server": object{
		"name": name, "availability_zone": "nova:" + host, "imageRef": a.first(t, ":9292/v2/images?name=probe", "images"),
		"flavorRef": a.first(t, ":8774/v2.1/flavors", "flavors"), "security_groups": []object{{"name": "probe"}}, "key_name": "probe",
		"networks": []object{{"uuid": a.first(t, ":9696/v2.0/networks?name=private", "networks")}},
	}})
	require.NoError(t, err)
	var made struct{ Server struct{ ID string } }
	_, err = a.do(t.Context(), http.MethodPost, ":8774/v2.1/servers", body, http.StatusAccepted, &made)
	require.NoError(t, err)
	path := ":8774/v2.1/servers/" + made.Server.ID
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		_, err := a.do(ctx, http.MethodDelete, path, nil, http.StatusNoContent, nil)
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			_, err := a.do(ctx, http.MethodGet, path, nil, http.StatusNotFound, nil)
			return err == nil
		}, time.Minute, time.Second, "it is deleted")
	})
	var answer struct {
		Server struct {
			Status    string
			Host      string `json:"OS-EXT-SRV-ATTR:host"`
			Addresses map[string][]struct{ Addr string }
		}
	}
	require.Eventually(t, func() bool {
		_, err := a.do(t.Context(), http.MethodGet, path, nil, http.StatusOK, &answer)
		return err == nil && answer.Server.Status == "ACTIVE"
	}, 2*time.Minute, time.Second, "it is active")
	require.Equal(t, host, answer.Server.Host)
	return booted{made.Server.ID, host, answer.Server.Addresses["private"][0].Addr}
}

// inside runs a script in the network of a server, on the compute that it is on.
func (b booted) inside(ctx context.Context, o lab.Options, script string) (string, error) {
	var out bytes.Buffer
	err := lab.Enter(ctx, o, b.host, []string{"ip", "netns", "exec", "guest-" + b.id, "sh", "-c", script}, lab.Streams{Out: &out, Err: &out})
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out.String())
	}
	return out.String(), err
}

// get is a command that prints what is at a URL; a compute has Python for its guests.
func get(url string) string {
	return "python3 -c 'import sys, urllib.request as r; sys.stdout.buffer.write(r.urlopen(sys.argv[1], timeout=10).read())' " + url
}

// Servers on two computes reach one another by their own addresses, and what they
// say goes through the VXLAN between these nodes.
func TestServersOnTwoComputesTalkOverVXLAN(t *testing.T) {
	cloud := labtest.OpenStack(t)
	a := &asker{
		client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}},
		body:   logIn(t, cloud), vip: healthyStatus(t, cloud.Options).VIP,
	}
	require.NoError(t, a.logIn(t.Context()))
	first, second := boot(t, a, "eris-overlay-1", "cmp-1"), boot(t, a, "eris-overlay-2", "cmp-2")
	require.NotEqual(t, first.address, second.address)
	sent := func() (bytes int) {
		var out strings.Builder
		require.NoError(t, lab.Enter(t.Context(), cloud.Options, "cmp-1", []string{"sh", "-c", "cat /sys/class/net/vxlan-*/statistics/tx_bytes"}, lab.Streams{Out: &out}))
		for line := range strings.FieldsSeq(out.String()) {
			n, err := strconv.Atoi(line)
			require.NoError(t, err)
			bytes += n
		}
		return bytes
	}
	for _, way := range []struct{ from, to booted }{{first, second}, {second, first}} {
		said, err := "", errors.New("it was not asked")
		for late := time.Now().Add(time.Minute); (err != nil || !strings.Contains(said, way.to.id)) && time.Now().Before(late); { // it may still be booting
			said, err = way.from.inside(t.Context(), cloud.Options, get("http://"+way.to.address+"/"))
		}
		require.NoError(t, err, "%s is asked by %s", way.to.host, way.from.host)
		require.Contains(t, said, way.to.id, "it is that server which answers")
	}
	before := sent()
	const size = 200_000
	said, err := second.inside(t.Context(), cloud.Options, get(fmt.Sprintf("http://%s/bytes/%d", first.address, size))+" | wc -c")
	require.NoError(t, err)
	require.Equal(t, strconv.Itoa(size), strings.TrimSpace(said))
	require.Greater(t, sent()-before, size, "all of it went through the VXLAN of its compute")
	said, err = first.inside(t.Context(), cloud.Options, "ping -c 3 -W 2 "+second.address)
	require.NoError(t, err, said)
}
