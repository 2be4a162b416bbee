package rally

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// oldWorkload is an entry of the old form.
type oldWorkload struct {
	Key struct {
		Name        string `json:"name"`
		Description string `json:"description"`
		Pos         int    `json:"pos"`
		Kw          struct {
			Args    json.RawMessage `json:"args"`
			Runner  runner          `json:"runner"`
			Context json.RawMessage `json:"context"`
			SLA     json.RawMessage `json:"sla"`
			Hooks   []oldHookConfig `json:"hooks"`
		} `json:"kw"`
	} `json:"key"`
	Result       []oldIteration  `json:"result"`
	SLA          json.RawMessage `json:"sla"`
	Hooks        []oldHook       `json:"hooks"`
	LoadDuration float64         `json:"load_duration"`
	FullDuration float64         `json:"full_duration"`
	CreatedAt    string          `json:"created_at"`
}

type oldIteration struct {
	Timestamp float64             `json:"timestamp"`
	Duration  *float64            `json:"duration"`
	Idle      float64             `json:"idle_duration"`
	Error     []string            `json:"error"`
	Actions   map[string]*float64 `json:"atomic_actions"` // null of one that failed
	Output    json.RawMessage     `json:"output"`
	Older     json.RawMessage     `json:"scenario_output"`
}

type oldHookConfig struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Args        any             `json:"args"`
	Trigger     json.RawMessage `json:"trigger"`
}

// oldHook is a result with its hook's name, or since 2016-10 a hook with its results.
type oldHook struct {
	hookResult
	Config  *oldHookConfig  `json:"config"`
	Results []hookResult    `json:"results"`
	Summary json.RawMessage `json:"summary"`
}

// runner has the arguments of all kinds; those that concern nobody here are passed over.
type runner struct {
	Type        string
	Concurrency int
	RPS         json.RawMessage
}

// UnmarshalJSON implements json.Unmarshaler: it knows no field that is one too many.
func (r *runner) UnmarshalJSON(text []byte) error {
	type plain runner
	return json.Unmarshal(text, (*plain)(r))
}

func (r runner) of(kind string) Runner {
	known := Runner{Kind: kind, Workers: r.Concurrency}
	if kind == "serial" {
		known.Workers = 1
	}
	if known.Open() {
		known.Workers = 0
		_ = json.Unmarshal(r.RPS, &known.Rate) // a rate that grows is an object, and no number
	}
	return known
}

func readOld(text []byte) ([]Repetition, error) {
	var workloads []oldWorkload
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields() // one may change what the others mean
	if err := decode(d, &workloads); err != nil {
		return nil, err
	}
	var all []Repetition
	for n, w := range workloads {
		r, err := w.repetition()
		if err != nil {
			return nil, fmt.Errorf("workload %d (%s): %w", n+1, w.Key.Name, err)
		}
		all = append(all, r)
	}
	return all, nil
}

func (w oldWorkload) repetition() (Repetition, error) {
	r := Repetition{Scenario: w.Key.Name, Runner: w.Key.Kw.Runner.of(w.Key.Kw.Runner.Type)}
	for n, told := range w.Result {
		i, err := told.iteration()
		if err != nil {
			return r, fmt.Errorf("iteration %d: %w", n+1, err)
		}
		r.Iterations = append(r.Iterations, i)
	}
	met := make([]bool, len(w.Key.Kw.Hooks)) // of the configured
	for n, told := range w.Hooks {
		configured, results := oldHookConfig{Name: told.Hook, Description: told.Description}, []hookResult{told.hookResult}
		if told.Config != nil {
			configured, results = *told.Config, told.Results
		}
		if of := w.configured(n, configured.Name, met); of >= 0 {
			if met[of] = true; told.Config == nil {
				configured = w.Key.Kw.Hooks[of]
			}
		}
		if len(results) == 0 {
			r.Unfired = append(r.Unfired, configured.words())
		}
		for _, result := range results {
			h, err := result.hook(configured.words())
			if err != nil {
				return r, fmt.Errorf("hook %d: %w", n+1, err)
			}
			r.Hooks = append(r.Hooks, h)
		}
	}
	for n, configured := range w.Key.Kw.Hooks {
		if !met[n] {
			r.Unfired = append(r.Unfired, configured.words())
		}
	}
	return r, r.settle()
}

// configured is which of the configured hooks the n-th that is told of is, by its name: the
// one in the same place, else the first that nothing was told of, else that of its name; -1
// of none.
func (w oldWorkload) configured(n int, name string, met []bool) int {
	hooks := w.Key.Kw.Hooks
	if n < len(hooks) && (name == "" || hooks[n].Name == name) {
		return n
	}
	of := -1
	for i, hook := range hooks {
		if hook.Name == name && !met[i] {
			return i
		}
		if hook.Name == name && of < 0 {
			of = i
		}
	}
	return of
}

func (h oldHookConfig) words() string { return inWords(h.Description, h.Name, h.Args) }

// iteration has no times of its actions, and their order only by their names.
func (i oldIteration) iteration() (Iteration, error) {
	known, err := times(i.Timestamp, i.Duration, i.Error)
	if err != nil {
		return known, err
	}
	for _, name := range slices.Sorted(maps.Keys(i.Actions)) {
		told := i.Actions[name]
		if told == nil {
			known.Actions = append(known.Actions, Action{Name: name, Failed: true})
			continue
		}
		took, err := span(*told)
		if err != nil {
			return known, fmt.Errorf("action %s: %w", name, err)
		}
		known.Actions = append(known.Actions, Action{Name: name, Duration: took})
	}
	return known, nil
}
