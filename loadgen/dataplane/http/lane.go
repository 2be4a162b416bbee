package http

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// Vegeta makes the requests and reads the answers; when to send, how long it
// took and what became of it are ours. A lane is one attack with one worker
// whose pacer lets a hit go for every job that it is given, so that hit, job
// and result belong together without being told apart. It takes vegeta's traps
// away: an Attacker attacks once (a lane's attack lasts as long as the lane),
// Stop cuts neither the pacer nor what is in flight (the pacer waits for jobs
// and the request carries the job's context), errors are text (the round
// tripper keeps their types), and latency counts from the send (ours from the
// intended start).
type lane struct {
	jobs    chan *job
	current *job // of the one hit in flight; handed on from pacer to worker to reader
	results <-chan *vegeta.Result
}

// job is one request.
type job struct {
	ctx    context.Context
	target vegeta.Target
	err    error // of the round trip or of reading the body, with its type
	status int   // of the answer's head; 0: none has come
	id     string
	search search // in the body, which is not kept
}

func newLane(transport http.RoundTripper) *lane {
	l := &lane{jobs: make(chan *job)}
	attacker := vegeta.NewAttacker(
		vegeta.Client(&http.Client{Transport: carrier{l, transport}, CheckRedirect: stay}),
		vegeta.Workers(1), vegeta.MaxWorkers(1), vegeta.MaxBody(0),
	)
	l.results = attacker.Attack(l.target, pacer{l}, 0, "")
	return l
}

// stay makes a redirection an answer of its own.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// hit sends one request and waits for its end. Only one goroutine at a time
// may have the lane.
func (l *lane) hit(j *job) *vegeta.Result {
	l.jobs <- j
	return <-l.results
}

// close ends the attack and its goroutines.
func (l *lane) close() {
	close(l.jobs)
	for range l.results { // closed when the attack has ended
	}
}

func (l *lane) target(t *vegeta.Target) error {
	*t = l.current.target
	return nil
}

// pacer is the vegeta.Pacer of a lane.
type pacer struct{ *lane }

// Pace waits for the next job; it is sent at once.
func (p pacer) Pace(time.Duration, uint64) (time.Duration, bool) {
	j, ok := <-p.jobs
	p.current = j
	return 0, !ok
}

// Rate is unknown to a lane, and not asked for.
func (pacer) Rate(time.Duration) float64 { return 0 }

// carrier is the http.RoundTripper of a lane.
type carrier struct {
	lane *lane
	next http.RoundTripper
}

// RoundTrip sends the request under its job's context.
func (c carrier) RoundTrip(request *http.Request) (*http.Response, error) {
	j := c.lane.current
	request = request.WithContext(j.ctx)
	request.Header.Del("X-Vegeta-Seq")
	answer, err := c.next.RoundTrip(request)
	if err != nil {
		j.err = err
		return nil, err
	}
	j.status, j.id = answer.StatusCode, answer.Header.Get("X-Openstack-Request-Id")
	answer.Body = &body{answer.Body, j}
	return answer, nil
}

// body keeps the error that cut an answer short, and looks for the text.
type body struct {
	io.ReadCloser
	job *job
}

// Read is the wrapped body's.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	_, _ = b.job.search.Write(p[:n]) // which never fails
	if err != nil && !errors.Is(err, io.EOF) {
		b.job.err = err
	}
	return n, err
}
