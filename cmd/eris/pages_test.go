package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/scenarios"
)

// Every command line that a page shows is one that eris has, flags included.
func TestPagesShowCommandsThatExist(t *testing.T) {
	root := newRootCommand(nil)
	root.InitDefaultCompletionCmd()
	shown := 0
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, line := range commandLines(string(text)) {
			shown++
			for _, words := range alternatives(line) {
				require.NoError(t, known(root, words), "%s shows `eris %s`", filepath.Base(page), line)
			}
		}
	}
	require.NotZero(t, shown)
}

// Every scenario that a page shows in full is one that loads.
func TestPagesShowScenariosThatLoad(t *testing.T) {
	block := regexp.MustCompile("(?ms)^```yaml\n(version: eris/v1\nname: .*?)^```")
	shown := 0
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, m := range block.FindAllStringSubmatch(string(text), -1) {
			shown++
			_, err := scenarios.Read(page, []byte(m[1]), scenarios.Options{Catalogue: newCatalogue()})
			require.NoError(t, err)
		}
	}
	require.NotZero(t, shown)
}

// Every scenario that stands beside the pages is one that loads.
func TestScenariosOfTheDocsLoad(t *testing.T) {
	files, err := filepath.Glob("../../docs/scenarios/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		_, err = scenarios.Read(file, text, scenarios.Options{Catalogue: newCatalogue()})
		require.NoError(t, err)
	}
}

func pages(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	return append(found, "../../README.md", "../../CONTRIBUTING.md")
}

func TestPagesShowCommandsThatExistCanFail(t *testing.T) {
	root := newRootCommand(nil)
	lines := commandLines("Run `eris version` or `eris gone`.\n```\ngo run ./cmd/eris version --nope  # a comment\n$ eris version\n```\n")
	require.Equal(t, []string{"version", "gone", "version --nope", "version"}, lines)
	require.NoError(t, known(root, []string{"version"}))
	require.Error(t, known(root, []string{"gone"}))
	require.Error(t, known(root, []string{"version", "--nope"}))
	require.Equal(t, [][]string{{"lab", "up", "X"}, {"lab", "down", "X"}}, alternatives("lab up|down X"))
}

// commandLines finds what stands after eris in code spans and code blocks.
func commandLines(text string) []string {
	span := regexp.MustCompile("(?m)(?:`|^\\s*(?:\\$ )?(?:[A-Z_]+=\\S+ )*)(?:go run \\./cmd/)?eris +([^`\n]+)")
	var found []string
	for _, m := range span.FindAllStringSubmatch(text, -1) {
		line, _, _ := strings.Cut(m[1], " #")
		found = append(found, strings.TrimSpace(line))
	}
	return found
}

// alternatives spells out `lab up|down`.
func alternatives(line string) [][]string {
	all := [][]string{nil}
	for word := range strings.FieldsSeq(line) {
		var next [][]string
		choices := strings.Split(word, "|")
		if strings.ContainsAny(word, "'\"=") {
			choices = []string{word}
		}
		for _, choice := range choices {
			for _, before := range all {
				next = append(next, append(slices.Clone(before), choice))
			}
		}
		all = next
	}
	return all
}

// known says whether the words name a command of the tree, with its flags.
func known(root *cobra.Command, words []string) error {
	at := root
	rest := words
	for len(rest) > 0 {
		i := slices.IndexFunc(at.Commands(), func(c *cobra.Command) bool { return c.Name() == rest[0] })
		if i < 0 {
			break
		}
		at, rest = at.Commands()[i], rest[1:]
	}
	if at.HasSubCommands() && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") && rest[0] != "help" {
		return fmt.Errorf("%s has no command %q", at.CommandPath(), rest[0])
	}
	at.InitDefaultHelpFlag()
	for _, word := range rest {
		name, _, _ := strings.Cut(strings.Trim(word, "[]…"), "=")
		long, isLong := strings.CutPrefix(name, "--")
		short, isShort := strings.CutPrefix(name, "-")
		switch {
		case isLong && long != "" && find(at, long) == nil:
			return fmt.Errorf("%s has no flag --%s", at.CommandPath(), long)
		case !isLong && isShort && len(short) == 1 && at.Flags().ShorthandLookup(short) == nil && at.InheritedFlags().ShorthandLookup(short) == nil:
			return fmt.Errorf("%s has no flag -%s", at.CommandPath(), short)
		}
	}
	return nil
}

func find(c *cobra.Command, name string) any {
	if flag := c.Flags().Lookup(name); flag != nil {
		return flag
	}
	if flag := c.InheritedFlags().Lookup(name); flag != nil {
		return flag
	}
	return nil
}
