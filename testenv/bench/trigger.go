package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// triggerScenario has one fault that waits for a condition which holds as soon
// as it is looked at. A cache is back in no time, so that the runs are alike.
const triggerScenario = `version: eris/v1
name: bench-trigger
phases: {warmup: 200ms, baseline: 1500ms, chaos: 1200ms, recovery: 300ms}
loads:
  tokens: {workload: keystone.issue_token, arrivals: {rate: 5/s}, timeout: 5s}
collectors:
  services: {kind: service, every: 1s, on: {service: memcached}}
faults:
  strike:
    fault: service.kill
    target: {service: memcached, count: 1}
    start: {when: 'min_where("service.healthy", {service: "memcached"}) == 1', within: 1s, otherwise: skip}
    hold: 500ms
stop_when:
  - 'error_ratio("tokens", "5s") > 90% for 5s'
objectives:
  - availability("tokens") >= 1%
`

// triggerTarget is the time from the trigger to the effect within which 99 of a hundred
// are to be; of so few no percentile is told that has less than ten beyond it.
const (
	triggerTarget = 100 * time.Millisecond
	triggerShare  = 0.99
)

// triggerRow: everything but the ledger check, the write of the intent and the
// inject itself was done before the trigger.
func triggerRow() row {
	return row{
		name: "trigger", onLab: true, what: "trigger seen to fault effective, as the target stamped it: service.kill, the whole of eris in runs of its own",
		target: "99 of 100 within 100 ms",
		measure: func(ctx context.Context, quick bool) ([]line, error) {
			runs := 100
			if quick {
				runs = 3
			}
			return measureTrigger(ctx, runs)
		},
	}
}

// struck is the way of one fault, from its trigger.
type struck struct{ admitted, begun, effective, bound time.Duration }

func measureTrigger(ctx context.Context, runs int) ([]line, error) {
	dir, err := os.MkdirTemp("", "eris-bench-")
	if err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary folder
	eris, scenario := filepath.Join(dir, "eris"), filepath.Join(dir, "scenario.yaml")
	if err := os.WriteFile(scenario, []byte(triggerScenario), 0o600); err != nil {
		return nil, fmt.Errorf("write scenario: %w", err)
	}
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", eris, "github.com/openstack-eris/eris/cmd/eris").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build eris: %w: %s", err, out)
	}
	where, on, err := triggerCloud(ctx)
	if err != nil {
		return nil, err
	}
	var all []struck
	for n := range runs {
		one, err := strikeOnce(ctx, eris, scenario, filepath.Join(dir, fmt.Sprint(n)), where)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return triggerLines(all, where, on), nil
}

// triggerCloud is a lab where one is up, once it is well, else the embedded cloud.
func triggerCloud(ctx context.Context) (where, on string, err error) {
	if o, up := benchLab(); up {
		return "lab:" + o.Name, "real systemd nodes over SSH", wellAgain(ctx, o)
	}
	return "sim", "NO real node: the embedded cloud", nil
}

// strikeOnce runs the scenario and reads from its journal how long the fault
// took on its way.
func strikeOnce(ctx context.Context, eris, scenario, out, where string) (struck, error) {
	said, failed := exec.CommandContext(ctx, eris, "run", scenario, "-i", where, "--out", out, "--settle", "1s", "--quiet").CombinedOutput()
	run, err := record.Open(filepath.Join(out, "latest"))
	if err != nil {
		return struck{}, fmt.Errorf("run eris: %w: %s", errors.Join(failed, err), said)
	}
	var seen time.Duration
	var s struck
	for e, err := range run.Events() {
		switch {
		case err != nil:
			return struck{}, fmt.Errorf("read journal: %w", err)
		case e.Fault != nil && e.Fault.State == record.Waiting:
			seen = e.At
		case e.Fault != nil && e.Fault.State == record.Injecting:
			s.admitted = e.At - seen
		case e.Target != nil && e.Target.State == record.Injecting && e.Target.NodeAt != nil:
			s.begun = *e.Target.NodeAt - seen
		case e.Target != nil && e.Target.State == record.Held && e.Target.NodeAt != nil:
			s.effective, s.bound = *e.Target.NodeAt-seen, e.Target.Bound
		}
	}
	if seen == 0 || s.effective == 0 {
		return struck{}, fmt.Errorf("the fault was not triggered, or not seen on its target: %s", said)
	}
	return s, nil
}

func triggerLines(all []struck, where, on string) []line {
	figure := func(of func(struck) time.Duration) (p50, longest time.Duration) {
		var list []time.Duration
		for _, s := range all {
			list = append(list, of(s))
		}
		slices.Sort(list)
		return list[len(list)/2], list[len(list)-1]
	}
	admitted, admittedMost := figure(func(s struck) time.Duration { return s.admitted })
	begun, begunMost := figure(func(s struck) time.Duration { return s.begun })
	p50, most := figure(func(s struck) time.Duration { return s.effective })
	within := 0
	for _, s := range all {
		if s.effective+s.bound <= triggerTarget { // at the latest, by the node's clock
			within++
		}
	}
	_, bound := figure(func(s struck) time.Duration { return s.bound })
	name, _, _ := strings.Cut(where, ":")
	both := func(a, b time.Duration) string { return fmt.Sprintf("p50 %s, max %s", ms(a), ms(b)) }
	stamped := ", clocks ± " + ms(bound)
	return []line{
		{fmt.Sprintf("%s, %d faults, p50", name, len(all)), ms(p50) + stamped, on, judge(p50+bound <= triggerTarget)},
		{"of them within 100 ms, at the latest by their clocks", fmt.Sprintf("%d of %d", within, len(all)), "", judge(float64(within) >= triggerShare*float64(len(all)))},
		{"max of them", ms(most) + stamped, "", beside},
		{"of it, until the redundancy has admitted it", both(admitted, admittedMost), "", beside},
		{"of it, until the node lets it through, the intent on Eris' disk", both(begun, begunMost) + stamped, "", beside},
	}
}
