//go:build healing

package healing

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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

// teach gives Vitrage the template of a broken card.
func teach(t *testing.T, c cloud) {
	t.Helper()
	text, err := os.ReadFile("testdata/broken-card.yaml")
	require.NoError(t, err)
	var template any
	require.NoError(t, yaml.Unmarshal(text, &template))
	do[any](t, c, http.MethodPut, "rca", "v1/template", map[string]any{
		"template_type": "standard", "templates": [][]any{{"broken-card.yaml", template}}})
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

// TestABrokenCardIsAnAlarmOfEachServerOfItsHost takes a card of a compute down
// and does nothing more: Prometheus sees it, Alertmanager tells Vitrage, and that
// deduces what it means for the host and its servers.
func TestABrokenCardIsAnAlarmOfEachServerOfItsHost(t *testing.T) {
	const host, other = "cmp-2", "cmp-1"
	c := connect(t)
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
	eventually(t, 3*time.Minute, func(ctx context.Context) error {
		alarms, err := seen(ctx, c, "alarm/?vitrage_id=all&all_tenants=1")
		for _, server := range known {
			if !slices.ContainsFunc(alarms, func(e entity) bool { return e.Name == "the card of its host is broken" && e.Resource == server.Own }) {
				err = errors.Join(err, fmt.Errorf("no alarm for server %s: %v", server.ID, alarms))
			}
		}
		return err
	})
	t.Logf("each server had an alarm %.1f s after the card broke", time.Since(broken).Seconds())
	hosts, err := seen(t.Context(), c, "resources/?resource_type=nova.host&all_tenants=1")
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(hosts, func(e entity) bool { return e.ID == host && e.State == "ERROR" }), "%v", hosts)
	require.True(t, slices.ContainsFunc(hosts, func(e entity) bool { return e.ID == other && e.State == "OK" }), "%v", hosts)
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
