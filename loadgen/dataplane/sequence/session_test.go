package sequence_test

import (
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane/sequence"
)

// line is a wire that loses everything but what a test has come back, and on which the
// kernel says what a test has it say.
type line struct {
	mu    sync.Mutex
	texts [][]byte // that were sent
	said  []sequence.Quote
	known bool
	back  chan []byte // nil: an error of an earlier one
	echo  bool
	end   error
}

func (l *line) Send(_ uint64, text []byte) error {
	l.mu.Lock()
	l.texts = append(l.texts, text)
	l.mu.Unlock()
	if l.echo {
		l.back <- text
	}
	return nil
}

func (l *line) Receive([]byte) ([]byte, error) {
	text, open := <-l.back
	switch {
	case !open:
		return nil, l.end
	case text == nil:
		return nil, syscall.ECONNREFUSED
	}
	return text, nil
}

func (l *line) Quotes() ([]sequence.Quote, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	said := l.said
	l.said = nil
	return said, l.known
}

func (l *line) Close() error {
	close(l.back)
	return nil
}

// say has the kernel say something.
func (l *line) say(said ...sequence.Quote) {
	l.mu.Lock()
	l.said = said
	l.mu.Unlock()
	l.back <- nil
}

// run sends so many at once, has the kernel speak of them, and gives what became of each.
func run(t *testing.T, many int, known bool, say func(l *line)) (outcomes []loadgen.Outcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &line{back: make(chan []byte), known: known, end: net.ErrClosed}
		s := sequence.Open("x", sequence.NewArgs(), l)
		outcomes = make([]loadgen.Outcome, many)
		var running sync.WaitGroup
		for n := range outcomes {
			running.Go(func() { outcomes[n] = s.Iterate(t.Context(), 0, loadgen.Unrecorded{}) })
			synctest.Wait()
		}
		say(l)
		running.Wait()
		require.NoError(t, s.Close(t.Context()))
	})
	return outcomes
}

func classes(outcomes []loadgen.Outcome) (all []record.Class) {
	for _, o := range outcomes {
		all = append(all, o.Class)
	}
	return all
}

// Who is refused is known by the quote, or by a header, or because no other is under way.
func TestNobodyIsGuessedToBeRefused(t *testing.T) {
	refused := errors.New("no way")
	only := func(low uint16) *sequence.Header {
		return &sequence.Header{Low: low, Fits: func(number uint64, _ []byte) bool { return number == uint64(low) }}
	}
	for name, c := range map[string]struct {
		many  int
		known bool
		say   func(l *line) sequence.Quote
		want  []record.Class
	}{
		"quoted":            {3, true, func(l *line) sequence.Quote { return sequence.Quote{Text: l.texts[1][:24]} }, []record.Class{record.Timeout, record.Connect, record.Timeout}},
		"by its header":     {3, true, func(*line) sequence.Quote { return sequence.Quote{Header: only(3)} }, []record.Class{record.Timeout, record.Timeout, record.Connect}},
		"header of another": {1, true, func(*line) sequence.Quote { return sequence.Quote{Header: only(7)} }, []record.Class{record.Timeout}},
		"one that fits nobody": {1, true, func(*line) sequence.Quote {
			return sequence.Quote{Header: &sequence.Header{Low: 1, Fits: func(uint64, []byte) bool { return false }}}
		}, []record.Class{record.Timeout}},
		"text of another": {1, true, func(*line) sequence.Quote { return sequence.Quote{Text: make([]byte, 64)} }, []record.Class{record.Timeout}},
		"too short, two":  {2, true, func(l *line) sequence.Quote { return sequence.Quote{Text: l.texts[1][:23]} }, []record.Class{record.Timeout, record.Timeout}},
		"too short, one":  {1, true, func(l *line) sequence.Quote { return sequence.Quote{Text: l.texts[0][:23]} }, []record.Class{record.Connect}},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, c.many, c.known, func(l *line) {
				q := c.say(l)
				q.Err = refused
				l.say(q)
			})
			require.Equal(t, c.want, classes(got))
		})
	}
	require.Equal(t, []record.Class{record.Connect}, classes(run(t, 1, false, func(l *line) { l.say() })))
	require.Equal(t, []record.Class{record.Timeout, record.Timeout}, classes(run(t, 2, false, func(l *line) { l.say() })))
	require.Equal(t, []record.Class{record.Timeout}, classes(run(t, 1, true, func(l *line) { l.say() })), "it was said of a call alone")
}

// Two numbers that end alike have the same header where that holds no more.
func TestAHeaderThatFitsTwoIsNobodys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &line{back: make(chan []byte, 1), known: true, end: net.ErrClosed}
		args := sequence.NewArgs()
		args.Wait = time.Hour
		s := sequence.Open("x", args, l)
		outcomes := make([]loadgen.Outcome, 2)
		var running sync.WaitGroup
		running.Go(func() { outcomes[0] = s.Iterate(t.Context(), 0, loadgen.Unrecorded{}) })
		synctest.Wait()
		l.echo = true
		for n := range int64(1<<16 - 1) {
			require.NoError(t, s.Iterate(t.Context(), n, loadgen.Unrecorded{}).Err)
		}
		l.echo = false
		running.Go(func() { outcomes[1] = s.Iterate(t.Context(), 0, loadgen.Unrecorded{}) })
		synctest.Wait()
		l.say(sequence.Quote{Header: &sequence.Header{Low: 1, Fits: func(uint64, []byte) bool { return true }}, Err: errors.New("no way")})
		running.Wait()
		require.Equal(t, []record.Class{record.Timeout, record.Timeout}, classes(outcomes))
		require.NoError(t, s.Close(t.Context()))
	})
}

// A wire that has ended is not read again and again.
func TestAWireThatEndsIsReadNoMore(t *testing.T) {
	for _, end := range []error{net.ErrClosed, io.EOF, errors.New("out of order")} {
		synctest.Test(t, func(t *testing.T) {
			l := &line{back: make(chan []byte), end: end}
			s := sequence.Open("x", sequence.NewArgs(), l)
			require.NoError(t, l.Close())
			synctest.Wait()
			require.Equal(t, record.Timeout, s.Iterate(t.Context(), 0, loadgen.Unrecorded{}).Class)
		})
	}
}
