package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/reports"
)

// reportRow: what a page of so many operations costs, beside the page that Rally makes of as
// many.
func reportRow() row {
	return row{
		name: "report", what: "a page of a record on disk, judged and written, each in a process of its own; beside it `rally task report` of a file with as many iterations",
		target: "100,000 operations in < 1 s and < 100 MiB; 1,000,000 judged in < 2 s and < 150 MiB",
		measure: func(ctx context.Context, quick bool) ([]line, error) {
			count := 100_000
			if quick {
				count = 10_000
			}
			lines, err := measureReport(ctx, count)
			if err != nil {
				return nil, err
			}
			judged, err := measureJudging(ctx, 10*count)
			return append(lines, judged), err
		},
	}
}

type reportArgs struct {
	Dir   string
	Judge bool // and write no page
}

type reportSaid struct {
	Took     time.Duration
	Resident float64 // MiB, the highest
	Page     int     // bytes
	Planned  int64   // operations that the page tells of
}

func measureReport(ctx context.Context, count int) (lines []line, err error) {
	dir, err := os.MkdirTemp("", "eris-bench-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	run, err := recorded(dir, count)
	if err != nil {
		return nil, err
	}
	var ours reportSaid
	if err := ask(ctx, "report", reportArgs{Dir: run}, &ours); err != nil {
		return nil, err
	}
	if ours.Planned != int64(count) || ours.Page == 0 {
		return nil, fmt.Errorf("the page tells of %d operations in %d bytes, and there are %d", ours.Planned, ours.Page, count)
	}
	cost := func(took time.Duration, mib float64) string {
		return fmt.Sprintf("%.2f s, %.1f MiB", took.Seconds(), mib)
	}
	lines = []line{{fmt.Sprintf("eris, %d operations", count), cost(ours.Took, ours.Resident), "1", judge(ours.Took < time.Second && ours.Resident < 100)}}
	if !rallyIsThere() {
		return append(lines, noRally()), nil
	}
	took, mib, err := rallyReport(ctx, dir, count)
	if err != nil {
		return nil, err
	}
	return append(lines, line{fmt.Sprintf("rally, %d iterations", count), cost(took, mib), fmt.Sprintf("%.1f × the time, %.1f × the memory", took.Seconds()/ours.Took.Seconds(), mib/ours.Resident), beside}), nil
}

// measureJudging is what it costs to read and judge so many operations, without a page.
func measureJudging(ctx context.Context, count int) (judged line, err error) {
	dir, err := os.MkdirTemp("", "eris-bench-*")
	if err != nil {
		return line{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	run, err := recorded(dir, count)
	if err != nil {
		return line{}, err
	}
	var said reportSaid
	if err := ask(ctx, "report", reportArgs{Dir: run, Judge: true}, &said); err != nil {
		return line{}, err
	}
	if said.Planned != int64(count) {
		return line{}, fmt.Errorf("%d operations were judged, and there are %d", said.Planned, count)
	}
	return line{
		fmt.Sprintf("eris, %d operations judged, without a page", count), fmt.Sprintf("%.2f s, %.1f MiB", said.Took.Seconds(), said.Resident), "-",
		judge(said.Took < 2*time.Second && said.Resident < 150),
	}, nil
}

// recorded makes a record of twenty minutes with so many operations.
func recorded(dir string, count int) (run string, err error) {
	const length = 20 * time.Minute
	w, err := record.Create(dir, record.Meta{Scenario: "bench", Clock: record.NewClock()})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	load, err := w.Load("bench")
	if err != nil {
		return "", err
	}
	started := &record.RunStarted{Run: w.ID(), Scenario: "bench", At: time.Now(), Objectives: []string{`availability("bench") >= 99%`},
		Loads: []record.LoadPlan{{Name: "bench", Workload: "bench", Model: "open", Rate: float64(count) / length.Seconds(), Process: "constant"}}}
	errs := []error{w.Event(record.Event{Started: started})}
	for n, phase := range []string{record.Warmup, record.Baseline, "chaos", "recovery", record.Done} {
		errs = append(errs, w.Event(record.Event{At: length * time.Duration(n) / 4, Phase: &record.PhaseStarted{Name: phase}}))
	}
	for n := range count {
		at := length * time.Duration(n) / time.Duration(count)
		s := record.Sample{Iteration: int64(n), Intended: at, Started: at, End: at + time.Duration(1+n%200)*time.Millisecond, Status: 201}
		if n%100 == 99 {
			s.Class, s.Status, s.Err = record.HTTP5xx, 503, errors.New("no healthy upstream")
		}
		load.Sample(s)
	}
	errs = append(errs, w.Event(record.Event{At: length + time.Second, Ended: &record.RunEnded{}}))
	return w.Dir(), errors.Join(errs...)
}

func reportChild(_ context.Context, args []byte, out io.Writer) error {
	var a reportArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return err
	}
	began := time.Now()
	run, err := reports.Open(a.Dir)
	if err != nil {
		return err
	}
	page := &counting{}
	if !a.Judge {
		if err := reports.WriteHTML(page, run.Analysis); err != nil {
			return err
		}
	}
	took := time.Since(began)
	highest, err := highestResident()
	if err != nil {
		return err
	}
	var planned int64
	for _, l := range run.Analysis.Result.Loads {
		planned += l.Planned
	}
	return say(out, reportSaid{took, highest, page.n, planned})
}

// counting counts what is written.
type counting struct{ n int }

func (c *counting) Write(p []byte) (int, error) {
	c.n += len(p)
	return len(p), nil
}

// rallyReport has Rally make its page of a file of results with so many iterations.
func rallyReport(ctx context.Context, dir string, count int) (took time.Duration, mib float64, err error) {
	results := filepath.Join(dir, "results.json")
	if err := rallyResults(results, count); err != nil {
		return 0, 0, err
	}
	r, err := newRally(ctx, dir)
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	state, err := r.run(ctx, "task", "report", results, "--out", filepath.Join(dir, "rally.html"))
	if err != nil {
		return 0, 0, err
	}
	return time.Since(began), mostResident(state), nil
}

// rallyResults writes results as `rally task results` of old had them, which `rally task report`
// still reads.
func rallyResults(file string, count int) (err error) {
	type object map[string]any
	data := make([]object, count)
	for n := range data {
		duration := float64(1+n%200) / 1000
		data[n] = object{
			"timestamp": 1.7e9 + float64(n)/100, "duration": duration, "idle_duration": 0.0, "error": []string{},
			"output": object{"additive": []string{}, "complete": []string{}}, "atomic_actions": object{"authenticate.keystone": duration},
		}
		if n%100 == 99 {
			data[n]["error"] = []string{"HTTPError", "no healthy upstream", "Traceback"}
		}
	}
	text, err := json.Marshal([]object{{
		"key": object{"name": "Authenticate.keystone", "description": "", "pos": 0, "kw": object{
			"runner": object{"type": "rps", "times": count, "rps": 100}, "args": object{}, "context": object{}, "sla": object{}, "hooks": []string{},
		}},
		"sla": []string{}, "hooks": []string{}, "created_at": "2026-11-11T09:00:00", "full_duration": float64(count) / 100, "load_duration": float64(count) / 100, "result": data,
	}})
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}
