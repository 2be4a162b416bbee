//go:build healing

package healing

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// member is a node of a cluster of Senlin, which is a server of Nova.
type member struct {
	Name   string `json:"name"`
	Status string `json:"status"`
	Server string `json:"physical_id"`
}

// members of a cluster, all of them active, in Senlin's eyes and in Nova's.
func members(ctx context.Context, c cloud, cluster string, want int) ([]member, error) {
	list, err := ask[map[string][]member](ctx, c, http.MethodGet, "clustering", "v1/nodes?sort=name&cluster_id="+cluster, nil)
	if err != nil {
		return nil, err
	}
	all := list["nodes"]
	if len(all) != want {
		return nil, fmt.Errorf("the cluster has %d members", len(all))
	}
	for _, m := range all {
		if m.Status != "ACTIVE" {
			return nil, fmt.Errorf("member %s is %s", m.Name, m.Status)
		}
		if err := active(ctx, c, m.Server, ""); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// makeCluster makes two servers of a profile, with a policy that has their
// state asked for and a lost one made anew.
func makeCluster(t *testing.T, c cloud) string {
	t.Helper()
	create := func(path, kind string, fields map[string]any) string {
		made := do[map[string]named](t, c, http.MethodPost, "clustering", path, map[string]any{kind: fields})
		t.Cleanup(func() { tidy(t, c, http.MethodDelete, "clustering", path+"/"+made[kind].ID, nil) })
		return made[kind].ID
	}
	profile := create("v1/profiles", "profile", map[string]any{"name": "member", "spec": map[string]any{
		"type": "os.nova.server", "version": "1.0", "properties": map[string]any{
			"name": "member", "flavor": flavor, "image": image, "networks": []map[string]string{{"network": network}}}}})
	policy := create("v1/policies", "policy", map[string]any{"name": "healthy", "spec": map[string]any{
		"type": "senlin.policy.health", "version": "1.2", "properties": map[string]any{
			"detection": map[string]any{"interval": 10, "node_update_timeout": 30, "detection_modes": []map[string]string{{"type": "NODE_STATUS_POLLING"}}},
			"recovery":  map[string]any{"actions": []map[string]string{{"name": "RECREATE"}}}}}})
	cluster := create("v1/clusters", "cluster", map[string]any{
		"name": "healthy", "profile_id": profile, "desired_capacity": 2, "min_size": 0, "max_size": 4})
	eventually(t, 3*time.Minute, func(ctx context.Context) error { _, err := members(ctx, c, cluster, 2); return err })

	path := "v1/clusters/" + cluster + "/actions"
	eventually(t, time.Minute, func(ctx context.Context) error { // it is locked until its making has come to its end
		_, err := ask[any](ctx, c, http.MethodPost, "clustering", path, map[string]any{"policy_attach": map[string]any{"policy_id": policy, "enabled": true}})
		return err
	})
	t.Cleanup(func() { // a cluster that has a policy is not deleted
		tidy(t, c, http.MethodPost, "clustering", path, map[string]any{"policy_detach": map[string]any{"policy_id": policy}})
	})
	eventually(t, time.Minute, func(ctx context.Context) error {
		bound, err := ask[map[string][]struct {
			Enabled bool `json:"enabled"`
		}](ctx, c, http.MethodGet, "clustering", "v1/clusters/"+cluster+"/policies", nil)
		if err == nil && (len(bound["cluster_policies"]) != 1 || !bound["cluster_policies"][0].Enabled) {
			err = fmt.Errorf("the policy is not attached: %v", bound)
		}
		return err
	})
	return cluster
}

// TestAClusterMakesALostMemberAnew deletes a server behind Senlin's back and
// does nothing more: the health manager asks for it, finds it gone and has it
// made anew.
func TestAClusterMakesALostMemberAnew(t *testing.T) {
	c := connect(t)
	cluster := makeCluster(t, c)
	before, err := members(t.Context(), c, cluster, 2)
	require.NoError(t, err)

	deleted := time.Now()
	do[any](t, c, http.MethodDelete, "compute", "servers/"+before[0].Server, nil)
	eventually(t, 4*time.Minute, func(ctx context.Context) error {
		now, err := members(ctx, c, cluster, 2)
		if err == nil && now[0].Server == before[0].Server {
			err = fmt.Errorf("member %s still is the server %s", now[0].Name, now[0].Server)
		}
		return err
	})
	labtest.Tell(t, "made anew %.1f s after the server was deleted", time.Since(deleted).Seconds())
}
