package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// memoryRow: a run a thousand times as long takes no more memory.
func memoryRow() row {
	return row{
		name: "memory", what: "highest resident memory of a run of 10,000 and of 10,000,000 operations that do nothing, each in a process of its own, 64 workers, recorded to disk",
		target: "growth <= 20 MiB",
		measure: func(ctx context.Context, quick bool) ([]line, error) {
			many := int64(10_000_000)
			if quick {
				many = 100_000
			}
			return measureMemory(ctx, 10_000, many)
		},
	}
}

type memoryArgs struct{ Count int64 }

type memorySaid struct {
	Operations int64
	Resident   float64 // MiB, the highest
}

func measureMemory(ctx context.Context, few, many int64) ([]line, error) {
	var small, large memorySaid
	if err := ask(ctx, "memory", memoryArgs{few}, &small); err != nil {
		return nil, err
	}
	if err := ask(ctx, "memory", memoryArgs{many}, &large); err != nil {
		return nil, err
	}
	mib := func(m float64) string { return fmt.Sprintf("%.1f MiB", m) }
	growth := large.Resident - small.Resident
	return []line{
		{what: fmt.Sprintf("%d operations", small.Operations), value: mib(small.Resident), ratio: "1"},
		{fmt.Sprintf("%d operations", large.Operations), mib(large.Resident), fmt.Sprintf("%.2f, growth %s", large.Resident/small.Resident, mib(growth)), judge(growth <= 20)},
	}, nil
}

func memoryChild(ctx context.Context, args []byte, out io.Writer) error {
	var a memoryArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return err
	}
	totals, err := countedRun(ctx, a.Count, 64)
	if err != nil {
		return err
	}
	highest, err := highestResident()
	if err != nil {
		return err
	}
	return say(out, memorySaid{Operations: totals.Succeeded, Resident: highest})
}

// highestResident is the most memory that this process had resident, in MiB, as Linux
// tells it of the program that runs (VmHWM in proc_pid_status(5)). What getrusage tells
// (ru_maxrss) is kept over an exec, and would be that of who has started the program.
func highestResident() (mib float64, err error) { return statusMiB("VmHWM:") }

// resident is the memory that this process has resident now, in MiB.
func resident() (mib float64, err error) { return statusMiB("VmRSS:") }

func statusMiB(field string) (float64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, fmt.Errorf("read resident memory: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		if text, found := strings.CutPrefix(line, field); found {
			kib, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(text), " kB"), 64)
			return kib / 1024, err
		}
	}
	return 0, errors.New("read resident memory: the kernel does not tell it")
}
