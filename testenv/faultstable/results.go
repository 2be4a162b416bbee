package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The sides on which the suites are run.
const (
	onSimulated = "simulated"
	onReal      = "real"
)

// fault is what is known of a kind on one side.
type fault struct {
	Cases   map[string]bool `json:"cases"`             // that were run: whether they passed
	Refused string          `json:"refused,omitempty"` // why the side's nodes cannot have it
	Begun   float64         `json:"begun,omitempty"`   // seconds from the kill of the engine to the node's undo
	Healed  float64         `json:"healed,omitempty"`  // seconds from the kill until all was as before, proven
	Lease   float64         `json:"lease,omitempty"`   // seconds, of that engine's fault; 0 where it was not told
}

// results are those of all sides: by side, or by what runs the service where that is
// not systemd, then by kind.
type results struct {
	Faults   map[string]map[string]*fault `json:"faults"`
	Families map[string][]string          `json:"families"` // that were run to their end, by side
}

func newResults() *results {
	return &results{Faults: map[string]map[string]*fault{onSimulated: {}, onReal: {}}, Families: map[string][]string{}}
}

func readResults(file string) (*results, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(data) == 0 {
		return newResults(), nil
	}
	if err != nil {
		return nil, fmt.Errorf("read results: %w", err)
	}
	r := newResults()
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("read results of %s: %w", file, err)
	}
	return r, nil
}

func (r *results) write(file string) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err == nil {
		err = os.WriteFile(file, append(data, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("keep results: %w", err)
	}
	return nil
}

func (r *results) has(side, family string) bool { return slices.Contains(r.Families[side], family) }

func (r *results) kind(side, name string) *fault {
	if r.Faults[side] == nil {
		r.Faults[side] = map[string]*fault{}
	}
	f := r.Faults[side][name]
	if f == nil {
		f = &fault{Cases: map[string]bool{}}
		r.Faults[side][name] = f
	}
	return f
}

// replace takes over what suites told when they were run anew; of what they did not
// run the last result stays.
func (r *results) replace(now *results) {
	for side, faults := range now.Faults {
		for name, f := range faults {
			r.kind(side, name).replace(f)
		}
	}
}

func (f *fault) replace(now *fault) {
	maps.Copy(f.Cases, now.Cases)
	switch {
	case len(now.Cases) > 0:
		f.Refused = ""
	case len(f.Cases) == 0 && now.Refused != "":
		f.Refused = now.Refused // unless the nodes of another lab can have it
	}
	if now.Healed > 0 {
		f.Begun, f.Healed, f.Lease = now.Begun, now.Healed, now.Lease
	}
}

// event is a line of `go test -json`, see `go doc test2json`.
type event struct {
	Action  string
	Test    string
	Output  string
	Elapsed float64 // seconds
}

var (
	leased  = regexp.MustCompile(`with a lease of (\S+);`)
	begun   = regexp.MustCompile(`(\S+) later the undo began`)
	proven  = regexp.MustCompile(`(\S+) later (?:all was as before|the power was back)`)
	refused = regexp.MustCompile(`^\s+(?:\S+@)?ctl-[0-9]+: (.+)$`)
)

// lacking is the case of a kind that its nodes cannot have.
const lacking = "refused for what its node lacks"

// kindForm is what a kind is called.
var kindForm = regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)

// place splits a test's name into its suite, the kind and the case. A family may
// run a kind more than once, each time below a name of its own.
func place(test string) (suite, kind, name string) {
	parts := strings.Split(test, "/")
	for i, part := range parts {
		if kindForm.MatchString(part) {
			return parts[0], part, strings.ReplaceAll(strings.Join(parts[i+1:], "/"), "_", " ")
		}
	}
	return parts[0], "", ""
}

// take notes what an event tells of a kind. Tests of other things are no
// business of the table.
func (r *results) take(side string, e event) {
	suite, kind, name := place(e.Test)
	if kind == "" {
		return
	}
	switch {
	case strings.HasPrefix(suite, "TestEveryKind") && name == lacking:
		if found := refused.FindStringSubmatch(strings.TrimRight(e.Output, "\n")); found != nil {
			r.kind(side, kind).Refused = found[1]
		}
	case strings.HasPrefix(suite, "TestEveryKind") && name != "":
		if e.Action == "pass" || e.Action == "fail" {
			cases := r.kind(side, kind).Cases
			before, twice := cases[name]
			cases[name] = e.Action == "pass" && (!twice || before)
		}
	case strings.HasPrefix(suite, "TestEngineKilledOn"):
		f := r.kind(side, kind)
		if from, to := seconds(begun, e.Output), seconds(proven, e.Output); to > 0 {
			f.Begun, f.Healed, f.Lease = from, to, seconds(leased, e.Output)
		}
		if name != "" && (e.Action == "pass" || e.Action == "fail") {
			f.Cases[name] = e.Action == "pass"
		}
	}
}

// seconds is the time in a text; 0 when it has none.
func seconds(where *regexp.Regexp, text string) float64 {
	found := where.FindStringSubmatch(text)
	if found == nil {
		return 0
	}
	d, err := time.ParseDuration(found[1])
	if err != nil {
		return 0
	}
	return d.Seconds()
}
