package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/google/pprof/profile"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
)

// apiRow: what one core drives through the OpenStack API, and how much of it goes into
// JSON, which gophercloud and the workloads read with encoding/json.
func apiRow() row {
	return row{
		name: "api", what: "operations that one processor drives through Nova's API, the cloud in another process; part of the processor time that is spent in encoding/json",
		target: "none; it says how many cores a load wants",
		measure: func(ctx context.Context, quick bool) ([]line, error) {
			length, servers := 20*time.Second, 100
			if quick {
				length, servers = 3*time.Second, 10
			}
			return measureAPI(ctx, length, servers)
		},
	}
}

// apiWorkers keep one processor busy, whatever a cloud takes for an answer.
const apiWorkers = 16

type apiArgs struct {
	Clouds, Cloud, Workload string
	Limit                   int // of a list
	For                     time.Duration
}

type apiSaid struct {
	Iterations int64
	CPU        time.Duration
	JSON       float64 // part of CPU
}

func measureAPI(ctx context.Context, length time.Duration, servers int) ([]line, error) {
	cloud, err := start(ctx, "cloud", cloudArgs{servers})
	if err != nil {
		return nil, err
	}
	var at cloudSaid
	if err := cloud.read(&at); err != nil {
		return nil, errors.Join(err, cloud.end())
	}
	var lines []line
	for _, each := range []struct {
		what, workload string
		limit          int
	}{
		{fmt.Sprintf("list of %d servers", servers), "list", servers},
		{"boot, wait for ACTIVE, delete, wait until it is gone", "boot", 0},
	} {
		var said apiSaid
		if err := ask(ctx, "api", apiArgs{at.Clouds, at.Cloud, each.workload, each.limit, length}, &said); err != nil {
			return nil, errors.Join(err, cloud.end())
		}
		lines = append(lines, line{
			what:  each.what,
			value: fmt.Sprintf("%.0f a processor-second, %.2f ms each", float64(said.Iterations)/said.CPU.Seconds(), said.CPU.Seconds()*1000/float64(said.Iterations)),
			ratio: fmt.Sprintf("%.0f %% in JSON", 100*said.JSON),
		})
	}
	return lines, cloud.end()
}

// apiChild runs a workload on one processor with a profile of it.
func apiChild(ctx context.Context, args []byte, out io.Writer) error {
	var a apiArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return err
	}
	runtime.GOMAXPROCS(1)
	list := nova.NewListServers()
	list.Limit = a.Limit
	var work loadgen.Workload = list
	if a.Workload == "boot" {
		work = nova.NewBootAndDeleteServer()
	}
	spec := loadgen.DefaultSpec()
	spec.Concurrency = apiWorkers
	clock := record.NewClock()
	env := loadgen.Env{Run: "bench", Load: a.Workload, Seed: 1, Clouds: a.Clouds, Cloud: a.Cloud}
	runner, err := loadgen.Open(ctx, loadgen.Load{Name: "bench", Workload: work, Env: env, Spec: spec, End: clock.Now() + a.For}, clock, &latencies{h: record.NewHistogram()})
	if err != nil {
		return err
	}
	var profiled bytes.Buffer
	if err := pprof.StartCPUProfile(&profiled); err != nil {
		return err
	}
	var totals loadgen.Totals
	used := cpu(func() { totals, err = runner.Run(ctx) })
	pprof.StopCPUProfile()
	if err != nil {
		return err
	}
	if failed := totals.Started - totals.Succeeded - totals.Aborted; failed > 0 || totals.Succeeded == 0 {
		return fmt.Errorf("%d of %d iterations failed", failed, totals.Started)
	}
	inJSON, err := shareOf(&profiled, "encoding/json")
	if err != nil {
		return err
	}
	return say(out, apiSaid{totals.Succeeded, used, inJSON})
}

// shareOf is the part of a profile's samples that were below functions of a package.
func shareOf(of io.Reader, pkg string) (float64, error) {
	p, err := profile.Parse(of)
	if err != nil {
		return 0, fmt.Errorf("read profile: %w", err)
	}
	var all, within int64
	for _, s := range p.Sample {
		all += s.Value[0]
		if below(s, pkg) {
			within += s.Value[0]
		}
	}
	if all == 0 {
		return 0, errors.New("read profile: it has no samples")
	}
	return float64(within) / float64(all), nil
}

func below(s *profile.Sample, pkg string) bool {
	for _, at := range s.Location {
		for _, l := range at.Line {
			if l.Function != nil && strings.HasPrefix(l.Function.Name, pkg) {
				return true
			}
		}
	}
	return false
}
