//go:build healing

package healing

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/lab"
)

// onNode runs a program as root on a node and returns what it wrote.
func onNode(ctx context.Context, node string, argv ...string) (string, error) {
	var out, complaint bytes.Buffer
	if err := lab.Enter(ctx, options(), node, argv, lab.Streams{Out: &out, Err: &complaint}); err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(argv, " "), err, complaint.String())
	}
	return strings.TrimSpace(out.String()), nil
}

// enable lets Nova give servers to a host again.
func enable(ctx context.Context, t *testing.T, c cloud, host string) {
	t.Helper()
	services, err := ask[map[string][]named](ctx, c, http.MethodGet, "compute", "os-services?binary=nova-compute&host="+host, nil)
	require.NoError(t, err)
	require.Len(t, services["services"], 1)
	tidy(t, c, http.MethodPut, "compute", "os-services/"+services["services"][0].ID, map[string]any{"status": "enabled"})
}
