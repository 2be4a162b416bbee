package live

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// progressEvery is how often plain output tells how far the run is.
const progressEvery = 10 * time.Second

// progressFirst is when it is told first, before the first phase: what the nodes are asked then
// may be long in coming, and nothing else is told meanwhile.
const progressFirst = 2 * time.Second

// Plain tells a run in lines, for logs and pipes: one for each event that a
// person wants to know, and one every ten seconds. Its methods may be called
// by many at once. The first error of the writer is kept for Run.
type Plain struct {
	mu  sync.Mutex
	out io.Writer
	err error
}

// NewPlain writes to out.
func NewPlain(out io.Writer) *Plain { return &Plain{out: out} }

// Event tells an event; it can be given to a record's Subscribe.
func (p *Plain) Event(e record.Event) {
	if text := Words(e); text != "" {
		p.print(e.At, text)
	}
}

// Run tells the progress until ctx ends.
func (p *Plain) Run(ctx context.Context, snapshot func() Snapshot) error {
	ticker := time.NewTicker(progressEvery)
	defer ticker.Stop()
	first := time.NewTimer(progressFirst)
	defer first.Stop()
	for {
		select {
		case <-first.C:
			if s := snapshot(); s.Phase == Preflight {
				p.print(s.Elapsed, progress(s))
			}
		case <-ctx.Done():
			p.mu.Lock()
			defer p.mu.Unlock()
			return p.err
		case <-ticker.C:
			s := snapshot()
			p.print(s.Elapsed, progress(s))
		}
	}
}

func (p *Plain) print(at time.Duration, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := fmt.Fprintf(p.out, "%s  %s\n", kpi.Clock(at), record.Printable(text)); err != nil && p.err == nil {
		p.err = fmt.Errorf("tell the run: %w", err)
	}
}

// mostSilent is how many of the nodes that do not answer are named.
const mostSilent = 5

// silent says who does not answer; nothing where all do.
func silent(nodes []string) string {
	if len(nodes) == 0 {
		return ""
	}
	text := strings.Join(nodes[:min(len(nodes), mostSilent)], ", ")
	if more := len(nodes) - mostSilent; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return "no answer yet from " + text
}

// percentDone is how much of its time a run has had, in whole percent: 100 is when its phases are
// over, which may take longer than was planned.
func percentDone(s Snapshot) int64 {
	most := time.Duration(99)
	if s.Phase == record.Done {
		most = 100
	}
	return int64(min(100*s.Elapsed/s.Total, most))
}

func progress(s Snapshot) string {
	if s.Phase == Preflight {
		return fmt.Sprintf("preflight: %s, for %.0f s so far", cmp.Or(s.PhaseNote, silent(s.Silent), "the cloud and its nodes are asked"), s.PhaseElapsed.Seconds())
	}
	parts := []string{s.Phase}
	if s.Total > 0 {
		parts[0] += fmt.Sprintf(", %d %%", percentDone(s))
	}
	if s.Phase == record.Done && s.PhaseNote != "" {
		parts[0] += ", " + s.PhaseNote
	}
	for _, l := range s.Loads {
		parts = append(parts, loadProgress(l))
	}
	if w := s.Workers; w != nil && (w.Joined < w.Wanted || len(w.Lost) > 0) {
		parts = append(parts, strings.TrimSuffix(fmt.Sprintf("workers: %d of %d, lost %s", w.Joined, w.Wanted, strings.Join(w.Lost, ", ")), ", lost "))
	}
	for _, f := range s.Faults {
		if f.State == record.Injecting || f.State == record.Held || f.State == record.Undoing {
			parts = append(parts, strings.TrimSuffix(f.Name+" "+stateWord(f.State)+", "+f.Note, ", "))
		}
	}
	if k := s.Sink; k != nil && (k.Problem != "" || k.Lost+k.Unsure > 0) {
		parts = append(parts, strings.TrimSuffix(fmt.Sprintf("%s: written %s, waiting %s, lost %s, %s", k.Name, count(float64(k.Written)), count(float64(k.Waiting)), count(float64(k.Lost+k.Unsure)), k.Problem), ", "))
	}
	return strings.Join(parts, " · ")
}

// loadProgress is what a load does, in words.
func loadProgress(l Load) string {
	var text string
	switch l.Stage {
	case NotStarted:
		return l.Name + ": " + string(l.Stage)
	case Ended:
		text = fmt.Sprintf("%s: %s, planned %s, ok %s, failed %s", l.Name, l.Stage, count(float64(l.Planned)), count(float64(l.Succeeded)), count(float64(l.Failed)))
	default:
		text = fmt.Sprintf("%s: offered %s, ok %s", l.Name, kpi.Rate(l.Offered), kpi.Rate(l.OK))
		if l.ErrorRatio != nil {
			text += ", errors " + kpi.Quantity(*l.ErrorRatio, "ratio")
		}
		for _, p := range []struct {
			name string
			at   *time.Duration
			over time.Duration
		}{{"p50", l.P50, l.P50Over}, {"p99", l.P99, l.P99Over}} {
			if p.at != nil {
				text += ", " + strings.TrimSuffix(p.name+" "+stretch(p.over), " ") + " " + kpi.Quantity(p.at.Seconds(), "s")
			}
		}
	}
	if l.Dropped > 0 {
		text += ", dropped " + count(float64(l.Dropped))
	}
	return text
}
