//go:build healing

package healing

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/lab/labtest"
	yaml "go.yaml.in/yaml/v4"
)

// card is the network card that breaks: not the one by which the node is reached.
const card = "eth1"

// entity is a host, a server or an alarm of Vitrage's graph.
type entity struct {
	ID       string `json:"id"`         // of Nova
	Own      string `json:"vitrage_id"` // of Vitrage
	Name     string `json:"name"`
	State    string `json:"vitrage_operational_state"`
	Resource string `json:"vitrage_resource_id"` // of an alarm: what it is on, by Vitrage's own
}

// seen reads the entities of a kind from Vitrage.
func seen(ctx context.Context, c cloud, path string) ([]entity, error) {
	return ask[[]entity](ctx, c, http.MethodGet, "rca", "v1/"+path, nil)
}

// data reads a file of YAML beside the tests.
func data(t *testing.T, name string) any {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	var all any
	require.NoError(t, yaml.Unmarshal(text, &all))
	return all
}

// teach gives Mistral a workflow by which servers leave a host, and Vitrage the
// template of a broken card, which calls for it. Vitrage starts it as itself, so
// the workflow is everybody's.
func teach(t *testing.T, c cloud) {
	t.Helper()
	do[any](t, c, http.MethodPost, "workflowv2", "workflows?scope=public", data(t, "leave-host.yaml"))
	t.Cleanup(func() { tidy(t, c, http.MethodDelete, "workflowv2", "workflows/leave-host", nil) })
	nova, err := c.endpoint("compute")
	require.NoError(t, err)
	do[any](t, c, http.MethodPut, "rca", "v1/template", map[string]any{
		"template_type": "standard", "templates": [][]any{{"broken-card.yaml", data(t, "broken-card.yaml")}},
		"params": map[string]string{"nova": strings.TrimSuffix(nova, "/")}})
	t.Cleanup(func() { tidy(t, c, http.MethodDelete, "rca", "v1/template?uuid=broken-card", nil) })
	eventually(t, time.Minute, func(ctx context.Context) error {
		list, err := ask[[]struct {
			Name    string `json:"name"`
			Status  string `json:"status"`
			Details string `json:"status details"`
		}](ctx, c, http.MethodGet, "rca", "v1/template", nil)
		for _, template := range list {
			if template.Name == "broken-card" && template.Status == "ACTIVE" {
				return nil
			}
		}
		return errors.Join(err, fmt.Errorf("the template is not active: %v", list))
	})
}

// TestServersLeaveAHostWhoseCardIsBroken takes a card of a compute down and does
// nothing more: Prometheus sees it, Alertmanager tells Vitrage, that deduces what
// it means for the host and its servers and starts a workflow of Mistral, which
// has Nova move them.
func TestServersLeaveAHostWhoseCardIsBroken(t *testing.T) {
	const host, other = "cmp-2", "cmp-1"
	c := connect(t)
	t.Cleanup(func() { readmit(t, c, host) }) // the last of them: until Vitrage has forgotten the template it may call the workflow again
	teach(t, c)
	servers := []string{bootOn(t, c, "sufferer-1", host), bootOn(t, c, "sufferer-2", host)}
	var known []entity // the servers, as Vitrage has them
	eventually(t, 2*time.Minute, func(ctx context.Context) error {
		all, err := seen(ctx, c, "resources/?resource_type=nova.instance&all_tenants=1")
		known = slices.DeleteFunc(all, func(e entity) bool { return !slices.Contains(servers, e.ID) })
		if err == nil && len(known) != len(servers) {
			err = fmt.Errorf("of the servers %v vitrage knows %v", servers, known)
		}
		return err
	})

	t.Cleanup(func() { repairCard(t, c, host) })
	broken := time.Now()
	_, err := onNode(t.Context(), host, "ip", "link", "set", card, "down")
	require.NoError(t, err)
	alarmed := map[string]time.Duration{} // after how long Vitrage showed an alarm of a server, which ends when that has left
	eventually(t, 3*time.Minute, func(ctx context.Context) error {
		alarms, err := seen(ctx, c, "alarm/?vitrage_id=all&all_tenants=1")
		for _, server := range known {
			if _, had := alarmed[server.ID]; had {
				continue
			}
			if slices.ContainsFunc(alarms, func(e entity) bool { return e.Name == "the card of its host is broken" && e.Resource == server.Own }) {
				alarmed[server.ID] = time.Since(broken)
			} else {
				err = errors.Join(err, fmt.Errorf("no alarm for server %s: %v", server.ID, alarms))
			}
		}
		return err
	})
	hosts, err := seen(t.Context(), c, "resources/?resource_type=nova.host&all_tenants=1")
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(hosts, func(e entity) bool { return e.ID == host && e.State == "ERROR" }), "%v", hosts)
	require.True(t, slices.ContainsFunc(hosts, func(e entity) bool { return e.ID == other && e.State == "OK" }), "%v", hosts)

	eventually(t, 3*time.Minute, func(ctx context.Context) error {
		var wrong error
		for _, id := range servers {
			wrong = errors.Join(wrong, active(ctx, c, id, other))
		}
		return wrong
	})
	labtest.Tell(t, "each server had an alarm %.1f s after the card broke, and was on the other host after %.1f s",
		slices.Max(slices.Collect(maps.Values(alarmed))).Seconds(), time.Since(broken).Seconds())
}

// readmit lets a host have servers again, as an operator does, once no workflow
// that keeps them away runs any more.
func readmit(t *testing.T, c cloud, host string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	eventually(t, time.Minute, func(ctx context.Context) error {
		running, err := ask[map[string]any](ctx, c, http.MethodGet, "workflowv2", "executions?workflow_name=leave-host&state=RUNNING&all_projects=true", nil)
		if list, _ := running["executions"].([]any); err == nil && len(list) != 0 {
			err = fmt.Errorf("still running: %v", list)
		}
		return err
	})
	enable(ctx, t, c, host)
}

// repairCard takes the card up again, and waits until Vitrage has taken back what
// it deduced.
func repairCard(t *testing.T, c cloud, host string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	_, err := onNode(ctx, host, "ip", "link", "set", card, "up")
	require.NoError(t, err)
	eventually(t, 3*time.Minute, func(ctx context.Context) error {
		hosts, err := seen(ctx, c, "resources/?resource_type=nova.host&all_tenants=1")
		if !slices.ContainsFunc(hosts, func(e entity) bool { return e.ID == host && e.State == "OK" }) {
			err = errors.Join(err, fmt.Errorf("vitrage has not seen the repair: %v", hosts))
		}
		return err
	})
}
