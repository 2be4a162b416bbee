package lab

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

const newsEvery = 15 * time.Second // how often it is said what is waited for

// teller tells of one step, as Options.Progress does once the step is named.
type teller func(detail string)

// about tells of one step.
func (o Options) about(step string) teller {
	return func(detail string) { o.Progress(step, detail) }
}

// news says now and then what is still waited for by who looks again and again.
type news struct {
	tell  teller
	began time.Time
	last  time.Time
}

func newNews(tell teller) *news {
	now := time.Now()
	return &news{tell: tell, began: now, last: now}
}

// still says what is waited for, when it is time to.
func (n *news) still(what string, err error) {
	if time.Since(n.last) < newsEvery {
		return
	}
	n.last = time.Now()
	n.tell(fmt.Sprintf("waiting for %s for %.0f s: %v", what, time.Since(n.began).Seconds(), err))
}

// withNews does something that takes its time and prints to hear, and says now
// and then that it still runs, with the last line that it printed.
func withNews(tell teller, what string, do func(hear io.Writer) error) error {
	heard := &lastLine{}
	began := time.Now()
	ended := make(chan struct{})
	var talk sync.WaitGroup
	talk.Go(func() {
		tick := time.NewTicker(newsEvery)
		defer tick.Stop()
		for {
			select {
			case <-ended:
				return
			case <-tick.C:
			}
			detail := fmt.Sprintf("%s still runs after %.0f s", what, time.Since(began).Seconds())
			if line := heard.get(); line != "" {
				detail += ": " + line
			}
			tell(detail)
		}
	})
	err := do(heard)
	close(ended)
	talk.Wait()
	return err
}

// lastLine keeps the last line with anything in it, also one that is not ended.
// Several may write to it at once.
type lastLine struct {
	mu   sync.Mutex
	open []byte // the line that goes on
	line string
}

// Write keeps what is written; it never fails.
func (l *lastLine) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open = append(l.open, p...)
	for {
		i := bytes.IndexByte(l.open, '\n')
		if i < 0 {
			break
		}
		l.keep(l.open[:i])
		l.open = l.open[i+1:]
	}
	if extra := len(l.open) - lineLength; extra > 0 {
		l.open = l.open[extra:]
	}
	return len(p), nil
}

func (l *lastLine) keep(line []byte) {
	if text := readable(string(line)); text != "" {
		l.line = strings.TrimSpace(text[max(0, len(text)-lineLength):])
	}
}

// get is the last line.
func (l *lastLine) get() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.open) > 0 {
		l.keep(l.open)
	}
	return l.line
}
