// Package libvirttest has tests ask a real libvirtd, as Debian's libvirt-daemon brings it.
package libvirttest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Serve starts one with no driver but that for tests, on a socket of its own, and returns
// the URI of its connection and what ends it before the test does. The driver has one
// domain, test, which runs; its domains are as they began again when nobody is connected
// any more, so somebody is until the test ends.
func Serve(t testing.TB) (uri string, stop func()) {
	t.Helper()
	dir, err := os.MkdirTemp("", "eris-libvirtd-") //nolint:usetesting // a socket's path is short
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	config, drivers := filepath.Join(dir, "libvirtd.conf"), filepath.Join(dir, "drivers")
	require.NoError(t, os.Mkdir(drivers, 0o700))
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, "unix_sock_dir = %q\nauth_unix_rw = \"none\"\nauth_unix_ro = \"none\"\n", dir), 0o600))
	path := "PATH=" + os.Getenv("PATH") + ":/usr/sbin"
	stop = run(t, dir, append(os.Environ(), path, "LIBVIRT_DRIVER_DIR="+drivers),
		"libvirtd", "--config", config, "--pid-file", filepath.Join(dir, "pid"))
	uri = "test+unix:///default?socket=" + filepath.Join(dir, "libvirt-sock")
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
	return uri, stop
}

// run starts a program that the test ends, or who calls what is returned.
func run(t testing.TB, dir string, env []string, name string, args ...string) (stop func()) {
	t.Helper()
	program, err := exec.LookPath(name)
	if err != nil {
		program = "/usr/sbin/" + name
	}
	log, err := os.Create(filepath.Join(dir, name+".log"))
	require.NoError(t, err)
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), program, args...) // which ends it by itself
	cmd.Env, cmd.Stdout, cmd.Stderr = env, log, log
	require.NoError(t, cmd.Start())
	stop = sync.OnceFunc(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		_ = log.Close()
	})
	t.Cleanup(stop)
	return stop
}
