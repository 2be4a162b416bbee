package eris_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/catalogue"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/loadgen/workloads"
	"github.com/openstack-eris/eris/scenarios"
)

// Every inventory that a page shows in full can be loaded.
func TestExamplesLoad(t *testing.T) {
	shown := 0
	for page, text := range markdown(t, os.DirFS(".")) {
		for _, example := range examples(text) {
			if strings.Contains(example, "\nnodes:") {
				shown++
				_, err := inventory.Read(page, []byte(example))
				require.NoError(t, err, page)
			}
		}
	}
	require.NotZero(t, shown)
}

// README's tables are the catalogue: each kind with its row, and no row more.
func TestReadmeListsTheCatalogue(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	var kinds document.Kinds[faults.Fault]
	catalogue.Fill(&kinds)
	require.ElementsMatch(t, kinds.Names(), families(string(text)))
	require.ElementsMatch(t, workloads.All().Names(), rows(string(text), "workload"))
	require.ElementsMatch(t, collectors.Catalogue().Names(), rows(string(text), "collector"))
}

// families are the names in README's table of faults, which has a row for each
// first word and what can follow it beside it.
func families(text string) []string {
	_, table, _ := strings.Cut(text, "| fault |")
	table, _, _ = strings.Cut(table, "\n\n")
	var names []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z]+\\.)` \\| (.*) \\|$").FindAllStringSubmatch(table, -1) {
		for _, kind := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[2], -1) {
			names = append(names, row[1]+kind[1])
		}
	}
	return names
}

// The page of what faults stand is written by a command, which has to be run when
// there is a kind more.
func TestTheFaultsPageHasEveryKind(t *testing.T) {
	text, err := os.ReadFile("docs/faults.md")
	require.NoError(t, err)
	var kinds document.Kinds[faults.Fault]
	catalogue.Fill(&kinds)
	require.Equal(t, kinds.Names(), rows(string(text), "kind | what it does"))
}

func TestSafetyListsTheNets(t *testing.T) {
	text, err := os.ReadFile("docs/safety.md")
	require.NoError(t, err)
	require.ElementsMatch(t, slices.Collect(maps.Keys(scenarios.Nets())), rows(string(text), "net | refuses"))
}

// Every function that a condition or an objective can call is in the page.
func TestScenarioPageHasEveryFunction(t *testing.T) {
	text, err := os.ReadFile("docs/scenario.md")
	require.NoError(t, err)
	for _, f := range slices.Concat(scenarios.LiveFunctions(nil), kpi.Functions()) {
		require.Regexp(t, "\\| .*`"+f.Name+"[(`]", string(text), f.Name)
	}
}

// rows are the code words in the first column of the table with that heading.
func rows(text, heading string) []string {
	_, table, _ := strings.Cut(text, "| "+heading+" |")
	table, _, _ = strings.Cut(table, "\n\n")
	var found []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(table, -1) {
		found = append(found, m[1])
	}
	return found
}

// examples are a page's code blocks of whole documents.
func examples(text string) []string {
	block := regexp.MustCompile("(?ms)^```yaml\n((?:#[^\n]*\n)*version: eris/v1\n.*?)^```")
	var found []string
	for _, m := range block.FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	return found
}

func TestExamplesAreFound(t *testing.T) {
	page := "```yaml\n# a comment\nversion: eris/v1\nname: x\n```\n\n```yaml\nname: part\n```\n```yaml\nversion: eris/v1\n```\n"
	require.Equal(t, []string{"# a comment\nversion: eris/v1\nname: x\n", "version: eris/v1\n"}, examples(page))
}
