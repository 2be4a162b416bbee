package lab

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// onNode runs a shell script as root on a node and returns its output. A script
// that is still at work when ctx has ended by its deadline is ended on the node
// too: what nsenter started there outlives nsenter.
func onNode(ctx context.Context, p paths, node, text string) (string, error) {
	return onNodeHeard(ctx, p, node, text, io.Discard)
}

// onNodeHeard is onNode, and all that the script prints is also written to hear
// as it comes.
func onNodeHeard(ctx context.Context, p paths, node, text string, hear io.Writer) (string, error) {
	var out bytes.Buffer
	var complaint tail
	argv := []string{"/bin/sh", "-eu", "-c", text}
	if end, is := ctx.Deadline(); is {
		left := time.Until(end) + endAfter
		argv = append([]string{"timeout", "--kill-after=2", fmt.Sprintf("%.3f", max(left, endAfter).Seconds())}, argv...)
	}
	err := execOnNode(ctx, p, node, argv, Streams{Out: io.MultiWriter(&out, hear), Err: io.MultiWriter(&complaint, hear)})
	if err != nil {
		return out.String(), fmt.Errorf("%w%s", err, complaint.hint())
	}
	return strings.TrimSpace(out.String()), nil
}

// endAfter is how much later the node ends what the deadline here has cut off.
const endAfter = 500 * time.Millisecond

// execOnNode runs a program in all namespaces of a node.
func execOnNode(ctx context.Context, p paths, node string, argv []string, s Streams) error {
	pid, err := leader(p, node)
	if err != nil {
		return err
	}
	if pid == 0 {
		return fmt.Errorf("enter %s: it is off", node)
	}
	runtime.LockOSThread() // as in runTo
	defer runtime.UnlockOSThread()
	args := append([]string{
		"--target", strconv.Itoa(pid), "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--",
		"/usr/bin/env", "-i", "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8", "TERM=xterm",
		// what the node may not do, nobody who enters it from here may
		"setpriv", "--bounding-set=-sys_time,-sys_module,-sys_rawio", "--",
	}, argv...)
	cmd := exec.CommandContext(ctx, program("nsenter"), args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = s.In, s.Out, s.Err
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = 2 * time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return fmt.Errorf("run on %s: %w", node, err)
	}
	return nil
}
