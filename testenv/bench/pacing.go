package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// pacingRow: what was planned is sent, also when something else wants a
// processor.
func pacingRow() row {
	return row{
		name: "pacing", what: "share of planned arrivals sent within the load's time: HTTP, 12,000/s, one busy loop beside",
		target: ">= 99.5 % sent",
		measure: func(ctx context.Context, quick bool) (lines []line, err error) {
			total := 15 * time.Second
			if quick {
				total = 2 * time.Second
			}
			err = withHog(ctx, func() error {
				lines, err = measurePacing(ctx, total)
				return err
			})
			return lines, err
		},
	}
}

func measurePacing(ctx context.Context, total time.Duration) ([]line, error) {
	const rate, connections = 12_000, 64
	var totals loadgen.Totals
	s := &latencies{h: record.NewHistogram()}
	var late time.Duration
	err := withServer(ctx, serverArgs{}, func(url string) (err error) {
		runner, err := loadgen.Open(ctx, httpLoad(url, rate, connections, total), record.NewClock(), s)
		if err != nil {
			return err
		}
		totals, err = runner.Run(ctx)
		late, _ = runner.Live().Lateness(0.99)
		return err
	})
	if err != nil {
		return nil, err
	}
	var theirs vegetaSaid
	err = withServer(ctx, serverArgs{}, func(url string) error {
		return ask(ctx, "vegeta", vegetaArgs{URL: url, Rate: rate, For: total}, &theirs)
	})
	if err != nil {
		return nil, err
	}
	var naive int64
	err = withServer(ctx, serverArgs{}, func(url string) error {
		return ask(ctx, "sleeper", vegetaArgs{URL: url, Rate: rate, For: total}, &naive)
	})
	if err != nil {
		return nil, err
	}
	planned := float64(rate) * total.Seconds()
	share, other := float64(totals.Started)/planned, float64(theirs.Sent)/planned
	return []line{
		{"eris", fmt.Sprintf("%d of %d, p99 of own lateness %s", totals.Started, totals.Planned, ms(late)), percent(share), judge(share >= 0.995)},
		{"vegeta alone, default workers", fmt.Sprintf("%d of %.0f", theirs.Sent, planned), percent(other), beside},
		{"a loop that sleeps between two sends", fmt.Sprintf("%d of %.0f", naive, planned), percent(float64(naive) / planned), beside},
	}, nil
}

// sleeperChild sends as most scripts do: it begins a request and sleeps for as long as lies
// between two. It says how many it began.
func sleeperChild(ctx context.Context, args []byte, out io.Writer) error {
	var a vegetaArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 64}}
	defer client.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(ctx, a.For)
	defer cancel()
	var sending sync.WaitGroup
	sent := int64(0)
	pause := time.NewTimer(0)
	defer pause.Stop()
	for ; ; sent++ {
		select {
		case <-pause.C:
		case <-ctx.Done():
			sending.Wait()
			return say(out, sent)
		}
		sending.Go(func() {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL, nil)
			if err != nil {
				return
			}
			if answer, err := client.Do(request); err == nil {
				_, _ = io.Copy(io.Discard, answer.Body)
				_ = answer.Body.Close()
			}
		})
		pause.Reset(time.Second / time.Duration(a.Rate))
	}
}

func percent(share float64) string { return fmt.Sprintf("%.2f %%", 100*share) }
