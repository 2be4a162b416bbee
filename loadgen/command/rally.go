package command

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// rallyReport is what `rally task report --json` writes.
//
// Source: https://docs.openstack.org/rally/latest/cli_reference.html#rally-task-report
type rallyReport struct {
	Tasks []struct {
		Subtasks []struct {
			Workloads []struct {
				Name string           `json:"name"` // of the scenario, e.g. NovaServers.list_servers
				Data []rallyIteration `json:"data"`
			} `json:"workloads"`
		} `json:"subtasks"`
	} `json:"tasks"`
}

// rallyIteration is one iteration; times in seconds.
type rallyIteration struct {
	Timestamp float64       `json:"timestamp"`
	Duration  float64       `json:"duration"`
	Error     []string      `json:"error"` // class, message, traceback; empty when it passed
	Actions   []rallyAction `json:"atomic_actions"`
}

type rallyAction struct {
	Name     string        `json:"name"`
	Started  float64       `json:"started_at"`
	Finished float64       `json:"finished_at"`
	Failed   bool          `json:"failed"`
	Children []rallyAction `json:"children"`
}

// readRally makes an operation of each iteration, and of each atomic action in it,
// the ones within others too: an iteration may fail beside its actions.
func readRally(text []byte, _ time.Time) ([]step, error) {
	var report rallyReport
	if err := json.Unmarshal(text, &report); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	var steps []step
	for _, task := range report.Tasks {
		for _, subtask := range task.Subtasks {
			for _, workload := range subtask.Workloads {
				for _, i := range workload.Data {
					whole, err := i.step(workload.Name)
					if err != nil {
						return nil, err
					}
					steps = append(steps, whole)
					found, err := actions(i.Actions, why(i.Error))
					if err != nil {
						return nil, err
					}
					steps = append(steps, found...)
				}
			}
		}
	}
	return steps, nil
}

// step is the iteration as a whole.
func (i rallyIteration) step(scenario string) (step, error) {
	from, err := seconds(i.Timestamp)
	if err != nil {
		return step{}, fmt.Errorf("iteration of %s: %w", scenario, err)
	}
	took, err := seconds(i.Duration)
	if err != nil {
		return step{}, fmt.Errorf("iteration of %s: %w", scenario, err)
	}
	began := time.Unix(0, int64(from))
	return step{cmp.Or(scenario, "iteration"), began, began.Add(took), why(i.Error)}, nil
}

// why is the class and the message of an error of Rally's, in a line.
func why(failure []string) string {
	if len(failure) == 0 {
		return ""
	}
	line, _, _ := strings.Cut(strings.Join(failure[:min(2, len(failure))], ": "), "\n")
	return line
}

func actions(list []rallyAction, failure string) ([]step, error) {
	var steps []step
	for _, a := range list {
		from, err := seconds(a.Started)
		if err != nil {
			return nil, fmt.Errorf("action %s: %w", a.Name, err)
		}
		to, err := seconds(a.Finished)
		if err != nil || to < from {
			return nil, fmt.Errorf("action %s ended at %g, and began at %g", a.Name, a.Finished, a.Started)
		}
		s := step{name: a.Name, began: time.Unix(0, int64(from)), ended: time.Unix(0, int64(to))}
		if a.Failed {
			if s.wrong = failure; s.wrong == "" {
				s.wrong = "failed"
			}
		}
		inner, err := actions(a.Children, failure)
		if err != nil {
			return nil, err
		}
		steps = append(append(steps, s), inner...)
	}
	return steps, nil
}
