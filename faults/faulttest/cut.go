package faulttest

import (
	"context"
	"time"

	"github.com/openstack-eris/eris/inventory/remote"
)

// cutAfter is a runner whose connections break so long after dispatch.
type cutAfter struct {
	remote.Runner
	after time.Duration
}

func (c cutAfter) Run(ctx context.Context, node string, cmd remote.Command) remote.Result {
	cmd.Timeout = c.after
	return c.Runner.Run(ctx, node, cmd)
}
