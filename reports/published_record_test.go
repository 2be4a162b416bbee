package reports_test

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/rally"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/reports"
)

// experiment is one of those that were published, with its figures as they were.
type experiment struct {
	file                              string
	downtime, mttr, difference, ratio string // of the last two only the value was in the summary
}

// experiments are the rows of the published summary.
//
// Source: https://docs.openstack.org/developer/performance-docs/test_results/reliability/version_2/
func experiments() []experiment {
	return []experiment{
		{file: "authenticate_with_kill_keystone_service_on_one_node", downtime: "0.038 ± 0.081", mttr: "2.28 ± 0.23", difference: "1.21", ratio: "9.1"},
		{file: "authenticate_with_kill_mysql_service_on_one_node", downtime: "14.7 ± 1.4", mttr: "N/A", difference: "N/A", ratio: "N/A"},
		{file: "authenticate_with_restart_keystone_service_on_one_node", downtime: "1.07 ± 0.76", mttr: "5.44 ± 0.47", difference: "0.41", ratio: "4.7"},
		{file: "authenticate_with_restart_memcached_service_on_one_node", downtime: "N/A", mttr: "0.458 ± 0.068", difference: "0.057", ratio: "1.46"},
		{file: "create_and_list_networks_with_kill_mysql_service_on_one_node", downtime: "N/A", mttr: "7.73 ± 0.72", difference: "1.4", ratio: "3.8"},
		{file: "boot_and_delete_with_disconnect_management_network_on_one_node_with_nova_scheduler_service", downtime: "358.0 ± 2.7", mttr: "149.0 ± 2.1", difference: "24", ratio: "5.7"},
		{file: "boot_and_delete_with_kill_rabbitmq_service_on_one_node", downtime: "N/A", mttr: "N/A", difference: "N/A", ratio: "N/A"},
		{file: "boot_and_delete_with_reboot_one_node_with_rabbitmq_service", downtime: "8.7 ± 1.6", mttr: "286.9 ± 0.9", difference: "14.7", ratio: "3.85"},
	}
}

// reliability unpacks the raw data of the published experiments.
func reliability(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("ERIS_RELIABILITY_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data", "reliability-v2")
	}
	archive := filepath.Join(dir, "raw_data.tar.xz")
	if _, err := os.Stat(archive); os.IsNotExist(err) {
		t.Skipf("the raw data of the published experiments are not at %s: ERIS_RELIABILITY_DATA names their folder", archive)
	}
	out := t.TempDir()
	said, err := exec.CommandContext(t.Context(), "tar", "-xJf", archive, "-C", out).CombinedOutput()
	require.NoError(t, err, string(said))
	return out
}

// imported is a file as `eris import rally` has it.
func imported(t *testing.T, file string) *reports.Set {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	all, err := rally.Read(text)
	require.NoError(t, err)
	dir, err := record.CreateSet(t.TempDir(), "experiment", all[0].Iterations[0].Began)
	require.NoError(t, err)
	var ids []string
	for _, r := range all {
		id, err := r.Lay(dir, rally.Origin{Name: "experiment"})
		require.NoError(t, err)
		ids = append(ids, id)
	}
	require.NoError(t, record.WriteSet(dir, "experiment", ids))
	set, err := reports.OpenSet(dir)
	require.NoError(t, err)
	return set
}

// asPublished tells whether a figure is that text, to the digits that the text has.
func asPublished(k reports.PublishedKPI, text string) bool {
	if k.Text == text || strings.HasPrefix(k.Text, text+" ± ") {
		return true
	}
	value, off, both := strings.Cut(text, " ± ")
	return both && k.Value != nil && rounded(*k.Value, value) == value && rounded(*k.Error, off) == off
}

// rounded has as many digits after the point as another number.
func rounded(x float64, like string) string {
	_, fraction, _ := strings.Cut(like, ".")
	return fmt.Sprintf("%.*f", len(fraction), x)
}

