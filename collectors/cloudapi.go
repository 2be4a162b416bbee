package collectors

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Patience is how long a Direct waits for who is asked.
type Patience struct {
	Timeout time.Duration `yaml:"timeout" help:"how long who is asked may keep the answer back, from 1s to 1m; it does not answer if it has not by then"`
}

// usualPatience is that of who was given none.
func usualPatience() Patience { return Patience{Timeout: 5 * time.Second} }

// Validate refuses what nobody can have meant.
func (p Patience) Validate() error {
	if p.Timeout < time.Second || p.Timeout > time.Minute {
		return fmt.Errorf("timeout: %s is not from 1s to 1m", p.Timeout)
	}
	return nil
}

// Slowest is that time; that of a login comes before the first sweep alone.
func (p Patience) Slowest([]*inventory.Service) time.Duration { return p.Timeout }

// expectedUp is one series of kind.up; which there are of the others is known to who is
// asked alone.
func expectedUp(kind, signal string) []map[string]string {
	if signal == kind+".up" {
		return []map[string]string{{}}
	}
	return nil
}

// questioner asks the cloud's APIs: sweep is one sweep of a collector. The login before
// it has a time of its own: that Keystone is slow is not the fault of who is asked.
type questioner struct {
	cloud OpenStack
	login time.Duration
	bound time.Duration
	sweep func(ctx context.Context, cloud OpenStack) ([]record.Reading, error)
}

// question opens a login, which takes that time at most, and makes of a sweep with its
// bound what asks.
func question(cloud func() (OpenStack, error), login, bound time.Duration, sweep func(ctx context.Context, cloud OpenStack) ([]record.Reading, error)) (Asker, error) {
	at, err := cloud()
	if err != nil {
		return nil, err
	}
	return &questioner{cloud: at, login: login, bound: bound, sweep: sweep}, nil
}

// Ask implements Asker.
func (q *questioner) Ask(ctx context.Context) ([]record.Reading, error) {
	entering, entered := context.WithTimeout(ctx, q.login)
	err := q.cloud.LogIn(entering)
	entered()
	if err != nil {
		return nil, fmt.Errorf("log in: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, q.bound)
	defer cancel()
	return q.sweep(ctx, q.cloud)
}

// Close implements Asker.
func (q *questioner) Close() { q.cloud.Close() }

// inquiry is one question to a service, and how its answer is read.
type inquiry struct {
	kind          string // of the collector, whose signal kind.up says whether there was an answer
	service, path string
	labels        map[string]string // of that signal
	read          func(document []byte) ([]record.Reading, error)
}

// ask is what comes of it: without an answer one reading, that there was none.
func (q inquiry) ask(ctx context.Context, cloud OpenStack) ([]record.Reading, error) {
	document, err := cloud.Get(ctx, q.service, q.path)
	up := record.Reading{Signal: q.kind + ".up", Labels: q.labels, Value: 1}
	switch {
	case unanswered(err):
		up.Value = 0
		return []record.Reading{up}, nil
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", q.kind, err)
	}
	readings, err := q.read(document)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", q.kind, err)
	}
	return append([]record.Reading{up}, readings...), nil
}

// rowsOf reads a list that a service answers with under a name. A document without it is
// none of that service's.
func rowsOf[T any](document []byte, name string) ([]T, error) {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(document, &parts); err != nil {
		return nil, err
	}
	var rows []T
	if err := json.Unmarshal(parts[name], &rows); err != nil || rows == nil {
		return nil, fmt.Errorf("there is no list %q in %.200q", name, document)
	}
	return rows, nil
}

// daemon is a service or an agent of the cloud, as its API has it.
type daemon struct {
	labels         map[string]string
	alive, enabled bool
}

// daemons makes kind.alive and kind.enabled of them. Of two with the same labels, as two
// cells of Nova may have, both have to be.
func daemons(kind string, all []daemon) []record.Reading {
	var readings []record.Reading
	at := map[string]int{}
	for _, one := range all {
		i, again := at[labelText(one.labels)]
		if !again {
			at[labelText(one.labels)] = len(readings)
			readings = append(readings,
				record.Reading{Signal: kind + ".alive", Labels: one.labels, Value: flag(one.alive)},
				record.Reading{Signal: kind + ".enabled", Labels: one.labels, Value: flag(one.enabled)})
			continue
		}
		readings[i].Value = min(readings[i].Value, flag(one.alive))
		readings[i+1].Value = min(readings[i+1].Value, flag(one.enabled))
	}
	return readings
}

// word is a state of two words: true for the first.
func word(name, value, yes, no string) (bool, error) {
	switch strings.ToLower(value) {
	case yes:
		return true, nil
	case no:
		return false, nil
	}
	return false, fmt.Errorf("%s is %q, not %s or %s", name, value, yes, no)
}
