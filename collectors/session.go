package collectors

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// longestWait bounds the pause before the next try to connect.
const longestWait = 5 * time.Second

// session is what one connection to a node carries: the loops of all that look
// at it. Looks whose loops are the same share one.
type session struct {
	node   string
	source Source
	looks  []*look
	of     [][]*look // whose each loop is, in the loops' order
}

// sessions shares the looks at a node out to as few sessions as their scripts fit
// into: one, but for a node with very many services that several collectors ask
// for.
func sessions(looks []*look) [][]*look {
	const room = remote.MaxLine - 1<<10 // for what stands around the loops
	var all [][]*look
	left := 0
	for _, l := range looks {
		size := len(inventory.Quote(l.script())) + 100
		if len(all) == 0 || size > left {
			all, left = append(all, nil), room
		}
		all[len(all)-1] = append(all[len(all)-1], l)
		left -= size
	}
	return all
}

// stuck is why a session is given up that is not broken: of one of its loops
// nothing comes.
type stuck struct {
	*look
	why error
}

// Error says for how long.
func (s *stuck) Error() string { return s.why.Error() }

// run connects until ctx ends.
func (s *session) run(ctx context.Context) {
	shortest := slices.MinFunc(s.looks, func(a, b *look) int { return int(a.Every - b.Every) }).Every
	var loops []string
	for _, l := range s.looks {
		text := l.script()
		at := slices.Index(loops, text)
		if at < 0 {
			at, loops, s.of = len(loops), append(loops, text), append(s.of, nil)
		}
		s.of[at] = append(s.of[at], l)
		l.begin()
		defer l.end()
	}
	script, wait := abreast(loops), shortest
	for ctx.Err() == nil {
		lines, err := s.stream(ctx, script)
		if ctx.Err() != nil {
			return
		}
		s.over(err)
		if lines > 0 {
			wait = shortest
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, max(longestWait, shortest))
	}
}

// over is told of the end of a connection. One that is given up since a single
// loop is silent is begun anew before the others miss it, and in vain each time
// later.
func (s *session) over(err error) {
	var silent *stuck
	if !errors.As(err, &silent) {
		for _, l := range s.looks {
			l.gap(err)
		}
		return
	}
	silent.gap(err)
	if silent.alone(s.looks) {
		silent.patient = min(2*silent.patient, mostPatience)
	}
}

// stream reads one connection until it ends or one of its loops is stuck, and
// returns how many lines came.
func (s *session) stream(ctx context.Context, script string) (int, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	for _, l := range s.looks {
		l.open(func(why error) { cancel(&stuck{look: l, why: why}) })
		defer l.close()
	}
	lines := 0
	err := s.source.Stream(ctx, s.node, remote.Command{Script: script, Root: true}, func(line string) {
		lines++
		s.line(ctx, line)
	})
	switch {
	case context.Cause(ctx) != nil:
		err = context.Cause(ctx)
	case err == nil:
		err = errors.New("the loops on the node ended")
	}
	return lines, err
}

// line hands what a loop printed to whom it is for.
func (s *session) line(ctx context.Context, line string) {
	tag, text, _ := strings.Cut(line, " ")
	place, more := strings.CutSuffix(tag, "+")
	if i, err := strconv.ParseUint(place, 10, 16); err == nil && i < uint64(len(s.of)) {
		for _, l := range s.of[i] {
			l.takes(ctx, text, more)
		}
		return
	}
	for _, l := range s.looks {
		l.gap(fmt.Errorf("read line %q: no collector printed it", line))
	}
}