// The eight experiments give the eight published rows, every figure to its digits.
func TestThePublishedRecordIsReproduced(t *testing.T) {
	t.Parallel()
	data := reliability(t)
	for _, e := range experiments() {
		figures, err := imported(t, filepath.Join(data, e.file+".json")).Published()
		require.NoError(t, err)
		require.Len(t, figures.Loads, 1)
		for n, want := range []string{e.downtime, e.mttr, e.difference, e.ratio} {
			k := figures.Loads[0].KPIs[n]
			require.True(t, asPublished(k, want), "%s: %s is %s, and was published as %s", e.file, k.Name, k.Text, want)
		}
	}
}

// A figure that is off by one in its last digit is not the published one.
func TestAFigureThatWasNotPublishedIsSeen(t *testing.T) {
	t.Parallel()
	value, off := 286.8926, 0.8701
	k := reports.PublishedKPI{Value: &value, Error: &off, Text: "286.89 ± 0.87"}
	require.True(t, asPublished(k, "286.9 ± 0.9"))
	require.False(t, asPublished(k, "286.8 ± 0.9"))
	require.False(t, asPublished(k, "286.9 ± 0.8"))
	require.False(t, asPublished(k, "N/A"))
}

// correctedCells are what the corrected method says of repetitions, as the page has it.
func correctedCells(o *reports.Over) []string {
	cells := make([]string, 0, 3)
	for _, name := range []string{"outage", "downtime", "time_to_recover"} {
		for _, k := range o.KPIs {
			if k.Name == name && (name == "time_to_recover" || k.Scope == "rally") {
				cells = append(cells, cell(k, len(o.Repetitions)))
				break
			}
		}
	}
	return cells
}

// silent is the longest time in which no iteration succeeded, from the first one that did
// to the last; from the least to the most of the repetitions.
func silent(t *testing.T, set *reports.Set) string {
	t.Helper()
	least, most := time.Duration(math.MaxInt64), time.Duration(0)
	for _, run := range set.Runs {
		longest, last := time.Duration(0), time.Duration(-1)
		for s, err := range run.Record.Samples("rally") { // in the order in which they ended
			require.NoError(t, err)
			if s.Operation != "" || s.Class != record.OK {
				continue
			}
			if last >= 0 {
				longest = max(longest, s.End-last)
			}
			last = s.End
		}
		least, most = min(least, longest), max(most, longest)
	}
	if least == most {
		return fmt.Sprintf("%.1f s", most.Seconds())
	}
	return fmt.Sprintf("%.1f to %.1f s", least.Seconds(), most.Seconds())
}

// cell has the four states apart.
func cell(k kpi.Repeated, n int) string {
	var parts []string
	if k.Measured > 0 {
		text := kpi.Quantity(*k.Low, k.Unit)
		if math.Abs(*k.Low-*k.High) > 1e-12 {
			text += " to " + kpi.Quantity(*k.High, k.Unit)
		}
		parts = append(parts, fmt.Sprintf("%s (%d of %d)", text, k.Measured, n))
	}
	for _, other := range []struct {
		count int
		word  string
	}{{k.Censored, "not over when the record ends"}, {k.None, "none"}, {k.Missing, "unknown"}} {
		if other.count > 0 {
			parts = append(parts, fmt.Sprintf("%s (%d of %d)", other.word, other.count, n))
		}
	}
	return strings.Join(parts, ", ")
}

// docs/published-record.md has what is computed, row by row.
func TestThePageOfThePublishedRecordSaysWhatIsComputed(t *testing.T) {
	t.Parallel()
	data := reliability(t)
	page, err := os.ReadFile(filepath.Join("..", "docs", "published-record.md"))
	require.NoError(t, err)
	rows := strings.SplitAfter(string(page), "\n")
	for _, e := range experiments() {
		set := imported(t, filepath.Join(data, e.file+".json"))
		figures, err := set.Published()
		require.NoError(t, err)
		over, err := set.Over()
		require.NoError(t, err)
		k := figures.Loads[0].KPIs
		row := fmt.Sprintf("| `%s` | %d | %s | %s | %s | %s |\n", e.file, figures.Runs, k[0].Text, k[1].Text, k[2].Text, k[3].Text)
		require.Contains(t, rows, row)
		row = fmt.Sprintf("| `%s` | %s |\n", e.file, strings.Join(append(correctedCells(over), silent(t, set)), " | "))
		require.Contains(t, rows, row)
	}
}
