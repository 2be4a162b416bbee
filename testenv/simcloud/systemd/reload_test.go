package systemd_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func shown(r rig, property string) string {
	for _, p := range r.Show("app.service") {
		if p.Name == property {
			return p.Value
		}
	}
	return ""
}

func TestAReloadKeepsTheProcessAndIsRefusedWhereThereIsNone(t *testing.T) {
	bubble(t, "no", func(t *testing.T, r rig) {
		require.Equal(t, "no", shown(r, "CanReload"))
		require.EqualError(t, r.Reload(t.Context(), "app", true), "Failed to reload app.service: Job type reload is not applicable for unit app.service.")
		write(t, r.files, "/run/systemd/system/app.service.d/reload.conf", "[Service]\nExecReload=/bin/kill -HUP $MAINPID\n")
		r.DaemonReload()
		require.Equal(t, "yes", shown(r, "CanReload"))
		pid, invocation, changed := shown(r, "MainPID"), shown(r, "InvocationID"), shown(r, "StateChangeTimestampMonotonic")
		time.Sleep(time.Second)
		require.NoError(t, r.Reload(t.Context(), "app", false))
		require.Equal(t, "reloading", shown(r, "ActiveState"))
		require.NoError(t, r.Reload(t.Context(), "app", true))
		require.Equal(t, "active", shown(r, "ActiveState"))
		require.Equal(t, []string{pid, invocation}, []string{shown(r, "MainPID"), shown(r, "InvocationID")})
		require.NotEqual(t, changed, shown(r, "StateChangeTimestampMonotonic"))
		require.NoError(t, r.Stop(t.Context(), "app", true))
		require.EqualError(t, r.Reload(t.Context(), "app", true), "app.service is not active, cannot reload.")
	})
}

// A restart is a stop with a start behind it, whether or not whoever asked for
// it lives until then.
func TestAStartWaitsForTheStopThatIsUnderWay(t *testing.T) {
	bubble(t, "no", func(t *testing.T, r rig) {
		pid, invocation := shown(r, "MainPID"), shown(r, "InvocationID")
		require.NoError(t, r.Restart(t.Context(), "app", false, false))
		require.Equal(t, "deactivating", shown(r, "ActiveState"))
		require.Equal(t, pid, shown(r, "MainPID"), "the old one has its time to end")
		time.Sleep(time.Second)
		require.Equal(t, "active", shown(r, "ActiveState"))
		require.NotEqual(t, pid, shown(r, "MainPID"))
		require.NotEqual(t, invocation, shown(r, "InvocationID"))
		left, entered := shown(r, "ActiveExitTimestampMonotonic"), shown(r, "ActiveEnterTimestampMonotonic")
		require.Equal(t, 50*time.Millisecond, micro(t, entered)-micro(t, left))

		require.NoError(t, r.Stop(t.Context(), "app", false))
		require.NoError(t, r.Start(t.Context(), "app", true))
		require.Equal(t, "active", shown(r, "ActiveState"))
		require.NoError(t, r.Restart(t.Context(), "app", false, false))
		require.NoError(t, r.Stop(t.Context(), "app", true), "the last word counts")
		time.Sleep(time.Second)
		require.Equal(t, "inactive", shown(r, "ActiveState"))
	})
}

func micro(t *testing.T, text string) time.Duration {
	t.Helper()
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return time.Duration(n) * time.Microsecond
}
