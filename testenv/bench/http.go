package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strconv"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane/http"
)

// httpRow: how many requests a second a generator gets out of one machine that it
// shares with the server, each asking again as soon as it has its answer. wrk does
// nothing but that; the others time, class and count each answer.
func httpRow() row {
	return row{
		name: "http", what: "requests a second over 16 connections, the server on the same machine; everything counted, nothing but 200 taken; the median of five rounds, in each of which all are measured in turn",
		target: ">= 0.8 of what wrk does best",
		measure: func(ctx context.Context, quick bool) ([]line, error) {
			total := 3 * time.Second
			if quick {
				total = time.Second
			}
			return measureHTTP(ctx, total)
		},
	}
}

const (
	httpConnections = 16
	httpRounds      = 5
)

func measureHTTP(ctx context.Context, total time.Duration) ([]line, error) {
	wrk, _ := exec.LookPath("wrk") // empty where there is none
	if wrk == "" {
		return []line{{what: "wrk is not installed, and nothing is measured: apt-get install wrk", value: "-", ratio: "-"}}, nil
	}
	var rates [5][]float64
	each := []func(url string) (float64, error){
		func(url string) (float64, error) { return byWrk(ctx, wrk, url, total, 1) },
		func(url string) (float64, error) { return byWrk(ctx, wrk, url, total, 2) },
		func(url string) (float64, error) { return byChild(ctx, httpArgs{url, total, "fast"}) },
		func(url string) (float64, error) { return byChild(ctx, httpArgs{url, total, "eris"}) },
		func(url string) (float64, error) { return byChild(ctx, httpArgs{url, total, "vegeta"}) },
	}
	for range httpRounds {
		for n, measure := range each {
			err := withServer(ctx, serverArgs{}, func(url string) error {
				rate, err := measure(url)
				rates[n] = append(rates[n], rate)
				return err
			})
			if err != nil {
				return nil, err
			}
		}
	}
	// What wrk does best is asked of each round, and a ratio is of two that ran one after the other:
	// what else the machine does comes and goes.
	ratios := func(n int) float64 {
		all := make([]float64, httpRounds)
		for i, rate := range rates[n] {
			all[i] = rate / max(rates[0][i], rates[1][i])
		}
		return middle(all)
	}
	ratio := func(n int) string { return fmt.Sprintf("%.2f", ratios(n)) }
	value := func(n int) string { return fmt.Sprintf("%.0f", middle(rates[n])) }
	return []line{
		{what: "wrk, one thread", value: value(0), ratio: ratio(0)},
		{what: "wrk, two threads", value: value(1), ratio: ratio(1)},
		{"eris, http.get with fast", value(2), ratio(2), judge(ratios(2) >= 0.8)},
		{"eris, http.get", value(3), ratio(3), beside},
		{"vegeta alone", value(4), ratio(4), beside},
	}, nil
}

var wrkSays = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)

func byWrk(ctx context.Context, wrk, url string, total time.Duration, threads int) (float64, error) {
	out, err := exec.CommandContext(ctx, wrk, fmt.Sprint("-t", threads), fmt.Sprint("-c", httpConnections), fmt.Sprint("-d", int(total.Seconds()), "s"), url).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("run wrk: %w: %s", err, out)
	}
	found := wrkSays.FindSubmatch(out)
	if found == nil || regexp.MustCompile(`Non-2xx|Socket errors`).Match(out) {
		return 0, fmt.Errorf("run wrk: it says %q", out)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}

// httpArgs is a closed load of so many connections. By is eris, fast or vegeta.
type httpArgs struct {
	URL string
	For time.Duration
	By  string
}

func byChild(ctx context.Context, args httpArgs) (rate float64, err error) {
	err = ask(ctx, "http", args, &rate)
	return rate, err
}

// httpChild says how many requests a second were answered with 200.
func httpChild(ctx context.Context, args []byte, out io.Writer) error {
	var a httpArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return err
	}
	answered, err := a.count(ctx)
	if err != nil {
		return err
	}
	return say(out, float64(answered)/a.For.Seconds())
}

func (a httpArgs) count(ctx context.Context) (int64, error) {
	if a.By == "vegeta" {
		return a.vegeta()
	}
	get := http.NewGet()
	get.URL, get.Fast, get.Expect = a.URL, a.By == "fast", 200
	spec := loadgen.DefaultSpec()
	spec.Concurrency = httpConnections
	clock := record.NewClock()
	load := loadgen.Load{Name: "bench", Workload: get, Spec: spec, End: clock.Now() + a.For}
	totals, err := loadgen.Run(ctx, load, clock, &latencies{h: record.NewHistogram()})
	if failed := totals.Started - totals.Succeeded - totals.Aborted; err == nil && failed > 0 {
		err = fmt.Errorf("%d of %d requests failed", failed, totals.Started)
	}
	return totals.Succeeded, err
}

// vegeta asks as fast as it can with as many workers.
func (a httpArgs) vegeta() (int64, error) {
	attacker := vegeta.NewAttacker(vegeta.Connections(httpConnections), vegeta.Workers(httpConnections), vegeta.MaxWorkers(httpConnections))
	target := vegeta.NewStaticTargeter(vegeta.Target{Method: "GET", URL: a.URL})
	var answered int64
	for r := range attacker.Attack(target, vegeta.ConstantPacer{}, a.For, "") {
		if r.Code != 200 {
			return 0, errors.New(r.Error)
		}
		answered++
	}
	return answered, nil
}
