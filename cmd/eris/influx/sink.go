package influx

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/influxdata/influxdb-client-go/v2/api/write"
)

// attemptMost bounds one call of the server.
const attemptMost = 5 * time.Second

// limits are what bounds a stream.
type limits struct {
	queue    int           // points that wait; of the last quarter samples have none
	batch    int           // points in one call
	rate     int           // points in a second, of all calls together
	every    time.Duration // how long a point waits for others
	patience time.Duration // for how long a batch is tried
	attempt  time.Duration // one try
	drain    time.Duration // after the run, all that is left
	hurry    time.Duration // the same of a run that was interrupted
}

// The ceiling on what a server is sent, points a second: what is usual, and between what
// it can be chosen. With what is usual a queue that is full at a run's end is written
// within the time that there is then.
const (
	RateUsual = 10_000
	rateLeast = 100
	rateMost  = 1_000_000
)

// batchMost bounds one call, points.
const batchMost = 2000

// usual are the limits with a ceiling, points a second; a call brings no more than is let
// through in one.
func usual(rate int) limits {
	return limits{
		queue: 1 << 16, batch: min(batchMost, rate), rate: rate, every: time.Second, patience: time.Minute, attempt: attemptMost,
		drain: 10 * time.Second, hurry: 3 * time.Second,
	}
}

// Sink is a server that takes points.
type Sink struct {
	server *server
	limits limits
}

// Open sees whether a target takes points, by writing one: of the measurement eris_sink,
// with the field opened. An error says why not, and has nothing that is secret.
func Open(ctx context.Context, target Target) (*Sink, error) {
	return open(ctx, target, transport(), usual(target.Rate))
}

func open(ctx context.Context, target Target, to http.RoundTripper, l limits) (*Sink, error) {
	if err := target.check(); err != nil {
		return nil, err
	}
	s := &Sink{newServer(target, to), l}
	point := write.NewPoint("eris_sink", nil, map[string]any{"opened": int64(1)}, time.Now())
	if err := s.server.try(ctx, l.attempt, []*write.Point{point}); err != nil {
		s.Close()
		return nil, fmt.Errorf("InfluxDB at %s takes no points: %s", target, target.words(err))
	}
	return s, nil
}

// Close lets go of the server.
func (s *Sink) Close() { s.server.close() }
