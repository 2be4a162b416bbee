package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"time"
)

// rallyTask is what Rally is to do: both workloads 20 times, three at a time.
//
//go:embed rally-task.json
var rallyTask []byte

const rallyTimes = 20

// rallied is what Rally measured.
type rallied struct{ workloads []workload }

// workload is one of Rally's scenarios, as its JSON report tells of it.
type workload struct {
	Scenario string
	Load     float64 // seconds from the first iteration's start to the last one's end
	Full     float64 // seconds with the making and the clean-up of users and networks
	Passed   bool    // Rally's own verdict on its objectives
	Times    []float64
	Errors   []string // of iterations that failed
}

// runRally gives Rally a database of its own, tells it of the cloud and lets
// it run.
func runRally(ctx context.Context, c *cloud) (report, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Minute)
	defer cancel()
	spec, err := json.Marshal(rallySpec(c.access))
	if err != nil {
		return nil, err
	}
	config := fmt.Sprintf("[DEFAULT]\nlog_dir = %s\nuse_stderr = false\n[database]\nconnection = sqlite:///%s\n",
		c.dir, c.path("rally.db"))
	for name, text := range map[string][]byte{"rally.conf": []byte(config), "rally-cloud.json": spec, "rally-task.json": rallyTask} {
		if err := os.WriteFile(c.path(name), text, 0o600); err != nil {
			return nil, err
		}
	}
	rally := func(args ...string) error {
		_, err := c.run(ctx, ".", "rally.log", append([]string{"rally", "--config-file", c.path("rally.conf")}, args...)...)
		return err
	}
	for _, args := range [][]string{
		{"db", "create"},
		{"env", "create", "--name", "cloud", "--spec", c.path("rally-cloud.json")},
		{"env", "check"},
	} {
		if err := rally(args...); err != nil {
			return nil, err
		}
	}
	// it ends with 2 when an objective is missed; the report tells more
	started := rally("task", "start", "--deployment", "cloud", "--task", c.path("rally-task.json"))
	if err := rally("task", "report", "--json", "--out", c.path("rally.json")); err != nil {
		return nil, errors.Join(started, err)
	}
	text, err := os.ReadFile(c.path("rally.json"))
	if err != nil {
		return nil, errors.Join(started, err)
	}
	done, err := readRally(text)
	if err != nil {
		return nil, errors.Join(started, err)
	}
	if done.wrong() == nil {
		return done, started
	}
	return done, nil
}

// rallySpec is an environment of Rally's platform existing@openstack.
func rallySpec(a access) map[string]any {
	return map[string]any{"existing@openstack": map[string]any{
		"auth_url": a.Auth.URL, "region_name": a.Region, "endpoint_type": "public",
		"admin": map[string]string{
			"username": a.Auth.User, "password": a.Auth.Password, "project_name": a.Auth.Project,
			"user_domain_name": a.Auth.UserDomain, "project_domain_name": a.Auth.ProjectDomain,
		},
	}}
}

// readRally reads the report of `rally task report --json`.
func readRally(text []byte) (*rallied, error) {
	var read struct {
		Tasks []struct {
			Subtasks []struct {
				Workloads []struct {
					Scenario map[string]any `json:"scenario"`
					Load     float64        `json:"load_duration"`
					Full     float64        `json:"full_duration"`
					Passed   bool           `json:"pass_sla"`
					Data     []struct {
						Duration float64  `json:"duration"`
						Error    []string `json:"error"`
					} `json:"data"`
				} `json:"workloads"`
			} `json:"subtasks"`
		} `json:"tasks"`
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&read); err != nil {
		return nil, fmt.Errorf("read Rally's report: %w", err)
	}
	done := &rallied{}
	for _, task := range read.Tasks {
		for _, subtask := range task.Subtasks {
			for _, w := range subtask.Workloads {
				one := workload{Load: w.Load, Full: w.Full, Passed: w.Passed}
				for name := range w.Scenario {
					one.Scenario = name
				}
				for _, iteration := range w.Data {
					if len(iteration.Error) > 0 {
						one.Errors = append(one.Errors, iteration.Error[0])
						continue
					}
					one.Times = append(one.Times, iteration.Duration)
				}
				slices.Sort(one.Times)
				done.workloads = append(done.workloads, one)
			}
		}
	}
	return done, nil
}

// percentile is the nearest-rank percentile of sorted seconds; NaN of none.
func percentile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[max(rank, 1)-1]
}

// rate is how many iterations ended well a second; NaN when no time went by.
func (w workload) rate() float64 {
	if w.Load <= 0 {
		return math.NaN()
	}
	return float64(len(w.Times)) / w.Load
}

func (r *rallied) wrong() error {
	var errs []error
	for _, name := range []string{"Authenticate.keystone", "NovaServers.boot_and_delete_server"} {
		if !slices.ContainsFunc(r.workloads, func(w workload) bool { return w.Scenario == name }) {
			errs = append(errs, fmt.Errorf("rally: %s did not run", name))
		}
	}
	for _, w := range r.workloads {
		if len(w.Errors) > 0 {
			errs = append(errs, fmt.Errorf("rally: %s: %d of %d failed: %.300s", w.Scenario, len(w.Errors), len(w.Errors)+len(w.Times), w.Errors[0]))
		} else if len(w.Times) != rallyTimes || !w.Passed {
			errs = append(errs, fmt.Errorf("rally: %s: %d times instead of %d, Rally's own verdict is %v", w.Scenario, len(w.Times), rallyTimes, w.Passed))
		}
	}
	return errors.Join(errs...)
}

func (r *rallied) markdown(out io.Writer) {
	fmt.Fprint(out, "### Rally\n\nThree at a time, with users and networks of its own.\n\n"+
		"| scenario | times | errors | p50 | p95 | a second |\n| --- | --: | --: | --: | --: | --: |\n")
	for _, w := range r.workloads {
		fmt.Fprintf(out, "| %s | %d | %d | %.2f s | %.2f s | %.2f |\n", w.Scenario, len(w.Times)+len(w.Errors), len(w.Errors),
			percentile(w.Times, 50), percentile(w.Times, 95), w.rate())
	}
}
