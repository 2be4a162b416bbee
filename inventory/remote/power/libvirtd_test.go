//go:build libvirt

package power_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/power"
)

// libvirtd starts a real one with no driver but that for tests, on a socket of its
// own, and returns the URI of its connection. The driver's domains are as they began
// again when nobody is connected any more, so somebody is until the test ends.
func libvirtd(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "eris-libvirtd-") //nolint:usetesting // a socket's path is short
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	config, drivers := filepath.Join(dir, "libvirtd.conf"), filepath.Join(dir, "drivers")
	require.NoError(t, os.Mkdir(drivers, 0o700))
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, "unix_sock_dir = %q\nauth_unix_rw = \"none\"\nauth_unix_ro = \"none\"\n", dir), 0o600))
	path := "PATH=" + os.Getenv("PATH") + ":/usr/sbin"
	run(t, dir, append(os.Environ(), path, "LIBVIRT_DRIVER_DIR="+drivers),
		"libvirtd", "--config", config, "--pid-file", filepath.Join(dir, "pid"))
	uri := "test+unix:///default?socket=" + filepath.Join(dir, "libvirt-sock")
	require.Eventually(t, func() bool {
		return exec.CommandContext(t.Context(), "virsh", "-q", "-c", uri, "uri").Run() == nil
	}, 20*time.Second, 50*time.Millisecond, "libvirtd answers")
	seen := filepath.Join(dir, "events")
	run(t, dir, os.Environ(), "sh", "-c", `exec virsh -c "$1" event --domain test --event lifecycle --loop >"$2"`, "sh", uri, seen)
	// It is connected when it hears of what happens.
	require.Eventually(t, func() bool {
		_ = exec.CommandContext(t.Context(), "virsh", "-q", "-c", uri, "suspend", "--domain", "test").Run()
		_ = exec.CommandContext(t.Context(), "virsh", "-q", "-c", uri, "resume", "--domain", "test").Run()
		heard, err := os.Stat(seen)
		return err == nil && heard.Size() > 0
	}, 20*time.Second, 50*time.Millisecond, "somebody is connected")
	return uri
}

// run starts a program that the test ends.
func run(t *testing.T, dir string, env []string, name string, args ...string) {
	t.Helper()
	program, err := exec.LookPath(name)
	if err != nil {
		program = "/usr/sbin/" + name
	}
	log, err := os.Create(filepath.Join(dir, name+".log"))
	require.NoError(t, err)
	cmd := exec.Command(program, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = env, log, log
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		_ = log.Close()
	})
}

func TestARealLibvirtSwitchesADomain(t *testing.T) {
	p := &inventory.Power{Kind: inventory.Libvirt, URL: libvirtd(t), Machine: "test"}
	d := open(t, p)
	require.Equal(t, power.On, reads(t, d))
	require.NoError(t, d.Do(t.Context(), power.TurnOff))
	require.Equal(t, power.Off, reads(t, d))
	require.ErrorIs(t, d.Do(t.Context(), power.TurnOff), power.ErrUnknown, "it is off already")
	require.NoError(t, d.Do(t.Context(), power.TurnOn))
	require.Equal(t, power.On, reads(t, d))
	require.NoError(t, d.Do(t.Context(), power.Reset))
	require.Equal(t, power.On, reads(t, d))

	require.NoError(t, exec.CommandContext(t.Context(), "virsh", "-q", "-c", p.URL, "suspend", "--domain", "test").Run())
	state, err := d.Status(t.Context())
	require.Equal(t, power.Unknown, state)
	require.ErrorContains(t, err, "domain test: it is paused")

	other := *p
	other.Machine = "nobody"
	_, err = open(t, &other).Status(t.Context())
	require.ErrorContains(t, err, "failed to get domain 'nobody'")
	err = open(t, &other).Do(t.Context(), power.TurnOff)
	require.NotErrorIs(t, err, power.ErrUnknown)
	other.URL += "-elsewhere"
	err = open(t, &other).Do(t.Context(), power.TurnOff)
	require.ErrorContains(t, err, "failed to connect to the hypervisor")
	require.NotErrorIs(t, err, power.ErrUnknown)
}
