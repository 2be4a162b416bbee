package collectors

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Scrape fetches from where Eris runs what an exporter serves, such as node_exporter, in
// the text format of Prometheus, and keeps what the scenario names.
type Scrape struct {
	Endpoint `yaml:",inline"`
	Patience `yaml:",inline"`

	Publishes Printed `yaml:"signals" required:"true" help:"what is kept, by the signals' names (KIND.QUANTITY): metric (its name there; left out, the signal's with _ for .), unit (1, bytes, ratio or s), labels (all that it has there, and server is added: HOST:PORT of the url), kind (gauge, delta or counter; gauge when left out), help"`
}

// NewScrape returns the defaults.
func NewScrape() *Scrape { return &Scrape{Patience: usualPatience()} }

// Validate tells all that is wrong with the arguments.
func (s *Scrape) Validate() error {
	return errors.Join(append(append(s.wrong(), s.Patience.Validate()), s.Publishes.wrong("server")...)...)
}

// Signals names what the scenario says that it publishes, and whether there was an answer.
func (s *Scrape) Signals() []SignalInfo {
	return append([]SignalInfo{{
		Name: "scrape.up", Unit: "1", Labels: []string{"server"}, Help: "1 when the exporter (HOST:PORT of its url) gave its metrics, 0 when it did not answer, or with a failure of its own (5xx)",
	}}, s.Publishes.infos("server")...)
}

// Expected is the word on the exporter, and one series of a signal without labels.
func (s *Scrape) Expected(signal string, _ []*inventory.Service) []map[string]string {
	if signal == "scrape.up" {
		return []map[string]string{{"server": s.Server()}}
	}
	series := s.Publishes.expected(signal)
	for _, labels := range series {
		labels["server"] = s.Server()
	}
	return series
}

// Open implements Direct.
func (s *Scrape) Open(func() (OpenStack, error)) (Asker, error) {
	l, err := s.open()
	if err != nil {
		return nil, fmt.Errorf("open scrape: %w", err)
	}
	// What is left are lines without their types, which would make of a histogram one
	// metric, where here each of its lines is.
	kept := regexp.MustCompile(`(?m)^(` + strings.Join(s.Publishes.metrics(), "|") + `)[{ \t].*\n`)
	up := record.Reading{Signal: "scrape.up", Labels: map[string]string{"server": s.Server()}, Value: 1}
	return &fetch{l, s.Timeout, func(ctx context.Context) ([]record.Reading, error) {
		text, err := l.get(ctx, "", "text/plain;version=0.0.4")
		switch {
		case unanswered(err):
			up := up
			up.Value = 0
			return []record.Reading{up}, nil
		case err != nil:
			return nil, fmt.Errorf("read scrape: %w", err)
		case !bytes.HasSuffix(text, []byte("\n")):
			return nil, errors.New("parse scrape: the answer is cut off: its last line has no end")
		}
		readings, err := s.Publishes.read(string(bytes.Join(kept.FindAll(text, -1), nil)))
		if err != nil {
			return nil, fmt.Errorf("parse scrape: %w", err)
		}
		for _, r := range readings { // two exporters have one name for what is theirs
			r.Labels["server"] = s.Server()
		}
		return append([]record.Reading{up}, readings...), nil
	}}, nil
}

// fetch asks an endpoint: sweep is one sweep of a collector.
type fetch struct {
	*line
	timeout time.Duration
	sweep   func(ctx context.Context) ([]record.Reading, error)
}

// Ask implements Asker.
func (f *fetch) Ask(ctx context.Context) ([]record.Reading, error) {
	ctx, cancel := context.WithTimeout(ctx, f.timeout)
	defer cancel()
	return f.sweep(ctx)
}
