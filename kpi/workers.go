package kpi

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
)

// Worker is a process that sent a part of the loads, most often on another machine.
type Worker struct {
	Name    string `json:"name"`
	Host    string `json:"host"`
	Cores   int    `json:"cores"`
	Version string `json:"version"`
	// Lost is why it was not heard of to the end; empty: it was.
	Lost string `json:"lost,omitempty"`
	// ClockOffsetMS is by how much the run's clock was ahead of the worker's axis when it was
	// measured last, ClockBoundMS how far off that may be, and ClockWorstMS how far off a stamp
	// of an arrival may have been at any time.
	ClockOffsetMS float64 `json:"clock_offset_ms"`
	ClockBoundMS  float64 `json:"clock_bound_ms"`
	ClockWorstMS  float64 `json:"clock_worst_ms"`
	// Parts are what it sent; none where the run ended without an account of it.
	Parts []WorkerPart `json:"parts,omitempty"`

	worst time.Duration
	more  bool  // it may have begun more in a closed load than anybody knows
	gone  int64 // messages of outcomes that were acknowledged and are not in the record
}

// WorkerPart is a worker's part of a load: Planned + Beyond = Sent + Dropped + NotSent +
// Unknown; see record.WorkerPart.
type WorkerPart struct {
	Load          string   `json:"load"`
	Planned       int64    `json:"planned"`
	Sent          int64    `json:"sent"`
	Dropped       int64    `json:"dropped"`
	NotSent       int64    `json:"not_sent"`
	Unknown       int64    `json:"unknown"`
	Beyond        int64    `json:"beyond"`
	LatenessP99MS *float64 `json:"lateness_p99_ms"`
}

// worker takes in what the journal tells of one.
func (h *history) worker(e record.WorkerEvent) {
	i := slices.IndexFunc(h.workers, func(w Worker) bool { return w.Name == e.Name })
	if i < 0 {
		i = len(h.workers)
		h.workers = append(h.workers, Worker{Name: e.Name})
	}
	w := &h.workers[i]
	if c := e.Clock; c != nil {
		w.ClockOffsetMS, w.ClockBoundMS, w.ClockWorstMS, w.worst = milliseconds(c.Offset), milliseconds(c.Bound), milliseconds(c.Worst), c.Worst
	}
	switch e.State {
	case record.WorkerJoined:
		w.Host, w.Cores, w.Version = e.Host, e.Cores, e.Version
	case record.WorkerLost:
		w.Lost = e.Reason
	case record.WorkerLeft:
		h.workers = slices.Delete(h.workers, i, i+1)
	case record.WorkerAccounted:
		w.Parts, w.gone = []WorkerPart{}, e.Acked-e.Taken
		for _, p := range e.Parts {
			w.Parts = append(w.Parts, WorkerPart{p.Load, p.Planned, p.Sent, p.Dropped, p.NotSent, p.Unknown, p.Beyond, inMilliseconds(p.LateP99)})
			h.renewed[p.Load] += p.Reauthenticated
			w.more = w.more || p.More
		}
	}
}

// parts are the parts of a load of all workers together.
func (h *history) parts(load string) (all WorkerPart) {
	for _, w := range h.workers {
		for _, p := range w.Parts {
			if load == "" || p.Load == load {
				all.Planned += p.Planned
				all.Sent += p.Sent
				all.Dropped += p.Dropped
				all.NotSent += p.NotSent
				all.Unknown += p.Unknown
				all.Beyond += p.Beyond
			}
		}
	}
	return all
}

// workersWhole are the assumptions that come with workers: each sent its part to the end, and
// stamped it by the run's clock.
func (a *Analysis) workersWhole() []Quality {
	const sent, clocks = "every worker sent its part", "the workers' clocks are close"
	all := a.history.workers
	if len(all) == 0 || a.history.vetoed() {
		return nil
	}
	sum := a.history.parts("")
	var wrong []string
	worst := all[0]
	for _, w := range all {
		switch {
		case w.Lost != "":
			wrong = append(wrong, fmt.Sprintf("%s was lost (%s)", w.Name, w.Lost))
		case w.Parts == nil:
			wrong = append(wrong, fmt.Sprintf("there is no account of %s", w.Name))
		}
		if w.more {
			wrong = append(wrong, fmt.Sprintf("%s may have begun more in a closed load than is known", w.Name))
		}
		if w.gone > 0 {
			wrong = append(wrong, fmt.Sprintf("%d acknowledged messages of %s are not in the record", w.gone, w.Name))
		}
		if w.worst > worst.worst {
			worst = w
		}
	}
	for _, missing := range []struct {
		n    int64
		what string
	}{{sum.NotSent, "were not sent"}, {sum.Unknown, "may have been sent, and no outcome of them came"}, {sum.Beyond, "were sent that were not planned, or came twice"}} {
		if missing.n > 0 {
			wrong = append(wrong, fmt.Sprintf("%d arrivals %s", missing.n, missing.what))
		}
	}
	wrong = append(wrong, a.unasked()...)
	detail := fmt.Sprintf("%s sent %d of the %d arrivals that were planned for them", plural(len(all), "worker"), sum.Sent-sum.Beyond, sum.Planned)
	if sum.Dropped > 0 {
		detail += fmt.Sprintf(", and could not start %d", sum.Dropped)
	}
	rows := []Quality{held(sent, detail)}
	if len(wrong) > 0 {
		rows[0] = doubt(sent, strings.Join(wrong, "; ")+"; "+detail)
	}
	bound := fmt.Sprintf("a stamp of an arrival was within %s of the run's clock (%s)", Beside(seconds(worst.worst), seconds(a.Settings.ClockBound), "s"), worst.Name)
	if worst.worst > a.Settings.ClockBound {
		return append(rows, doubt(clocks, fmt.Sprintf("%s, more than %v", bound, a.Settings.ClockBound)))
	}
	return append(rows, held(clocks, bound))
}
