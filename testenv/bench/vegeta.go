package main

import (
	"context"
	"encoding/json"
	"io"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// vegetaArgs is an attack by vegeta alone. Workers 0 is its default, as many
// as it takes.
type vegetaArgs struct {
	URL     string
	Rate    int
	For     time.Duration
	Workers uint64
}

// vegetaSaid is its own report.
type vegetaSaid struct {
	P99  time.Duration
	Sent uint64
}

// vegetaChild attacks as vegeta's users do and says what its Metrics say.
func vegetaChild(_ context.Context, args []byte, out io.Writer) error {
	var a vegetaArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return err
	}
	options := []func(*vegeta.Attacker){vegeta.Connections(64)}
	if a.Workers > 0 {
		options = append(options, vegeta.Workers(a.Workers), vegeta.MaxWorkers(a.Workers))
	}
	attacker := vegeta.NewAttacker(options...)
	target := vegeta.NewStaticTargeter(vegeta.Target{Method: "GET", URL: a.URL})
	var metrics vegeta.Metrics
	for r := range attacker.Attack(target, vegeta.ConstantPacer{Freq: a.Rate, Per: time.Second}, a.For, "") {
		metrics.Add(r)
	}
	metrics.Close()
	return say(out, vegetaSaid{P99: metrics.Latencies.P99, Sent: metrics.Requests})
}
