package faulttest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory/remote"
)

// cut runs a command on the node whose connection breaks when it is so.
func (b Bed) cut(t *testing.T, cmd remote.Command, so func() bool) {
	t.Helper()
	ctx, cut := context.WithCancel(t.Context())
	defer cut()
	cmd.Timeout = time.Minute
	result := make(chan remote.Result, 1)
	go func() { result <- b.Runner.Run(ctx, b.Node.Name, cmd) }()
	Eventually(t, 30*time.Second, "the command is so far that its connection can be cut", so)
	cut()
	require.Equal(t, remote.Unknown, (<-result).State)
}
