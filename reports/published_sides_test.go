package reports_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/rally"
	"github.com/openstack-eris/eris/reports"
)

// sidesHead is the heading of the page's section that these tests make.
const sidesHead = "## Experiment by experiment\n"

// hidden is what the published figures of each experiment hide, and why. Between braces are facts
// of the data.
func hidden() map[string]string {
	return map[string]string{
		"authenticate_with_kill_keystone_service_on_one_node":                                        "A stall counts as no downtime: twenty clients had nothing for {silent}, but hardly an iteration failed ({failed} of {iterations}), and downtime is made of failures alone. The recovery is the width of the slow window, not the time from the fault. The baseline is no baseline: when the program began {before} iterations had ended, of a load that had just begun.",
		"authenticate_with_kill_mysql_service_on_one_node":                                           "\"Never recovered\" is no value there: the time to recover is made of slow iterations, and these had failed ({failed} of {iterations}). So there is a downtime beside a recovery and a degradation of N/A, as if nothing had had to recover.",
		"authenticate_with_restart_keystone_service_on_one_node":                                     "The recovery is the width of the slow window: in most runs the cloud had not been healthy for 20 s when the record ended, so that whether it recovered is not known. Its ± is that of the windows.",
		"authenticate_with_restart_memcached_service_on_one_node":                                    "Runs are dropped: {windows} have a slow window, and the figures are of these alone, without a word. Nothing was down in any of them, which is none and not \"N/A\".",
		"create_and_list_networks_with_kill_mysql_service_on_one_node":                               "A stall counts as no downtime: nothing succeeded for {silent} in every run, and not one iteration failed ({failed} of {iterations}): four workers that all wait send nothing that could. Runs are dropped, too: {windows} have a slow window.",
		"boot_and_delete_with_disconnect_management_network_on_one_node_with_nova_scheduler_service": "The recovery is shorter than the downtime: it is how long the good iterations were slow, and while all failed there were none. {before} iterations before the fault are too few for Eris to say what normal is.",
		"boot_and_delete_with_kill_rabbitmq_service_on_one_node":                                     "A failed injection looks like a cloud that stands it: nobody looked whether the fault took effect, and no figure tells the two apart. {before} iterations before the fault are too few for more.",
		"boot_and_delete_with_reboot_one_node_with_rabbitmq_service":                                 "A stall counts as less downtime than it was: no server was made for {silent}, of which only what failed counts ({failed} of {iterations} iterations). {before} iterations before the fault are too few for Eris to say what normal is.",
	}
}

// factsOf are what the data of an experiment say beside both methods.
func factsOf(t *testing.T, file string, set *reports.Set) map[string]string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	all, err := rally.Read(text)
	require.NoError(t, err)
	var ran, before []float64
	failed, iterations := 0, 0
	for _, r := range all {
		n := 0
		for _, i := range r.Iterations {
			iterations++
			if len(i.Error) > 0 {
				failed++
			}
			if len(r.Hooks) > 0 && i.Began.Add(i.Duration).Before(r.Hooks[0].Began) {
				n++
			}
		}
		before = append(before, float64(n))
		for _, h := range r.Hooks {
			ran = append(ran, h.Ended.Sub(h.Began).Seconds())
		}
	}
	return map[string]string{
		"silent": silent(t, set), "failed": fmt.Sprint(failed), "iterations": fmt.Sprint(iterations),
		"ran": between(ran, "%.1f") + " s", "before": between(before, "%.0f"),
	}
}

// between is from the least to the most.
func between(all []float64, format string) string {
	least, most := fmt.Sprintf(format, slices.Min(all)), fmt.Sprintf(format, slices.Max(all))
	if least == most {
		return least
	}
	return least + " to " + most
}

// side is an experiment as the page has it: both methods, and what the published one hides.
func side(t *testing.T, data string, e experiment) string {
	t.Helper()
	file := filepath.Join(data, e.file+".json")
	set := imported(t, file)
	figures, err := set.Published()
	require.NoError(t, err)
	over, err := set.Over()
	require.NoError(t, err)
	facts, k, cells := factsOf(t, file, set), figures.Loads[0].KPIs, correctedCells(over)
	counted := func(k reports.PublishedKPI) string { return fmt.Sprintf("%d of %d runs", k.N, figures.Runs) }
	facts["windows"] = counted(k[1])
	hides := hidden()[e.file]
	for name, fact := range facts {
		hides = strings.ReplaceAll(hides, "{"+name+"}", fact)
	}
	require.NotContains(t, hides, "{")
	var b strings.Builder
	fmt.Fprintf(&b, "\n### `%s`\n\n| | as published | by Eris |\n| --- | --- | --- |\n", e.file)
	for _, row := range [][3]string{
		{"nothing worked for", "not looked at", facts["silent"] + " at the longest; longest outage: " + cells[0]},
		{"downtime", k[0].Text + " s, " + counted(k[0]), cells[1]},
		{"recovery", k[1].Text + " s, " + counted(k[1]), cells[2]},
		{"slower", strings.ReplaceAll(k[2].Text+" s, "+k[3].Text+" times", "N/A s, N/A times", "N/A") + ", " + counted(k[3]) + "; a sum over windows", slower(over)},
		{"the fault came", "when the program began", "within " + facts["ran"] + ", which the program ran for"},
		{"iterations before the fault", "not told", facts["before"]},
	} {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", row[0], strings.ReplaceAll(row[1], "N/A s", "N/A"), row[2])
	}
	return b.String() + "\n**Hidden:** " + hides + "\n"
}

// slower is the ratio of the response times while the fault was there.
func slower(o *reports.Over) string {
	for _, k := range o.KPIs {
		if k.Name == "latency_ratio" {
			text := cell(k, len(o.Repetitions))
			if k.Measured > 0 {
				text = strings.Replace(text, " (", " times (", 1)
			}
			return text
		}
	}
	return "unknown"
}

// docs/published-record.md has both methods side by side, experiment by experiment, and what the
// published one hides: every figure is computed from the data (UPDATE=1 writes it anew).
func TestThePageHasBothMethodsSideBySide(t *testing.T) {
	t.Parallel()
	data := reliability(t)
	var sides strings.Builder
	sides.WriteString(sidesHead)
	for _, e := range experiments() {
		sides.WriteString(side(t, data, e))
	}
	name := filepath.Join("..", "docs", "published-record.md")
	page, err := os.ReadFile(name)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(page), sidesHead)
	require.True(t, found)
	section, after, _ := strings.Cut(rest, "\n## ")
	if os.Getenv("UPDATE") != "" {
		text := before + sides.String() + "\n## " + after
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		return
	}
	require.Equal(t, sides.String(), sidesHead+section)
}

// No experiment is without its reason.
func TestEveryExperimentSaysWhatItHides(t *testing.T) {
	for _, e := range experiments() {
		require.NotEmpty(t, hidden()[e.file], e.file)
	}
	require.Len(t, hidden(), len(experiments()))
	require.Equal(t, "2", between([]float64{2, 2}, "%.0f"))
}
