package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/openstack-eris/eris/loadgen"
)

// outputMost bounds what is kept of a program's results, bytes.
const outputMost = 64 << 20

// process is one run of a program, with all that it starts.
type process struct {
	path  string
	args  []string
	dir   string
	env   []string
	grace time.Duration
	out   loadgen.Capped
	err   tail
}

// run starts it and waits for its end, or for ctx: then the whole group is told to
// end, and is killed after the grace; that goes on beside the caller, and groups
// waits for it. An error says why there is no exit code.
func (p *process) run(ctx context.Context, groups *groups) (code int, err error) {
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	cmd := exec.Command(p.path, p.args...) //nolint:noctx // it is cut with its group, and gracefully
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = p.dir, p.env, &p.out, &p.err
	// The kernel ends its first process with Eris, even if that is killed.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = time.Second // for what it has left running with its output
	ended, err := groups.start(cmd)
	if err != nil {
		return 0, fmt.Errorf("exec.command: %w", err)
	}
	select {
	case <-ended.done:
		return exitCode(cmd, ended.how)
	case <-ctx.Done():
		groups.end(cmd.Process.Pid, p.grace, ended)
		return 0, ctx.Err()
	}
}

// exitCode is how a program ended that was waited for. One that was killed by a
// signal has that of a shell, 128 and the signal.
func exitCode(cmd *exec.Cmd, err error) (int, error) {
	var exit *exec.ExitError
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay):
	case errors.As(err, &exit):
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return 128 + int(status.Signal()), nil
		}
	default:
		return 0, fmt.Errorf("exec.command: %w", err)
	}
	return cmd.ProcessState.ExitCode(), nil
}

// output is what it has said.
func (p *process) output() ([]byte, error) {
	if p.out.Over() {
		return nil, fmt.Errorf("it said more than %d MiB", outputMost>>20)
	}
	return p.out.Bytes(), nil
}

// lastWords are the last line of what it said went wrong.
func (p *process) lastWords() string {
	lines := strings.Split(strings.TrimSpace(string(p.err.last)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// readFile reads a file of results.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("it has written no results: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(f, outputMost+1))
	if err == nil && len(text) > outputMost {
		err = fmt.Errorf("it wrote more than %d MiB", outputMost>>20)
	}
	return text, err
}

// tail keeps the end.
type tail struct{ last []byte }

const tailMost = 4096

// Write takes everything.
func (t *tail) Write(p []byte) (int, error) {
	t.last = append(t.last, p...)
	if len(t.last) > 2*tailMost {
		t.last = append(t.last[:0], t.last[len(t.last)-tailMost:]...)
	}
	return len(p), nil
}
