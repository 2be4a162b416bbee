package eris_test

import (
	"fmt"
	"go/build/constraint"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// A file behind a build tag that nobody sets is neither vetted nor linted nor
// run, and rots unseen.
func TestBuildTags(t *testing.T) {
	steps, err := os.ReadFile("testenv/check.d/steps.sh")
	require.NoError(t, err)
	lint, err := os.ReadFile(".golangci.yml")
	require.NoError(t, err)
	require.Empty(t, strayTags(parse(t, os.DirFS(".")), string(steps), string(lint)))
}

func TestBuildTagsCanFail(t *testing.T) {
	tree := fstest.MapFS{
		"a/linux.go":  &fstest.MapFile{Data: []byte("//go:build linux && !race\n\npackage a\n")},
		"a/a_test.go": &fstest.MapFile{Data: []byte("//go:build lab && (linux || page)\n\npackage a\n\nconst Text = `\n//go:build text\n`\n")},
		"a/b_test.go": &fstest.MapFile{Data: []byte("// A licence.\n\n//go:build !slow\n\npackage a\n")},
	}
	found := parse(t, tree)
	steps := "tags=lab,page,slow\nstep_node() {\n\ton_labs lab node \"${NAME:-check}\"\n\ttagged_tests slow node\n\ttagged_tests page page\n}\n"
	lint := "run:\n  build-tags: [lab, page, slow]\n"
	require.Empty(t, strayTags(found, steps, lint))
	require.Equal(t, []string{
		"no step runs the tests behind the build tag page",
		"the build tag old is known to .golangci.yml, and no file has it",
		"the build tag page is not known to .golangci.yml",
		"the build tag slow is not known to testenv/check.d/steps.sh",
	}, strayTags(found, strings.NewReplacer(",slow", "", "\ttagged_tests page page\n", "").Replace(steps),
		strings.ReplaceAll(lint, "page", "old")))
}

// strayTags compares the build tags of the tree with those that the check
// script vets and runs and that the linters are told of.
func strayTags(p packages, steps, lint string) []string {
	used := buildTags(p)
	known := map[string][]string{
		"testenv/check.d/steps.sh": list(steps, `(?m)^tags=(.*)$`),
		".golangci.yml":            list(lint, `(?m)^  build-tags: \[([^]]*)\]`),
	}
	var found []string
	for file, tags := range known {
		for _, tag := range used {
			if !slices.Contains(tags, tag) {
				found = append(found, fmt.Sprintf("the build tag %s is not known to %s", tag, file))
			}
		}
		for _, tag := range tags {
			if !slices.Contains(used, tag) {
				found = append(found, fmt.Sprintf("the build tag %s is known to %s, and no file has it", tag, file))
			}
		}
	}
	for _, tag := range used {
		if !regexp.MustCompile(`\b(tagged_tests|on_labs) ` + tag + ` `).MatchString(steps) {
			found = append(found, "no step runs the tests behind the build tag "+tag)
		}
	}
	return sorted(found)
}

// list is what a comma separated list in a file says.
func list(text, pattern string) []string {
	var items []string
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		for item := range strings.SplitSeq(match[1], ",") {
			items = append(items, strings.TrimSpace(item))
		}
	}
	return items
}

// buildTags are those of our own: what a platform or a toolchain sets is none.
func buildTags(p packages) []string {
	foreign := []string{"linux", "darwin", "windows", "freebsd", "unix", "amd64", "arm64", "cgo", "race"}
	var tags []string
	for _, pkg := range p {
		for _, f := range pkg.files {
			for _, group := range f.syntax.Comments {
				for _, comment := range group.List {
					line, err := constraint.Parse(comment.Text)
					if err != nil || group.Pos() > f.syntax.Package {
						continue
					}
					line.Eval(func(tag string) bool { // asks for every one of them
						tags = append(tags, tag)
						return true
					})
				}
			}
		}
	}
	tags = slices.DeleteFunc(tags, func(tag string) bool { return slices.Contains(foreign, tag) })
	return slices.Compact(sorted(tags))
}
