//go:build healing

package healing

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What the lab has for servers to be made of.
const (
	image   = "probe"
	flavor  = "tiny"
	network = "private"
)

// serverView is what the tests read of a server of Nova.
type serverView struct {
	Server struct {
		ID     string `json:"id"`
		Status string `json:"status"`
		Host   string `json:"OS-EXT-SRV-ATTR:host"`
	} `json:"server"`
}

// named is an object of an API that is found by its name.
type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// active says what keeps a server from being active, on a host if one is given.
func active(ctx context.Context, c cloud, id, host string) error {
	v, err := ask[serverView](ctx, c, http.MethodGet, "compute", "servers/"+id, nil)
	switch {
	case err != nil:
		return err
	case v.Server.Status != "ACTIVE":
		return fmt.Errorf("server %s is %s", id, v.Server.Status)
	case host != "" && v.Server.Host != host:
		return fmt.Errorf("server %s is on %s", id, v.Server.Host)
	}
	return nil
}

// idOf finds an object of a list by its name.
func idOf(t *testing.T, c cloud, service, path, list, name string) string {
	t.Helper()
	var objects []named
	answer := do[map[string]json.RawMessage](t, c, http.MethodGet, service, path, nil) // there is more in it than the list
	require.NoError(t, json.Unmarshal(answer[list], &objects), "%s: the list of %s", service, list)
	for _, o := range objects {
		if o.Name == name {
			return o.ID
		}
	}
	t.Fatalf("%s: no %s among the %s", service, name, list)
	return ""
}

// bootOn makes a server on one host and waits until it is active.
func bootOn(t *testing.T, c cloud, name, host string) string {
	t.Helper()
	made := do[serverView](t, c, http.MethodPost, "compute", "servers", map[string]any{"server": map[string]any{
		"name": name, "availability_zone": "nova:" + host,
		"imageRef":  idOf(t, c, "image", "v2/images", "images", image),
		"flavorRef": idOf(t, c, "compute", "flavors", "flavors", flavor),
		"networks":  []map[string]string{{"uuid": idOf(t, c, "network", "v2.0/networks", "networks", network)}},
	}}).Server.ID
	t.Cleanup(func() { tidy(t, c, http.MethodDelete, "compute", "servers/"+made, nil) })
	eventually(t, 2*time.Minute, func(ctx context.Context) error { return active(ctx, c, made, host) })
	return made
}
