package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// run runs a program of this machine to its end and returns what it printed
// on standard output. The program dies with this process, so that a lab that
// is cut off half way leaves nothing running behind it.
func run(ctx context.Context, argv ...string) (string, error) {
	var out bytes.Buffer
	err := runTo(ctx, &out, io.Discard, argv...)
	return strings.TrimRight(out.String(), "\n"), err
}

// runTo hands on what the program prints, what it complains of too, whose end is also in
// the error.
func runTo(ctx context.Context, out, complaints io.Writer, argv ...string) error {
	// The kernel sends the death signal when the thread that started the
	// child ends, not the process: the thread is kept for as long.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var complaint tail
	cmd := exec.CommandContext(ctx, program(argv[0]), argv[1:]...)
	cmd.Stdout, cmd.Stderr = out, io.MultiWriter(&complaint, complaints)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = 2 * time.Second
	cmd.Env = hostEnv()
	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) && cmd.ProcessState.Success() && ctx.Err() == nil {
		err = nil // what it started in the background, and is to live on, has not let go of its output yet
	}
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return fmt.Errorf("run %s: %w%s", argv[0], err, complaint.hint())
	}
	return nil
}

// programs are the folders with the programs of this machine, in the order of
// looking.
func programs() []string { return []string{"/usr/sbin", "/usr/bin", "/sbin", "/bin"} }

// program is where a program is, whatever the caller's PATH: root's own has no
// sbin after a plain su, or in cron.
func program(name string) string {
	for _, folder := range programs() {
		path := filepath.Join(folder, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path
		}
	}
	return name
}

// haveProgram tells whether a program is on this machine.
func haveProgram(name string) bool { return filepath.IsAbs(program(name)) }

// hostEnv is what programs of this machine find in their environment: the same
// for whoever calls, but for the way to the package mirror.
func hostEnv() []string {
	env := []string{"PATH=" + strings.Join(programs(), ":"), "HOME=/root", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"}
	for _, name := range []string{"http_proxy", "https_proxy", "no_proxy"} {
		if value, set := os.LookupEnv(name); set {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// tail keeps the last lines that a program complained in.
type tail struct{ kept []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if extra := len(t.kept) - 2048; extra > 0 {
		t.kept = t.kept[extra:]
	}
	return len(p), nil
}

func (t *tail) hint() string {
	text := strings.TrimSpace(string(t.kept))
	if text == "" {
		return ""
	}
	return ": " + text
}

// poll calls try until it succeeds or ctx ends; then the last failure is
// returned with what was waited for. Between two tries it pauses, however long
// they take: what is waited for needs the processors, too.
func poll(ctx context.Context, what string, pause time.Duration, try func() error) error {
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w (last: %w)", what, ctx.Err(), err)
		case <-time.After(pause):
		}
	}
}
