//go:build healing

package healing

import (
	"bytes"
	"context"
	"fmt"
	"strings"

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
