package rally

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
)

// Read gives the repetitions in a file of Rally's, at least one.
func Read(text []byte) ([]Repetition, error) {
	text = bytes.TrimSpace(text)
	var all []Repetition
	var err error
	switch {
	case bytes.HasPrefix(text, []byte("[")):
		all, err = readOld(text)
	case bytes.HasPrefix(text, []byte("{")):
		all, err = readReport(text)
	default:
		return nil, errors.New("no result of Rally: JSON begins with [ or {")
	}
	switch {
	case err != nil:
		return nil, err
	case len(all) == 0:
		return nil, errors.New("no workload is in it")
	}
	if err := uniqueKeys(text); err != nil {
		return nil, err
	}
	return all, uniqueRepetitions(all)
}

// decode reads one JSON value, and says at which byte it is none.
func decode(d *json.Decoder, into any) error {
	err := d.Decode(into)
	if syntax, is := errors.AsType[*json.SyntaxError](err); is {
		return fmt.Errorf("byte %d: %w", syntax.Offset, err)
	}
	if kind, is := errors.AsType[*json.UnmarshalTypeError](err); is {
		return fmt.Errorf("byte %d: %s is a %s", kind.Offset, kind.Field, kind.Value)
	}
	if err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("byte %d: something follows the result", d.InputOffset())
	}
	return nil
}

// moment is a time that is told in seconds since 1970.
func moment(s float64) (time.Time, error) {
	if !(s > 0 && s < 9e9) { // nor NaN, nor beyond what a time holds in nanoseconds
		return time.Time{}, fmt.Errorf("%g is no time in seconds since 1970", s)
	}
	whole, part := math.Modf(s)
	return time.Unix(int64(whole), int64(math.Round(part*1e9))).UTC(), nil
}

// span is a duration that is told in seconds.
func span(s float64) (time.Duration, error) {
	if !(s >= 0 && s < 9e9) {
		return 0, fmt.Errorf("%g is no duration in seconds", s)
	}
	return time.Duration(math.Round(s * 1e9)), nil
}

// settle puts a repetition in order, and refuses one of which nothing can be told.
func (r *Repetition) settle() error {
	switch {
	case r.Scenario == "":
		return errors.New("it has no name")
	case len(r.Iterations) == 0:
		return errors.New("no iteration is in it")
	case !slices.Contains([]string{"constant", "constant_for_duration", "serial", "rps"}, r.Runner.Kind):
		return fmt.Errorf("its runner is %q; known are constant, constant_for_duration, serial and rps", r.Runner.Kind)
	case !r.Runner.Open() && r.Runner.Workers < 1:
		return fmt.Errorf("its runner %s has no concurrency", r.Runner.Kind)
	}
	if err := r.uniqueIterations(); err != nil {
		return err
	}
	slices.SortStableFunc(r.Iterations, func(a, b Iteration) int { return a.Began.Compare(b.Began) })
	slices.SortStableFunc(r.Hooks, func(a, b Hook) int { return a.Began.Compare(b.Began) })
	return nil
}

// times are what both forms tell of an iteration.
func times(timestamp float64, duration *float64, failure []string) (Iteration, error) {
	began, err := moment(timestamp)
	if err != nil {
		return Iteration{}, fmt.Errorf("timestamp: %w", err)
	}
	if duration == nil {
		return Iteration{}, errors.New("it has no duration")
	}
	took, err := span(*duration)
	if err != nil {
		return Iteration{}, fmt.Errorf("duration: %w", err)
	}
	if failure == nil { // which is not that there was none
		return Iteration{}, errors.New("it does not say whether it failed: error is missing")
	}
	return Iteration{Began: began, Duration: took, Error: failure}, nil
}

// hookResult is one execution of a hook, in both forms.
type hookResult struct {
	Hook        string          `json:"hook"` // before 2016-10
	Description string          `json:"description"`
	Status      string          `json:"status"`
	Started     float64         `json:"started_at"`
	Finished    float64         `json:"finished_at"`
	Triggered   json.RawMessage `json:"triggered_by"`
	Error       json.RawMessage `json:"error"`
	Output      json.RawMessage `json:"output"`
}

func (h hookResult) hook(name string) (Hook, error) {
	began, err := moment(h.Started)
	if err != nil {
		return Hook{}, fmt.Errorf("started_at: %w", err)
	}
	ended, err := moment(h.Finished)
	if err != nil {
		return Hook{}, fmt.Errorf("finished_at: %w", err)
	}
	if ended.Before(began) {
		return Hook{}, fmt.Errorf("it ended %s before it began", began.Sub(ended))
	}
	if h.Status == "" {
		return Hook{}, errors.New("it does not say how it ended: status is missing")
	}
	return Hook{Name: name, Began: began, Ended: ended, Failed: h.Status != "success"}, nil
}

// inWords is what a hook was to do: what its argument action says, as that of os-faults
// has it, else its description, else what it was given.
func inWords(description string, action, arguments any) string {
	if m, is := arguments.(map[string]any); is {
		if say, is := m["action"].(string); is {
			return say
		}
	}
	if description != "" && !strings.EqualFold(description, "n/a") {
		return description
	}
	if say, is := arguments.(string); is && say != "" {
		return say
	}
	return strings.TrimSpace(fmt.Sprint(action))
}
