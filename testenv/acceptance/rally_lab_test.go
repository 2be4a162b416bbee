//go:build lab

package acceptance

import (
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	yaml "go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// tokensTask is 60 tokens of the lab's Keystone, of which the hook is told at the thirtieth.
const tokensTask = `{"version": 2, "title": "tokens", "subtasks": [{"title": "tokens", "scenario": {"Authenticate.keystone": {}},
  "runner": {"constant": {"times": 60, "concurrency": 3}}, "contexts": {"users": {"tenants": 1, "users_per_tenant": 2}},
  "hooks": [{"description": "nothing at all", "action": {"sys_call": "sleep 0.2"}, "trigger": {"event": {"unit": "iteration", "at": [30]}}}]}]}`

// rallyOf is Debian's Rally (apt install rally python3-rally-openstack) with a database of its own
// and the lab as its cloud.
func rallyOf(t *testing.T, cloud *labtest.Lab, dir string) func(args ...string) {
	t.Helper()
	found, err := inventory.Load(cloud.Inventory)
	require.NoError(t, err)
	text, err := os.ReadFile(found.OpenStack.File)
	require.NoError(t, err)
	var clouds struct {
		Clouds map[string]struct {
			Auth   map[string]string `yaml:"auth"`
			Region string            `yaml:"region_name"`
		} `yaml:"clouds"`
	}
	require.NoError(t, yaml.Unmarshal(text, &clouds))
	of := clouds.Clouds[found.OpenStack.Cloud]
	spec, err := json.Marshal(map[string]any{"existing@openstack": map[string]any{
		"auth_url": of.Auth["auth_url"], "region_name": of.Region, "endpoint_type": "public",
		"admin": map[string]string{
			"username": of.Auth["username"], "password": of.Auth["password"], "project_name": of.Auth["project_name"],
			"user_domain_name": of.Auth["user_domain_name"], "project_domain_name": of.Auth["project_domain_name"],
		},
	}})
	require.NoError(t, err)
	for name, text := range map[string]string{
		"rally.conf": "[DEFAULT]\nlog_dir = " + dir + "\nuse_stderr = false\n[database]\nconnection = sqlite:///" + filepath.Join(dir, "rally.sqlite") + "\n",
		"cloud.json": string(spec), "task.json": tokensTask,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "rally", append([]string{"--config-file", "rally.conf"}, args...)...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "HOME="+dir)
		said, err := cmd.CombinedOutput()
		require.NoError(t, err, "rally %v: %s", args, said)
	}
}

// iteration is one of Rally's, as its report has it.
type iteration struct {
	Timestamp, Duration float64
	Error               []string
}

// reported are the iterations of the report in the order in which they began, and its hooks.
func reported(t *testing.T, file string) (all []iteration, hooks int) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var read struct {
		Tasks []struct {
			Subtasks []struct {
				Workloads []struct {
					Data  []iteration
					Hooks []any
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(text, &read))
	require.Len(t, read.Tasks, 1)
	w := read.Tasks[0].Subtasks[0].Workloads[0]
	slices.SortStableFunc(w.Data, func(a, b iteration) int { return cmp.Compare(a.Timestamp, b.Timestamp) })
	return w.Data, len(w.Hooks)
}

// What Debian's Rally measures of the lab's Keystone is imported, from its JSON report and from
// its database: iteration for iteration, and its hook is a fault.
func TestWhatRallyMeasuresOnALabIsImported(t *testing.T) {
	_, err := exec.LookPath("rally")
	require.NoError(t, err, "apt install rally python3-rally-openstack; testenv/check installs it")
	dir := t.TempDir()
	rally := rallyOf(t, labtest.Shared(t), dir)
	rally("db", "create")
	rally("env", "create", "--name", "lab", "--spec", "cloud.json")
	rally("task", "start", "--deployment", "lab", "--task", "task.json")
	rally("task", "report", "--json", "--out", "rally.json")
	iterations, hooks := reported(t, filepath.Join(dir, "rally.json"))
	require.Len(t, iterations, 60)
	require.Equal(t, 1, hooks)

	for _, file := range []string{"rally.json", "rally.sqlite"} {
		t.Run(file, func(t *testing.T) {
			imported := eris(t, "import", "rally", filepath.Join(dir, file))
			require.Zero(t, imported.exit(t), "%s", imported.stderr())
			require.NotContains(t, imported.stderr(), "taken are", "Rally could export its own")
			run, err := record.Open(imported.record(t))
			require.NoError(t, err)
			require.Equal(t, "nothing-at-all", run.Meta().Faults[0].Name)
			var n int
			for s, err := range run.Samples("rally") {
				require.NoError(t, err)
				if s.Operation != "" {
					continue
				}
				of := iterations[s.Iteration]
				require.InDelta(t, of.Duration, (s.End - s.Started).Seconds(), 1e-6, "iteration %d", s.Iteration)
				require.Equal(t, len(of.Error) == 0, s.Class == record.OK)
				n++
			}
			require.Equal(t, 60, n)

			judged := eris(t, "report", imported.record(t), "--format", "json")
			var result kpi.Result
			require.NoError(t, json.Unmarshal(judged.stdout.Bytes(), &result), "%s", judged.stderr())
			require.EqualValues(t, 60, result.Loads[0].Planned)
			require.EqualValues(t, 60, result.Loads[0].Succeeded)
			require.Equal(t, "Authenticate.keystone", result.Loads[0].Workload)
			require.Len(t, result.Faults, 1)
		})
	}
}
