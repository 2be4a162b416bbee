package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/openstack-eris/eris/kpi"
)

// viewScenario is a run with eight loads and six faults on the embedded cloud, which is in the
// same process: what the view costs is what is left when it is taken away.
const viewScenario = `version: eris/v1
name: bench-view
phases: {warmup: 1s, baseline: %v, chaos: %v, recovery: 5s}
loads:
  l0: {workload: keystone.issue_token, arrivals: {rate: 2/s}, timeout: 2s}
  l1: {workload: keystone.validate_token, arrivals: {rate: 2/s}, timeout: 2s}
  l2: {workload: nova.list_servers, arrivals: {rate: 2/s}, timeout: 2s}
  l3: {workload: glance.list_images, arrivals: {rate: 2/s}, timeout: 2s}
  l4: {workload: keystone.issue_token, arrivals: {rate: 2/s}, timeout: 2s}
  l5: {workload: keystone.validate_token, arrivals: {rate: 2/s}, timeout: 2s}
  l6: {workload: nova.list_servers, arrivals: {rate: 2/s}, timeout: 2s}
  l7: {workload: glance.list_images, arrivals: {rate: 2/s}, timeout: 2s}
faults:
  f0: {fault: service.stop, target: {service: memcached, count: 1}, start: {at: 500ms}, hold: 500ms}
  f1: {fault: service.stop, target: {service: glance-api, count: 1}, start: {at: 1s}, hold: 500ms}
  f2: {fault: service.stop, target: {service: nova-api, count: 1}, start: {at: 1500ms}, hold: 500ms}
  f3: {fault: service.stop, target: {service: cinder-api, count: 1}, start: {at: 2s}, hold: 500ms}
  f4: {fault: service.stop, target: {service: heat-api, count: 1}, start: {at: 2500ms}, hold: 500ms}
  f5: {fault: service.stop, target: {service: placement-api, count: 1}, start: {at: 3s}, hold: 500ms}
stop_when:
  - 'error_ratio("l0", "10s") > 95%% for 15s'
objectives:
  - availability("l0") >= 1%%
`

// liveRow: what the live view costs of a core: processor time of a run whose display is a terminal
// less that of the same one with --quiet, in turn.
func liveRow() row {
	return row{
		name: "live", what: "processor time of a run with eight loads of 2/s and six faults on the embedded cloud, displayed on a terminal of 120 × 40, less that of the same one with --quiet, as a share of one core; the whole of eris, in runs in turn, the median of their differences",
		target: "< 2 %",
		measure: func(ctx context.Context, quick bool) ([]line, error) {
			pairs, baseline, chaos := 5, 30*time.Second, 30*time.Second
			if quick {
				pairs, baseline, chaos = 1, 2*time.Second, 4*time.Second
			}
			return measureLive(ctx, pairs, fmt.Sprintf(viewScenario, baseline, chaos))
		},
	}
}

func measureLive(ctx context.Context, pairs int, scenario string) ([]line, error) {
	dir, err := os.MkdirTemp("", "eris-bench-")
	if err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary folder
	eris, file := filepath.Join(dir, "eris"), filepath.Join(dir, "scenario.yaml")
	if err := os.WriteFile(file, []byte(scenario), 0o600); err != nil {
		return nil, fmt.Errorf("write scenario: %w", err)
	}
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", eris, "github.com/openstack-eris/eris/cmd/eris").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build eris: %w: %s", err, out)
	}
	var alone, watched, costs []float64
	drawn := int64(0)
	for range pairs {
		quiet, _, err := share(ctx, nil, eris, "run", file, "--out", filepath.Join(dir, "quiet"), "--quiet")
		if err != nil {
			return nil, err
		}
		terminal, err := openTerminal(40, 120)
		if err != nil {
			return nil, err
		}
		shown, bytes, err := share(ctx, terminal, eris, "run", file, "--out", filepath.Join(dir, "shown"))
		if err != nil {
			return nil, err
		}
		if bytes == 0 {
			return nil, errors.New("nothing was displayed")
		}
		alone, watched, costs, drawn = append(alone, quiet), append(watched, shown), append(costs, shown-quiet), drawn+bytes
	}
	cost := middle(costs)
	return []line{
		{what: "--quiet", value: percent(middle(alone)), ratio: "-"},
		{what: "displayed", value: percent(middle(watched)), ratio: "-"},
		{"the view", percent(cost), fmt.Sprintf("%d KiB drawn a run", drawn/int64(pairs)>>10), judge(cost < 0.02)},
	}, nil
}

// share runs a command on a terminal, or on none, to its end, and is its processor time as a share
// of a core, and how much it drew. A verdict other than pass is no failure of it.
func share(ctx context.Context, on *terminal, name string, args ...string) (of float64, drawn int64, err error) {
	command := exec.CommandContext(ctx, name, args...)
	command.Env = append(os.Environ(), "TERM=xterm-256color")
	done := make(chan int64, 1)
	if on != nil {
		defer func() { err = errors.Join(err, on.master.Close()) }()
		command.Stdout, command.Stderr = on.slave, on.slave
		go func() {
			n, _ := io.Copy(io.Discard, on.master) // it fails when the run has closed the other side
			done <- n
		}()
	} else {
		done <- 0
	}
	began := time.Now()
	err = command.Run()
	took := time.Since(began)
	if on != nil {
		if err := on.slave.Close(); err != nil {
			return 0, 0, fmt.Errorf("close terminal: %w", err)
		}
	}
	drawn = <-done
	if code := command.ProcessState.ExitCode(); err != nil && code != kpi.ExitFail && code != kpi.ExitUnknown {
		return 0, 0, fmt.Errorf("run eris: %w", err)
	}
	state := command.ProcessState
	return (state.UserTime() + state.SystemTime()).Seconds() / took.Seconds(), drawn, nil
}

// middle is the median, of two the greater.
func middle(of []float64) float64 { return slices.Sorted(slices.Values(of))[len(of)/2] }

// terminal is a pseudo-terminal: what is written to slave is read from master.
type terminal struct{ master, slave *os.File }

func openTerminal(rows, columns uint16) (*terminal, error) {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, fmt.Errorf("open terminal: %w", err)
	}
	fd := int(master.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: columns})
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open terminal: %w", err), master.Close())
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open terminal: %w", err), master.Close())
	}
	return &terminal{master, slave}, nil
}
