package systemd_test

import (
	"context"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

const unitFile = "[Unit]\nDescription=Test\n[Service]\nExecStart=/usr/bin/daemon\nRestart=RESTART\n[Install]\nWantedBy=multi-user.target\n"

// rig is a manager whose scripts are Go functions, by their first word.
type rig struct {
	*systemd.Manager
	files *memfs.FS
	ran   chan time.Time
}

// bubble runs a test with a manager in a bubble of fake time.
func bubble(t *testing.T, restart string, test func(t *testing.T, r rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := rig{files: memfs.New(), ran: make(chan time.Time, 100)}
		write(t, r.files, "/lib/systemd/system/app.service", strings.Replace(unitFile, "RESTART", restart, 1))
		write(t, r.files, "/etc/systemd/system/multi-user.target.wants/app.service", "")
		r.Manager = systemd.New(t.Context(), systemd.Options{
			FS:      r.files,
			Daemons: map[string]systemd.Daemon{"app.service": {Startup: func() time.Duration { return time.Second }, Stop: 50 * time.Millisecond}},
			Run: func(ctx context.Context, s systemd.Script) int {
				r.ran <- time.Now()
				if s.Args[0] != "sleep" {
					return 0
				}
				d, err := time.ParseDuration(s.Args[1])
				require.NoError(t, err)
				select {
				case <-time.After(d):
					return 0
				case <-ctx.Done():
					return 137
				}
			},
		})
		defer r.Halt()
		r.Boot()
		test(t, r)
	})
}

func write(t *testing.T, files *memfs.FS, name, text string) {
	t.Helper()
	require.NoError(t, files.WriteFile(name, []byte(text), 0o644))
}

func (r rig) is(t *testing.T, unit, property, want string) {
	t.Helper()
	require.Equal(t, want, r.property(unit, property), "%s of %s", property, unit)
}

func (r rig) property(unit, name string) string {
	for _, p := range r.Show(unit) {
		if p.Name == name {
			return p.Value
		}
	}
	return "no such property"
}

func TestWhatIsEnabledStartsAndServesAfterItsStartUp(t *testing.T) {
	bubble(t, "no", func(t *testing.T, r rig) {
		r.is(t, "app", "ActiveState", "active")
		require.False(t, r.Daemon("app").Serving)
		time.Sleep(time.Second)
		require.True(t, r.Daemon("app").Serving)
	})
}

func TestAKilledUnitComesBackByItsRestartSetting(t *testing.T) {
	for restart, back := range map[string]map[syscall.Signal]bool{
		"no":          {syscall.SIGKILL: false, syscall.SIGTERM: false},
		"on-failure":  {syscall.SIGKILL: true, syscall.SIGTERM: false},
		"always":      {syscall.SIGKILL: true, syscall.SIGTERM: true},
		"on-abnormal": {syscall.SIGKILL: true, syscall.SIGTERM: false},
	} {
		for signal, want := range back {
			bubble(t, restart, func(t *testing.T, r rig) {
				require.NoError(t, r.Kill("app", signal))
				time.Sleep(time.Second)
				require.Equal(t, want, r.Daemon("app").Running, "Restart=%s after %s", restart, signal)
			})
		}
	}
}

func TestAConditionKeepsAKilledUnitDown(t *testing.T) {
	bubble(t, "on-failure", func(t *testing.T, r rig) {
		write(t, r.files, "/run/systemd/system/app.service.d/hold.conf", "[Unit]\nConditionPathExists=!/run/hold\n")
		r.is(t, "app", "NeedDaemonReload", "yes")
		write(t, r.files, "/run/hold", "")
		require.NoError(t, r.Kill("app", syscall.SIGKILL))
		time.Sleep(time.Second)
		r.is(t, "app", "ActiveState", "active") // a drop-in without a reload has no effect

		r.DaemonReload()
		r.is(t, "app", "DropInPaths", "/run/systemd/system/app.service.d/hold.conf")
		require.NoError(t, r.Kill("app", syscall.SIGKILL))
		r.is(t, "app", "SubState", "auto-restart")
		time.Sleep(time.Second)
		r.is(t, "app", "ActiveState", "inactive")
		r.is(t, "app", "ConditionResult", "no")
		require.NoError(t, r.Start(t.Context(), "app", true), "a start that a condition stops is no failure")
		r.is(t, "app", "ActiveState", "inactive")

		require.NoError(t, r.files.Remove("/run/hold"))
		require.NoError(t, r.Start(t.Context(), "app", true))
		r.is(t, "app", "ActiveState", "active")
	})
}

func TestAUnitThatDiesTooOftenIsGivenUp(t *testing.T) {
	bubble(t, "always", func(t *testing.T, r rig) {
		for range 5 {
			require.NoError(t, r.Kill("app", syscall.SIGKILL))
			time.Sleep(200 * time.Millisecond)
		}
		r.is(t, "app", "ActiveState", "failed")
		r.is(t, "app", "Result", "start-limit-hit")
		require.Error(t, r.Start(t.Context(), "app", true))
		require.NoError(t, r.ResetFailed("app"))
		require.NoError(t, r.Start(t.Context(), "app", true))
		r.is(t, "app", "ActiveState", "active")
	})
}

