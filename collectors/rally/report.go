package rally

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// report is what `rally task report --json` writes, of its revisions 1.0 to 1.2. Of what
// stands around the workloads only their place is of interest here.
type report struct {
	Info struct {
		Version string `json:"format_version"`
	} `json:"info"`
	Tasks []struct {
		Subtasks []struct {
			Workloads []reportWorkload `json:"workloads"`
		} `json:"subtasks"`
	} `json:"tasks"`
}

type reportWorkload struct {
	Scenario map[string]json.RawMessage `json:"scenario"`
	Runner   map[string]runner          `json:"runner"`
	Hooks    []struct {
		Config struct {
			Action      map[string]any `json:"action"`
			Description string         `json:"description"`
		} `json:"config"`
		Results []hookResult `json:"results"`
	} `json:"hooks"`
	Data []reportIteration `json:"data"`
}

// reportIteration is strict: a key that is one too many may change what the others mean.
type reportIteration struct {
	Timestamp float64         `json:"timestamp"`
	Duration  *float64        `json:"duration"`
	Idle      float64         `json:"idle_duration"`
	Error     []string        `json:"error"`
	Actions   []reportAction  `json:"atomic_actions"`
	Output    json.RawMessage `json:"output"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (i *reportIteration) UnmarshalJSON(text []byte) error {
	type plain reportIteration
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode((*plain)(i))
}

type reportAction struct {
	Name     string         `json:"name"`
	Started  float64        `json:"started_at"`
	Finished float64        `json:"finished_at"`
	Failed   bool           `json:"failed"`
	Children []reportAction `json:"children"`
}

func readReport(text []byte) ([]Repetition, error) {
	var told report
	if err := decode(json.NewDecoder(bytes.NewReader(text)), &told); err != nil {
		return nil, err
	}
	if !slices.Contains([]string{"1.0", "1.1", "1.2"}, told.Info.Version) {
		return nil, fmt.Errorf("info.format_version is %q; known are 1.0, 1.1 and 1.2", told.Info.Version)
	}
	var all []Repetition
	for t, task := range told.Tasks {
		for s, subtask := range task.Subtasks {
			for w, workload := range subtask.Workloads {
				r, err := workload.repetition()
				if err != nil {
					return nil, fmt.Errorf("tasks[%d].subtasks[%d].workloads[%d]: %w", t, s, w, err)
				}
				all = append(all, r)
			}
		}
	}
	return all, nil
}

func (w reportWorkload) repetition() (Repetition, error) {
	var r Repetition
	if len(w.Scenario) != 1 || len(w.Runner) != 1 {
		return r, fmt.Errorf("it has %d scenarios and %d runners, and not one of each", len(w.Scenario), len(w.Runner))
	}
	for name := range w.Scenario {
		r.Scenario = name
	}
	for kind, told := range w.Runner {
		r.Runner = told.of(kind)
	}
	for n, told := range w.Data {
		i, err := times(told.Timestamp, told.Duration, told.Error)
		if err == nil {
			i.Actions, err = known(told.Actions)
		}
		if err != nil {
			return r, fmt.Errorf("data[%d]: %w", n, err)
		}
		r.Iterations = append(r.Iterations, i)
	}
	for n, hook := range w.Hooks {
		actions := slices.Sorted(maps.Keys(hook.Config.Action))
		if len(actions) != 1 {
			return r, fmt.Errorf("hooks[%d]: it has %d actions, and not one", n, len(actions))
		}
		words := inWords(hook.Config.Description, actions[0], hook.Config.Action[actions[0]])
		if len(hook.Results) == 0 {
			r.Unfired = append(r.Unfired, words)
		}
		for _, result := range hook.Results {
			h, err := result.hook(words)
			if err != nil {
				return r, fmt.Errorf("hooks[%d]: %w", n, err)
			}
			r.Hooks = append(r.Hooks, h)
		}
	}
	return r, r.settle()
}

// known are the actions, those within others after them.
func known(told []reportAction) ([]Action, error) {
	var all []Action
	for _, a := range told {
		began, err := moment(a.Started)
		if err != nil {
			return nil, fmt.Errorf("action %s: started_at: %w", a.Name, err)
		}
		took, err := span(a.Finished - a.Started)
		if err != nil {
			return nil, fmt.Errorf("action %s: it ended at %g and began at %g", a.Name, a.Finished, a.Started)
		}
		inner, err := known(a.Children)
		if err != nil {
			return nil, err
		}
		all = append(append(all, Action{a.Name, began, took, a.Failed}), inner...)
	}
	return all, nil
}
