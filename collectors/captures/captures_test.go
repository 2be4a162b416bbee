package captures_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/captures"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/inventory/remote/local"
)

// bench is this machine as a node, with programs of a test's own.
type bench struct {
	*remote.Pool
	t     *testing.T
	bin   string
	setup string // before each script
}

func newBench(t *testing.T) *bench {
	t.Helper()
	desk := &inventory.Node{Name: "desk", Beside: true, Local: true, SSH: inventory.SSH{Sessions: 4}}
	pool, err := remote.NewPool(&inventory.Cloud{Machines: []*inventory.Node{desk}}, remote.Options{Local: local.Machine{}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	return &bench{Pool: pool, t: t, bin: t.TempDir()}
}

// program lays down one.
func (b *bench) program(name, text string) {
	b.t.Helper()
	require.NoError(b.t, os.WriteFile(filepath.Join(b.bin, name), []byte("#!/bin/sh\n"+text), 0o755))
}

// Stream runs a script, as whoever runs the test, where those programs come first.
func (b *bench) Stream(ctx context.Context, _ string, cmd remote.Command, line func(string)) error {
	cmd.Root, cmd.Script = false, b.path()+cmd.Script
	return b.Pool.Stream(ctx, "desk", cmd, line)
}

func (b *bench) path() string { return b.setup + "PATH=" + inventory.Quote(b.bin) + ":$PATH\n" }

// check is what a capture says that it lacks.
func (b *bench) check(c captures.Capture, services ...*inventory.Service) string {
	b.t.Helper()
	got := b.Run(b.t.Context(), "desk", remote.Command{Script: b.path() + c.Check(services)})
	require.True(b.t, got.OK(), "%s", got.Stderr)
	return string(got.Stdout)
}

// take captures, and returns the file, too.
func (b *bench) take(ctx context.Context, c captures.Capture, w captures.Window, services ...*inventory.Service) (captures.Taken, []byte, error) {
	b.t.Helper()
	var file bytes.Buffer
	taken, err := captures.Take(ctx, b, "desk", c, services, w, &file)
	require.False(b.t, taken.From.IsZero() || taken.To.Before(taken.From), "%v to %v", taken.From, taken.To)
	taken.From, taken.To = time.Time{}, time.Time{}
	return taken, file.Bytes(), err
}

// plainly is a script without what makes it cost less, which not every node has.
func plainly(text string) string {
	return regexp.MustCompile(`(?m)^(?:renice|ionice) .*$`).ReplaceAllString(text, "")
}

// unit is a service that is one.
func unit(name string) *inventory.Service {
	return &inventory.Service{Name: name, Runtime: inventory.Runtime{Kind: inventory.Unit, Name: name + ".service"}, Nodes: []string{"desk"}}
}
