package eris_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// Every link of a page to another file of the tree leads somewhere, also to the
// heading after its #.
func TestLinksLead(t *testing.T) {
	require.Empty(t, deadLinks(t, os.DirFS(".")))
}

func TestLinksLeadCanFail(t *testing.T) {
	tree := fstest.MapFS{
		"README.md": file("[a](docs/a.md) [b](docs/b.md) [c](docs/a.md#what-it-is) [d](docs/a.md#gone) [e](https://example.org/x) ![p](docs/p.png)"),
		"docs/a.md": file("# What it *is*\n[up](../README.md) [self](#what-it-is)\n"),
	}
	require.Equal(t, []string{
		"README.md: docs/a.md#gone",
		"README.md: docs/b.md",
		"README.md: docs/p.png",
	}, deadLinks(t, tree))
}

func deadLinks(t *testing.T, tree fs.FS) []string {
	t.Helper()
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	var found []string
	for name, text := range markdown(t, tree) {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(m[1], "://") && !leads(tree, name, m[1]) {
				found = append(found, name+": "+m[1])
			}
		}
	}
	slices.Sort(found)
	return found
}

func leads(tree fs.FS, from, to string) bool {
	target, heading, _ := strings.Cut(to, "#")
	at := from
	if target != "" {
		at = path.Join(path.Dir(from), target)
	}
	if heading == "" {
		_, err := fs.Stat(tree, at)
		return err == nil
	}
	text, err := fs.ReadFile(tree, at)
	return err == nil && slices.Contains(headings(string(text)), heading)
}

// headings are the anchors of a page, made as GitHub makes them.
func headings(text string) []string {
	drop := regexp.MustCompile(`[^\p{L}\p{N}\s_-]`)
	var found []string
	for line := range strings.Lines(text) {
		if title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && line[0] == '#' {
			title = drop.ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), "")
			found = append(found, strings.ReplaceAll(title, " ", "-"))
		}
	}
	return found
}

// markdown reads every page of the tree.
func markdown(t *testing.T, tree fs.FS) map[string]string {
	t.Helper()
	pages := map[string]string{}
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipFolder(tree, name)
		}
		if path.Ext(name) == ".md" {
			text, err := fs.ReadFile(tree, name)
			pages[name] = string(text)
			return err
		}
		return nil
	})
	require.NoError(t, err)
	return pages
}
