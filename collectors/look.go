package collectors

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

const (
	// patience is how much longer than a value lasts a loop may be silent before
	// its session is given up: to connect, or for a sweep that hangs.
	patience = 10 * time.Second
	// mostPatience bounds how long a loop may at last be silent that alone stays
	// so: each new session takes a sweep from those that go on.
	mostPatience = 5 * time.Minute
	// longestLine bounds a line that comes in pieces, in bytes.
	longestLine = 64 << 10
)

// look is one watch of one node.
type look struct {
	ear
	loop  Remote
	node  *inventory.Node
	clock record.Clock

	pieces  strings.Builder // of a line that has not come to its end
	patient time.Duration
	last    time.Time   // when a line came, or the looking began
	stuck   *time.Timer // of the session under way
}

func newLook(w Watch, loop Remote, node *inventory.Node, clock record.Clock) *look {
	return &look{ear: ear{Watch: w, at: node.Name, lasts: w.Lasts(node.Name), units: unitsOf(w.Collector)}, loop: loop, node: node, clock: clock, patient: patience}
}

// script is the loop that runs on the node.
func (l *look) script() string { return l.loop.Script(l.node, l.Services(l.node.Name), l.Every) }

// begin counts the time in which nothing comes, until end.
func (l *look) begin() {
	l.last = time.Now()
	l.ear.begin()
}

// open is the begin of a session, given up by what is called when too long
// nothing comes in it.
func (l *look) open(giveUp func(why error)) {
	l.pieces.Reset()
	l.stuck = time.AfterFunc(l.lasts+l.patient, func() { giveUp(l.silence()) })
}

// close is the end of a session.
func (l *look) close() { l.stuck.Stop() }

// takes reads what came for this watch: a line, or when more of it follows a
// piece.
func (l *look) takes(ctx context.Context, text string, more bool) {
	if l.pieces.Len()+len(text) > longestLine {
		l.pieces.Reset()
		l.gap(fmt.Errorf("read a line: it is longer than %d bytes", longestLine))
		return
	}
	l.pieces.WriteString(text)
	if more {
		return
	}
	line := l.pieces.String()
	l.pieces.Reset()
	l.patient, l.last = patience, time.Now()
	l.heard()
	l.stuck.Reset(l.lasts + l.patient)
	l.line(ctx, line)
}

// line publishes the readings of one line. They count from the start of their
// sweep, by its own word: what was read is at least not newer than that says.
func (l *look) line(ctx context.Context, line string) {
	at := l.clock.Now()
	head, rest, _ := strings.Cut(line, " ")
	took, err := strconv.ParseInt(head, 10, 64)
	var readings []record.Reading
	if err != nil {
		err = fmt.Errorf("read line %q: it does not begin with the sweep's time", line)
	} else {
		readings, err = l.loop.Parse(l.node, rest)
	}
	if err != nil {
		l.gap(err)
		return
	}
	sweep := time.Duration(max(took, 0)) * time.Millisecond
	l.swept(sweep)
	at = max(at-min(sweep, l.lasts), 0)
	for i := range readings {
		labels := map[string]string{"node": l.node.Name}
		maps.Copy(labels, readings[i].Labels)
		readings[i].Labels, readings[i].At, readings[i].Unit = labels, at, l.units[readings[i].Signal]
	}
	l.Sink.Publish(ctx, readings)
}

// alone tells whether another look at the node was heard when a line of this one
// was long due: the node is well, and only its loop hangs.
func (l *look) alone(all []*look) bool {
	due := l.last.Add(l.lasts)
	return slices.ContainsFunc(all, func(other *look) bool { return other.last.After(due) })
}
