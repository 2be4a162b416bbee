package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// rally is Debian's Rally with a database of its own.
type rally struct{ config string }

func rallyIsThere() bool {
	_, missing := exec.LookPath("rally")
	return missing == nil
}

// noRally stands where it would be measured.
func noRally() line {
	return line{what: "rally is not installed, and nothing is measured beside: apt-get install rally", value: "-", ratio: "-"}
}

func newRally(ctx context.Context, dir string) (rally, error) {
	r := rally{filepath.Join(dir, "rally.conf")}
	if err := os.WriteFile(r.config, []byte("[database]\nconnection = sqlite:///"+filepath.Join(dir, "rally.db")+"\n"), 0o600); err != nil {
		return r, err
	}
	_, err := r.run(ctx, "db", "create")
	return r, err
}

// run runs a command of it to its end.
func (r rally) run(ctx context.Context, args ...string) (*os.ProcessState, error) {
	cmd := exec.CommandContext(ctx, "rally", append([]string{"--config-file", r.config}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+filepath.Dir(r.config)) // where it remembers which cloud was the last
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	said, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("run rally %v: %w: %s", args, err, said[max(len(said)-500, 0):])
	}
	return cmd.ProcessState, nil
}

// mostResident is the most memory, in MiB, that a process had, or one that it waited for.
func mostResident(state *os.ProcessState) float64 {
	if usage, is := state.SysUsage().(*syscall.Rusage); is {
		return float64(usage.Maxrss) / 1024
	}
	return 0
}

// dummies has it run so many iterations that do nothing, and says what processor time they
// took, the processes that it has for them included, and not what one of ten takes to begin.
func (r rally) dummies(ctx context.Context, dir string, count int) (used time.Duration, mib float64, err error) {
	if _, err := r.run(ctx, "env", "create", "--name", "bench"); err != nil {
		return 0, 0, err
	}
	few, _, err := r.task(ctx, dir, 10)
	if err != nil {
		return 0, 0, err
	}
	all, mib, err := r.task(ctx, dir, 10+count)
	return all - few, mib, err
}

func (r rally) task(ctx context.Context, dir string, count int) (used time.Duration, mib float64, err error) {
	type object map[string]any
	task, err := json.Marshal(object{"Dummy.dummy": []object{{"runner": object{"type": "constant", "times": count, "concurrency": 2}}}})
	if err != nil {
		return 0, 0, err
	}
	file := filepath.Join(dir, "dummy.json")
	if err := os.WriteFile(file, task, 0o600); err != nil {
		return 0, 0, err
	}
	state, err := r.run(ctx, "task", "start", file)
	if err != nil {
		return 0, 0, err
	}
	return state.UserTime() + state.SystemTime(), mostResident(state), nil
}
