package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The packages are real ones, run by the real go: what its events look like
// when a build breaks or a test panics is its own affair and may change.
func TestCountsWhatGoTestReports(t *testing.T) {
	const head = "package a\nimport (\"testing\"; \"os\")\nvar _ = os.Exit\n"
	cases := []struct {
		name, source string
		want         Counts
		says         []string
		silent       []string
	}{
		{
			"pass, fail and skip", head + `
func TestGood(t *testing.T) { t.Log("all is well") }
func TestBad(t *testing.T)  { t.Log("a bad thing"); t.Run("sub", func(t *testing.T) { t.Error("the cause") }) }
func TestSkip(t *testing.T) { t.Skip("no such tool") }`,
			Counts{Passed: 1, Failed: 2, Skipped: 1},
			[]string{"a bad thing", "the cause", "no such tool", "FAIL a "},
			[]string{"all is well"},
		},
		{
			"all pass", head + `func TestGood(t *testing.T) { t.Log("all is well") }`,
			Counts{Passed: 1}, []string{"ok   a "}, []string{"all is well"},
		},
		{
			"build breaks", head + `func TestGood(t *testing.T) { undefined() }`,
			Counts{Failed: 1}, []string{"undefined: undefined"}, nil,
		},
		{
			"vet refuses", head + `func TestGood(t *testing.T) { t.Errorf("%d", "x") }`,
			Counts{Failed: 1}, []string{"%d"}, nil,
		},
		{
			"panic", head + `
func TestGood(t *testing.T)  {}
func TestPanic(t *testing.T) { panic("out of cheese") }`,
			Counts{Passed: 1, Failed: 1}, []string{"out of cheese"}, nil,
		},
		{
			"exit outside of a test", head + `func TestMain(m *testing.M) { m.Run(); os.Exit(3) }
func TestGood(t *testing.T) {}`,
			Counts{Passed: 1, Failed: 1}, []string{"FAIL a "}, nil,
		},
		{
			"exit inside a test", head + `func TestLeave(t *testing.T) { os.Exit(4) }`,
			Counts{Failed: 1}, []string{"FAIL a "}, nil,
		},
		{"no test at all", "package a\n", Counts{Failed: 1}, []string{"not one test ran"}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			got, err := run(goTest(t, c.source), &out, io.Discard)
			require.NoError(t, err)
			require.Equal(t, c.want, got, "%s", out.String())
			for _, text := range c.says {
				require.Contains(t, out.String(), text)
			}
			for _, text := range c.silent {
				require.NotContains(t, out.String(), text)
			}
		})
	}
}

func TestCountsAPatternThatMatchesNothing(t *testing.T) {
	var out bytes.Buffer
	got, err := run([]string{"go", "test", "-json", "./nowhere"}, &out, io.Discard)
	require.NoError(t, err)
	require.Equal(t, Counts{Failed: 1}, got)
}

func TestCountsAStreamThatBreaksOff(t *testing.T) {
	const stream = `{"Action":"start","Package":"a"}
{"Action":"run","Package":"a","Test":"TestOne"}
{"Action":"pass","Package":"a","Test":"TestOne"}
{"Action":"run","Package":"a","Test":"TestTwo"}
something that is no event
`
	var out bytes.Buffer
	got, err := Count(bytes.NewBufferString(stream), &out)
	require.NoError(t, err)
	require.Equal(t, Counts{Passed: 1, Failed: 1}, got)
	require.Contains(t, out.String(), "something that is no event\n")
	require.Contains(t, out.String(), "break off")
}

func TestAppendsToTheCounts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "counts")
	require.NoError(t, appendLine(path, "1 2 3\n"))
	require.NoError(t, appendLine(path, "4 5 6\n"))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "1 2 3\n4 5 6\n", string(text))
}

// goTest writes a module of one test file and returns the command that runs it.
func goTest(t *testing.T, source string) []string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module a\n\ngo 1.26\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a_test.go"), []byte(source), 0o600))
	return []string{"go", "-C", dir, "test", "-json", "./..."}
}

func TestALabThatWasMendedIsNeverSilent(t *testing.T) {
	var out strings.Builder
	counts, err := Count(strings.NewReader(`{"Action":"output","Package":"p","Test":"TestA","Output":"labtest: lab check, before TestA: nodes: switching on ctl-1\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:1: lab: health: all is well\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"pass","Package":"p"}
`), &out)
	require.NoError(t, err)
	require.Equal(t, 1, counts.Passed)
	require.Contains(t, out.String(), "labtest: lab check, before TestA: nodes: switching on ctl-1\n")
	require.NotContains(t, out.String(), "all is well")
}
