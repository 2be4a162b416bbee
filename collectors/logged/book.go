// Package logged finds what the cloud's logs have on a run: the lines with the request ids of
// failed operations, and the lines around faults. Which lines are of the run is told by how
// long each file was and where the journal ended, on the node itself: no clock of a node is
// compared with another.
package logged

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

const (
	atOnce      = 64               // nodes that are asked at once
	askTimeout  = 10 * time.Second // for one of them to say how long its logs are
	markTimeout = 15 * time.Second // likewise, beside a fault: what is broken off costs others their connection
	readTimeout = 25 * time.Second // for one of them to read them
)

// Nodes runs commands on the cloud's nodes; *remote.Pool is one.
type Nodes interface {
	remote.Runner
	remote.Streamer
}

// Book knows how long the logs of nodes were, and reads what came since. Its methods are safe
// for concurrent use; its fields are set before the first.
type Book struct {
	Nodes Nodes
	Cloud *inventory.Cloud
	Clock record.Clock
	Names []string // the nodes whose logs are read
	Files []string // log files beside those that services have, with * and ?

	mu    sync.Mutex
	begun map[string]*mark   // when the run began
	why   map[string]string  // why that is not known of a node
	marks map[string][]*mark // later ones, in order
}

// Begin notes how long all logs are: what is there already is nothing of this run.
func (b *Book) Begin(ctx context.Context) {
	var asked errgroup.Group
	asked.SetLimit(atOnce)
	for _, name := range b.Names {
		asked.Go(func() error {
			m, err := b.ask(ctx, name, b.Nodes.Run)
			b.mu.Lock()
			defer b.mu.Unlock()
			if b.begun == nil {
				b.begun, b.why = map[string]*mark{}, map[string]string{}
			}
			if b.begun[name] = m; err != nil {
				b.why[name] = record.OneLine(err.Error(), lineMost)
			}
			return nil
		})
	}
	_ = asked.Wait() // no goroutine of it returns one
}

// Mark notes how long the logs of a node are now, and tells whether it could. Of marks that
// nobody has told to Keep those are known that the lines around a fault may begin with that
// comes now, or later. It is for the time of faults: it never takes a node's last session,
// and ends by itself and not with ctx, since a command that is broken off costs those after it
// their connection.
func (b *Book) Mark(ctx context.Context, node string) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), markTimeout)
	defer cancel()
	m, err := b.ask(ctx, node, b.beside)
	if err != nil {
		return false // a mark before it, or the run's begin, is as true and less close
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.marks == nil {
		b.marks = map[string][]*mark{}
	}
	var marks []*mark
	for i, old := range b.marks[node] {
		outdone := slices.ContainsFunc(b.marks[node][i+1:], func(later *mark) bool {
			return later.told <= m.told-before && (later.cursor != "" || old.cursor == "")
		})
		if old.kept || !outdone {
			marks = append(marks, old)
		}
	}
	b.marks[node] = append(marks, m)
	return true
}

// Keep has a node's marks so far stay known.
func (b *Book) Keep(node string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.marks[node] {
		m.kept = true
	}
}

// beside runs a command as collectors do.
func (b *Book) beside(ctx context.Context, node string, cmd remote.Command) remote.Result {
	var out bytes.Buffer
	err := b.Nodes.Stream(ctx, node, cmd, func(line string) {
		if out.Len() < markOutput {
			out.WriteString(line + "\n")
		}
	})
	if err != nil {
		return remote.Result{State: remote.Unknown, Err: err}
	}
	return remote.Result{State: remote.Done, Stdout: out.Bytes()}
}

// ask has a node say how long its logs are.
func (b *Book) ask(ctx context.Context, node string, run func(context.Context, string, remote.Command) remote.Result) (*mark, error) {
	asked := b.Clock.Now()
	got := run(ctx, node, remote.Command{Script: markScript(b.globs(node)), Root: true, Timeout: askTimeout, MaxOutput: markOutput})
	if got.State != remote.Done {
		if got.Err == nil {
			return nil, errors.New("it gave no answer")
		}
		return nil, fmt.Errorf("ask: %w", got.Err)
	}
	m, err := readMark(got.Stdout)
	if err != nil {
		return nil, err
	}
	m.asked, m.told = asked, b.Clock.Now()
	return m, nil
}

// start is what the lines around a fault come after.
type start struct {
	files   *mark
	journal *mark // may be an earlier one, which has a cursor
}

// around are the marks between which the lines around a fault lie: the newest that was there
// some time before the inject, and the first that came some time after the undo, else the
// last of all.
func (b *Book) around(node string, a record.Around, end *mark) (from start, to *mark) {
	b.mu.Lock()
	defer b.mu.Unlock()
	begun := b.begun[node]
	from, to = start{begun, begun}, end
	early := a.From - before
	for _, m := range b.marks[node] {
		if m.told <= early || m.told <= a.From && from.files == begun {
			from.files = m
		}
		if m.cursor != "" && (m.told <= early || m.told <= a.From && from.journal == begun) {
			from.journal = m
		}
	}
	for i := len(b.marks[node]) - 1; i >= 0 && a.To > 0; i-- {
		if m := b.marks[node][i]; m.asked >= a.To+after {
			to = m
		}
	}
	return from, to
}

// before and after are how much of the logs is looked at before an inject and after an undo,
// at least, where there are marks as early and as late; later than lateMost is told.
const (
	before   = 2 * time.Second
	after    = 3 * time.Second
	lateMost = 10 * time.Second
)

// After is how long after an undo the logs are to be marked.
func (*Book) After() time.Duration { return after }