func lease(args ...string) systemd.Transient {
	return systemd.Transient{
		Unit: "eris-x-lease", Args: args, Collect: true,
		TimerProperties: []string{"OnActiveSec=3000ms", "AccuracySec=100ms", "StartLimitIntervalSec=0"},
	}
}

func TestALeaseFiresOnTimeAndARenewalPutsItOff(t *testing.T) {
	bubble(t, "no", func(t *testing.T, r rig) {
		name, err := r.Run(lease("true"))
		require.NoError(t, err)
		require.Equal(t, "eris-x-lease.timer", name)
		for range 12 { // more often than the start limit of a unit allows
			time.Sleep(time.Second)
			before := r.property(name, "NextElapseUSecMonotonic")
			require.NoError(t, r.Restart(t.Context(), name, false, true))
			require.NotEqual(t, before, r.property(name, "NextElapseUSecMonotonic"))
		}
		renewed := time.Now()
		select {
		case at := <-r.ran:
			require.InDelta(t, 3, at.Sub(renewed).Seconds(), 0.1)
		case <-time.After(time.Minute):
			t.Fatal("the lease never fired")
		}
		synctest.Wait()
		r.is(t, name, "LoadState", "not-found")
		r.is(t, "eris-x-lease.service", "LoadState", "not-found")
		require.Error(t, r.Restart(t.Context(), name, false, true))
		require.Empty(t, r.files.Dump("/run/systemd/transient"))
	})
}

func TestATimerThatIsStoppedNeverFires(t *testing.T) {
	bubble(t, "no", func(t *testing.T, r rig) {
		name, err := r.Run(lease("true"))
		require.NoError(t, err)
		_, err = r.Run(lease("true"))
		require.ErrorContains(t, err, "already loaded")
		require.NoError(t, r.Stop(t.Context(), name, true))
		time.Sleep(time.Minute)
		require.Empty(t, r.ran)
		require.Empty(t, r.files.Dump("/run/systemd/transient"))
	})
}

func TestATimerWithoutLeaveHitsTheStartLimit(t *testing.T) {
	bubble(t, "no", func(t *testing.T, r rig) {
		limited := lease("true")
		limited.TimerProperties = limited.TimerProperties[:2]
		name, err := r.Run(limited)
		require.NoError(t, err)
		for range 4 {
			require.NoError(t, r.Restart(t.Context(), name, false, true))
		}
		require.ErrorContains(t, r.Restart(t.Context(), name, false, true), "too quickly")
	})
}

func TestATransientServiceEndsWithItsStatus(t *testing.T) {
	bubble(t, "no", func(t *testing.T, r rig) {
		exit, err := r.RunAndWait(t.Context(), systemd.Transient{Unit: "a", Args: []string{"sleep", "2s"}})
		require.NoError(t, err)
		require.Equal(t, systemd.Exit{Code: 0, Result: "success"}, exit)

		exit, err = r.RunAndWait(t.Context(), systemd.Transient{Unit: "b", Args: []string{"sleep", "1h"}, Properties: []string{"RuntimeMaxSec=5"}, Collect: true})
		require.NoError(t, err)
		require.Equal(t, "timeout", exit.Result)
		r.is(t, "b", "LoadState", "not-found")

		_, err = r.Run(systemd.Transient{Unit: "c", Args: []string{"sleep", "1h"}})
		require.NoError(t, err)
		require.NoError(t, r.Kill("c", syscall.SIGKILL))
		synctest.Wait()
		r.is(t, "c", "Result", "signal") // without --collect a failure stays to be seen
		require.NoError(t, r.ResetFailed("c"))
		r.is(t, "c", "LoadState", "not-found")
	})
}

func TestAFrozenUnitHoldsItsSignalsUntilItIsThawed(t *testing.T) {
	bubble(t, "no", func(t *testing.T, r rig) {
		time.Sleep(2 * time.Second)
		events := "/sys/fs/cgroup/system.slice/app.service/cgroup.events"
		write(t, r.files, "/sys/fs/cgroup/system.slice/app.service/cgroup.freeze", "1\n")
		data, err := r.files.ReadFile(events)
		require.NoError(t, err)
		require.Contains(t, string(data), "frozen 1")
		require.True(t, r.Daemon("app").Held)
		r.is(t, "app", "FreezerState", "frozen")

		require.NoError(t, r.Kill("app", syscall.SIGTERM))
		time.Sleep(time.Second)
		require.True(t, r.Daemon("app").Running)
		require.NoError(t, r.Freeze("app", false))
		time.Sleep(time.Second)
		require.False(t, r.Daemon("app").Running)
		require.False(t, r.files.Exists(events))
	})
}

func TestAMaskedAndAnUnknownUnitDoNotStart(t *testing.T) {
	bubble(t, "no", func(t *testing.T, r rig) {
		require.NoError(t, r.Stop(t.Context(), "app", true))
		require.NoError(t, r.files.MkdirAll("/etc/systemd/system", 0o755))
		require.NoError(t, r.files.Symlink("/dev/null", "/etc/systemd/system/app.service"))
		r.DaemonReload()
		require.ErrorContains(t, r.Start(t.Context(), "app", true), "masked")
		require.ErrorContains(t, r.Start(t.Context(), "nothing", true), "not found")
		r.is(t, "nothing", "LoadState", "not-found")
	})
}
