package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// joinedScenario is a closed load that asks as fast as it is answered.
const joinedScenario = `version: eris/v1
name: bench-joined
phases: {warmup: 1s, baseline: %s, chaos: 1s, recovery: 1s}
loads:
  hits: {workload: http.get, concurrency: 64, args: {url: "%s", fast: true}}
stop_when:
  - 'error_ratio("hits", "5s") > 90%% for 5s'
objectives:
  - availability("hits") >= 99%%
`

// joinedRow: the same load by more worker processes, each outcome acknowledged by the run's
// stream and written into its record. On one machine they share the processors with the run
// and the server, so that it shows what joining costs and not what more machines give.
func joinedRow() row {
	return row{
		name: "joined", what: "requests a second that 1, 2, 4 and 8 processes of `eris worker` send for one run on this machine, 64 at a time together, its server beside; each outcome in the record of the run",
		target: "every arrival that was sent is in the record",
		measure: func(ctx context.Context, quick bool) ([]line, error) {
			length := 10 * time.Second
			if quick {
				length = 2 * time.Second
			}
			return measureJoined(ctx, length)
		},
	}
}

// joinedResult is what is read of a run.json.
type joinedResult struct {
	Loads []struct {
		Planned, Succeeded int64
		Windows            map[string]struct{ Count int64 }
	}
	Workers []struct {
		Parts []struct {
			Sent    int64
			NotSent int64 `json:"not_sent"`
			Unknown int64
			Beyond  int64
		}
	}
}

func measureJoined(ctx context.Context, length time.Duration) (lines []line, err error) {
	dir, err := os.MkdirTemp("", "eris-bench-")
	if err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	eris := filepath.Join(dir, "eris")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", eris, "github.com/openstack-eris/eris/cmd/eris").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build eris: %w: %s", err, out)
	}
	var first float64
	for _, workers := range []int{0, 1, 2, 4, 8} {
		var result joinedResult
		err := withServer(ctx, serverArgs{}, func(url string) error {
			scenario := filepath.Join(dir, "scenario.yaml")
			if err := os.WriteFile(scenario, fmt.Appendf(nil, joinedScenario, length, url), 0o600); err != nil {
				return err
			}
			result, err = runJoined(ctx, eris, scenario, filepath.Join(dir, fmt.Sprint(workers)), workers)
			return err
		})
		if err != nil {
			return nil, err
		}
		rate := float64(result.Loads[0].Windows["baseline"].Count) / length.Seconds()
		if workers == 0 {
			lines, first = append(lines, line{"the run by itself", fmt.Sprintf("%.0f", rate), "1", beside}), rate
			continue
		}
		whole, sent := true, int64(0)
		for _, w := range result.Workers {
			for _, p := range w.Parts {
				sent, whole = sent+p.Sent, whole && p.NotSent+p.Unknown+p.Beyond == 0
			}
		}
		lines = append(lines, line{
			fmt.Sprintf("%d workers", workers), fmt.Sprintf("%.0f, %d of %d sent are in the record", rate, result.Loads[0].Planned, sent),
			fmt.Sprintf("%.2f", rate/first), judge(whole && len(result.Workers) == workers && sent == result.Loads[0].Planned),
		})
	}
	return lines, nil
}

// runJoined is one run with so many workers; 0: it sends by itself.
func runJoined(ctx context.Context, eris, scenario, out string, workers int) (result joinedResult, err error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return result, err
	}
	ctx, stop := context.WithCancel(ctx) // workers do not outlive it
	defer stop()
	args := []string{"run", scenario, "-i", "sim", "--out", out, "--quiet", "--no-logs"}
	if workers > 0 {
		args = append(args, "--workers", fmt.Sprint(workers), "--listen", address)
	}
	environment := append(os.Environ(), "ERIS_WORKER_TOKEN="+strings.Repeat("bench", 7))
	var joined []*exec.Cmd
	for range workers {
		worker := exec.CommandContext(ctx, eris, "worker", "nats://"+address)
		worker.Env = environment
		if err := worker.Start(); err != nil {
			return result, fmt.Errorf("start worker: %w", err)
		}
		joined = append(joined, worker)
	}
	run := exec.CommandContext(ctx, eris, args...)
	run.Env = environment
	said, failed := run.CombinedOutput()
	if failed != nil {
		stop()
	}
	for _, worker := range joined {
		if ended := worker.Wait(); failed == nil && ended != nil {
			return result, fmt.Errorf("worker: %w", ended)
		}
	}
	text, err := os.ReadFile(filepath.Join(out, "latest", "run.json"))
	if err != nil {
		return result, fmt.Errorf("run eris: %w: %s", errors.Join(failed, err), said)
	}
	if err := json.Unmarshal(text, &result); err != nil {
		return result, fmt.Errorf("read run.json: %w", err)
	}
	if len(result.Loads) != 1 {
		return result, fmt.Errorf("run eris: %d loads: %s", len(result.Loads), said)
	}
	return result, nil
}

// freeAddress is one of the loopback at which nobody listens now.
func freeAddress(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return l.Addr().String(), l.Close()
}
