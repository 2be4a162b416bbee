package local_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/inventory/remote/local"
)

// here is a pool that knows nothing but this machine.
func here(t *testing.T) *remote.Pool {
	t.Helper()
	desk := &inventory.Node{Name: "desk", Beside: true, Local: true}
	pool, err := remote.NewPool(&inventory.Cloud{Machines: []*inventory.Node{desk}}, remote.Options{Local: local.Machine{}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	return pool
}

func TestACommandOnThisMachineIsAsOnANode(t *testing.T) {
	t.Setenv("OS_PASSWORD", "secret")
	pool := here(t)
	run := func(cmd remote.Command) remote.Result { return pool.Run(t.Context(), "desk", cmd) }

	result := run(remote.Command{Script: `cat; printf '%s|' "$0" "$@"; echo oh >&2; exit 3`, Args: []string{"a b", "it's"}, Stdin: []byte("in ")})
	require.Equal(t, remote.Done, result.State)
	require.Equal(t, 3, result.Exit)
	require.Equal(t, "in eris|a b|it's|", string(result.Stdout))
	require.Equal(t, "oh\n", string(result.Stderr))

	result = run(remote.Command{Script: `env; pwd; echo "from:$ERIS_SSH_CONNECTION"`})
	require.NotContains(t, string(result.Stdout), "secret", "what Eris knows is no business of a script")
	require.Contains(t, string(result.Stdout), "\n/\nfrom:\n")

	result = run(remote.Command{Script: "kill -KILL $$"})
	require.Equal(t, remote.Done, result.State)
	require.Equal(t, 137, result.Exit)

	result = run(remote.Command{Script: "printf 12345", MaxOutput: 3})
	require.True(t, result.Truncated)
	require.Equal(t, "123", string(result.Stdout))

	require.Equal(t, remote.NotStarted, run(remote.Command{Script: "echo \x00"}).State)
	require.Equal(t, remote.NotStarted, run(remote.Command{Script: "true", Args: []string{strings.Repeat("x", 130<<10)}}).State)
	require.Equal(t, remote.NotStarted, pool.Run(t.Context(), "desc", remote.Command{Script: "true"}).State)
	require.Nil(t, pool.Stand(t.Context(), "desk", remote.Command{Script: "cat"}), "nothing stands by here")
}

func TestACommandOnThisMachineGoesOnWhenNobodyWaits(t *testing.T) {
	pool := here(t)
	file := t.TempDir() + "/done"
	result := pool.Run(t.Context(), "desk", remote.Command{Script: `sleep 0.3; echo ended >"$1"`, Args: []string{file}, Timeout: 50 * time.Millisecond})
	require.Equal(t, remote.Unknown, result.State, "it was handed over and may have run")
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(file)
		return err == nil && string(text) == "ended\n"
	}, 10*time.Second, 20*time.Millisecond)

	result = pool.Run(t.Context(), "desk", remote.Command{Script: `read -r pid rest </proc/self/stat; cut -d ' ' -f 1,6 /proc/$pid/stat`})
	leader, session, _ := strings.Cut(strings.TrimSpace(string(result.Stdout)), " ")
	require.Equal(t, leader, session, "a session of its own, which no Ctrl-C reaches")
}

func TestAStreamOfThisMachine(t *testing.T) {
	pool := here(t)
	var lines []string
	keep := func(line string) { lines = append(lines, line) }
	require.NoError(t, pool.Stream(t.Context(), "desk", remote.Command{Script: "echo one; printf two"}, keep))
	require.Equal(t, []string{"one", "two"}, lines)
	require.ErrorContains(t, pool.Stream(t.Context(), "desk", remote.Command{Script: "echo no >&2; exit 4"}, keep), "status 4: no")

	ctx, cancel := context.WithCancel(t.Context())
	err := pool.Stream(ctx, "desk", remote.Command{Script: "while echo more; do sleep 0.01; done"}, func(string) { cancel() })
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, pool.Close())
	require.ErrorIs(t, pool.Run(t.Context(), "desk", remote.Command{Script: "true"}).Err, remote.ErrClosed)
}
