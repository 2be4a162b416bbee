package lab

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/executable"
)

// asked runs the health probe of one of Masakari's monitors where its unit is
// active and its log says text; empty: there is none.
func asked(t *testing.T, role, log, text string, written time.Time) error {
	t.Helper()
	profile, err := loadProfile("healing")
	require.NoError(t, err)
	dir := t.TempDir()
	if text != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, log), []byte(text), 0o600))
		require.NoError(t, os.Chtimes(filepath.Join(dir, log), written, written))
	}
	executable.Write(t, filepath.Join(dir, "systemctl"), "#!/bin/sh\n")
	command := profile.parts[role].Services[role].Health.Command
	require.Contains(t, command, "/var/log/masakari/"+log)
	cmd := exec.CommandContext(t.Context(), "/bin/sh", "-eu", "-c", strings.ReplaceAll(command, "/var/log/masakari/", dir+"/"))
	cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
	return cmd.Run()
}

func TestAHostMonitorIsHealthyWhileItSeesOtherHosts(t *testing.T) {
	t.Parallel()
	line := func(ago time.Duration, text string) string {
		return time.Now().Add(-ago).Format("2006-01-02 15:04:05") + ".123 77 INFO masakarimonitors.hostmonitor.host_handler.handle_host [-] " + text + "\n"
	}
	const sees, skips = "'cmp-1' is 'online' (current: 'online').", "hostmonitor skips monitoring hosts."
	for _, c := range []struct {
		name, log string
		healthy   bool
	}{
		{"it has just looked", line(5*time.Second, sees), true},
		{"and cannot tell of a host", line(5*time.Second, "'cmp-1' is '_uncertain' (current: 'offline')."), true},
		{"and told of a loss since", line(10*time.Second, sees) + strings.Repeat(line(0, "Retry sending a notification."), 20), true},
		{"it hangs", line(40*time.Second, sees), false},
		{"it runs and sees nobody", line(40*time.Second, sees) + line(time.Second, "Works on pacemaker-remote.") + line(0, skips), false},
		{"it has never looked", line(0, "Starting masakarimonitors-hostmonitor node"), false},
		{"it has never run", "", false},
	} {
		err := asked(t, "masakari-hostmonitor", "masakari-host-monitor.log", c.log, time.Now())
		require.Equal(t, c.healthy, err == nil, "%s: %v", c.name, err)
	}
}

func TestAProcessMonitorIsHealthyWhileItLooks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, log string
		ago       time.Duration
		healthy   bool
	}{
		{"it has just looked", "Process '/usr/bin/nova-compute' is found.\n", 5 * time.Second, true},
		{"it hangs", "Process '/usr/bin/nova-compute' is found.\n", 40 * time.Second, false},
		{"it has never run", "", 0, false},
	} {
		err := asked(t, "masakari-processmonitor", "masakari-process-monitor.log", c.log, time.Now().Add(-c.ago))
		require.Equal(t, c.healthy, err == nil, "%s: %v", c.name, err)
	}
}

// An active unit may hang: a service's health is what it does.
func TestNoHealthIsOnlyThatAUnitIsActive(t *testing.T) {
	t.Parallel()
	for _, name := range Profiles() {
		profile, err := loadProfile(name)
		require.NoError(t, err)
		for part, role := range profile.parts {
			probes := map[string]string{}
			for service, s := range role.Services {
				probes[service] = s.Health.Command
			}
			for fact, f := range role.Facts {
				probes[fact] = f.Run
			}
			for what, probe := range probes {
				beside := strings.Contains(probe, "&&") || strings.Contains(probe, "|")
				require.True(t, !strings.Contains(probe, "is-active") || beside, "%s: %s of %s", name, what, part)
			}
		}
	}
}
