package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rallyReport is a report of Rally's form with iterations of 1 to n seconds,
// the last of which failed when broken is set.
func rallyReport(t *testing.T, n int, broken bool) *rallied {
	t.Helper()
	var workloads []string
	for _, scenario := range []string{"Authenticate.keystone", "NovaServers.boot_and_delete_server"} {
		var data []string
		for i := n; i > 0; i-- {
			failure := "[]"
			if broken && i == n {
				failure = `["TimeoutException", "it took too long", "Traceback"]`
			}
			data = append(data, fmt.Sprintf(`{"duration": %d, "timestamp": 1, "error": %s, "idle_duration": 0}`, i, failure))
		}
		workloads = append(workloads, fmt.Sprintf(`{"scenario": {%q: {}}, "load_duration": 40.0, "full_duration": 50.0, "pass_sla": %v, "data": [%s]}`,
			scenario, !broken, strings.Join(data, ",")))
	}
	done, err := readRally([]byte(`{"info": {}, "tasks": [{"subtasks": [{"workloads": [` + strings.Join(workloads, "]}, {\"workloads\": [") + `]}]}]}`))
	require.NoError(t, err)
	return done
}

func TestRallysFiguresAreReadFromItsReport(t *testing.T) {
	done := rallyReport(t, 20, false)
	require.NoError(t, done.wrong())
	var page strings.Builder
	done.markdown(&page)
	require.Contains(t, page.String(), "| NovaServers.boot_and_delete_server | 20 | 0 | 10.00 s | 19.00 s | 0.50 |\n")
}

func TestAFailedIterationOfRallyIsWrong(t *testing.T) {
	done := rallyReport(t, 20, true)
	require.ErrorContains(t, done.wrong(), "NovaServers.boot_and_delete_server: 1 of 20 failed: TimeoutException")
	require.Len(t, done.workloads[0].Times, 19, "a failed iteration has no time")
}

func TestRallyThatDidLessIsWrong(t *testing.T) {
	require.ErrorContains(t, rallyReport(t, 19, false).wrong(), "19 times instead of 20")
	done, err := readRally([]byte(`{"tasks": []}`))
	require.NoError(t, err)
	require.ErrorContains(t, done.wrong(), "NovaServers.boot_and_delete_server did not run")
	_, err = readRally([]byte("Traceback"))
	require.ErrorContains(t, err, "read Rally's report")
}

func TestPercentilesAreByNearestRank(t *testing.T) {
	times := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	require.Equal(t, 5.0, percentile(times, 50))
	require.Equal(t, 10.0, percentile(times, 95))
	require.Equal(t, 1.0, percentile(times, 1))
	require.True(t, math.IsNaN(percentile(nil, 50)))
	require.True(t, math.IsNaN(workload{}.rate()))
}

// The task asks for what the test wants to see.
func TestRallysTaskIsTheOneThatIsJudged(t *testing.T) {
	var task struct {
		Subtasks []struct {
			Scenario map[string]any
			Runner   struct {
				Constant struct{ Times, Concurrency int }
			}
			SLA map[string]map[string]float64
		}
	}
	require.NoError(t, json.Unmarshal(rallyTask, &task))
	var scenarios []string
	for _, s := range task.Subtasks {
		for name := range s.Scenario {
			scenarios = append(scenarios, name)
		}
		require.Equal(t, rallyTimes, s.Runner.Constant.Times)
		require.Equal(t, 3, s.Runner.Constant.Concurrency)
		require.Equal(t, map[string]map[string]float64{"failure_rate": {"max": 0}}, s.SLA)
	}
	require.Equal(t, []string{"Authenticate.keystone", "NovaServers.boot_and_delete_server"}, scenarios)
}
