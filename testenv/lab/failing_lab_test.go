//go:build lab

package lab

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// testFailureShown breaks a service and a node, and reads what an `up` that
// waited for them in vain would show.
func testFailureShown(t *testing.T, o Options) {
	t.Helper()
	requireLogsShown(t, o)
	full, profile, err := openLab(o)
	require.NoError(t, err)
	k, err := readKeys(full.paths(), profile)
	require.NoError(t, err)
	shown := func() string {
		s, err := probe(t.Context(), full, profile)
		require.NoError(t, err)
		require.False(t, s.Healthy)
		sick := s.sick(&renderer{name: full.Name, profile: profile, keys: k})
		text := withJournals(t.Context(), full.paths(), profile, errors.New("not healthy"), sick, journalsShown).Error()
		t.Log(text)
		return text
	}
	on(t, o, "ctl-2", "systemctl stop keystone")
	text := shown()
	require.Contains(t, text, "the last that ctl-2 says of keystone.service:\n")
	require.Contains(t, text, "Stopped keystone.service")
	require.Contains(t, text, "/var/log/keystone/keystone.log:\n")
	on(t, o, "ctl-2", "systemctl start keystone")
	eventually(t, o, "keystone to be back", func(s Status) bool { return s.Healthy })

	on(t, o, "ctl-3", "pkill -STOP -x memcached")
	require.Contains(t, shown(), "the last that ctl-3 says of memcached.service:\n")
	on(t, o, "ctl-3", "pkill -CONT -x memcached")
	require.NoError(t, PowerOff(t.Context(), o, "ctl-3"))
	require.Contains(t, shown(), "the last that ctl-3 says of itself on its console:\n")
	require.NoError(t, PowerOn(context.WithoutCancel(t.Context()), o, "ctl-3"))
	eventually(t, o, "ctl-3 to be back", func(s Status) bool { return s.Healthy })

	var told []string
	full.Progress = func(step, detail string) { told = append(told, step+" "+detail) }
	on(t, o, "ctl-1", "pkill -KILL -x memcached")
	eventually(t, o, "memcached to be back", func(s Status) bool { return s.Healthy })
	tellRestarts(t.Context(), full, profile)
	require.Regexp(t, "restarts on ctl-1 systemd has started again since its boot: .*memcached.service once", strings.Join(told, "\n"))
}
