package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMain lets the test binary be its own children, as the program is.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == childFlag {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestRowsAreChosenByName(t *testing.T) {
	all, err := choose(rows(), nil)
	require.NoError(t, err)
	require.Len(t, all, len(rows()))
	one, err := choose(rows(), []string{"memory"})
	require.NoError(t, err)
	require.Equal(t, "memory", one[0].name)
	_, err = choose(rows(), []string{"speed"})
	require.ErrorContains(t, err, `no row "speed"; there are stall,`)
}

func TestTableSaysWhatWasMissed(t *testing.T) {
	var out bytes.Buffer
	table := newTable(&out)
	table.add(row{name: "r", what: "w", target: "<= 1"}, []line{{"eris", "2", "2.0", judge(false)}, {what: "other", value: "3"}})
	require.NoError(t, table.err)
	require.Contains(t, out.String(), "r: w\n")
	require.Contains(t, out.String(), "MISSED (<= 1)")
	require.Equal(t, 1, strings.Count(out.String(), "<= 1"))
	file := filepath.Join(t.TempDir(), "page.md")
	require.NoError(t, table.write(file, time.Unix(0, 0), "1.5"))
	page, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(page), "1 January 1970: go")
	require.Contains(t, string(page), "\n## r\n\nW. Wanted: <= 1.\n\n| | figure | ratio | |\n| --- | --- | --- | --- |\n| eris | 2 | 2.0 | MISSED |\n| other | 3 |  |  |\n")
}

// A quick run does not measure what its targets are about: nothing of it is met, or missed.
func TestAQuickRunJudgesNothing(t *testing.T) {
	var out bytes.Buffer
	table := newTable(&out)
	lines := []line{{"eris", "2", "2.0", judge(false)}, {"eris", "1", "1.0", judge(true)}, {what: "other", value: "3"}}
	table.add(row{name: "r", what: "w", target: "100,000 in < 1 s"}, unjudged(lines))
	require.Equal(t, 2, strings.Count(out.String(), "not judged, quick (100,000 in < 1 s)"))
	require.NotContains(t, out.String(), "MISSED")
	require.NotContains(t, out.String(), "met")
	require.Equal(t, missed, lines[0].met)
}

// TestServerStallsOnceAndEnds also shows that children come and go.
func TestARowByItselfTakesItsPlaceInThePage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.md")
	one, two, three := row{name: "one", what: "w", target: "t"}, row{name: "two", what: "w", target: "t"}, row{name: "three", what: "w", target: "t"}
	all := newTable(io.Discard)
	all.add(one, []line{{"a", "1", "", beside}})
	all.add(two, []line{{"b", "2", "", beside}})
	require.NoError(t, all.write(file, time.Unix(0, 0), "1.5"))
	again := newTable(io.Discard)
	again.add(one, []line{{"a", "7", "", met}})
	again.add(three, []line{{"c", "3", "", beside}})
	require.NoError(t, again.amend(file, time.Unix(86400, 0), "0.1"))
	page, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(page), "1 January 1970: go")
	require.Regexp(t, `(?s)\n## one\n.*\| a \| 7 \|  \| met \|\n\nBy itself, 2 January 1970: go.*load average 0.1 when it began\.\n\n## two\n.*\| b \| 2 \|.*\n## three\n.*\| c \| 3 \|`, string(page))
	require.NotContains(t, string(page), "| a | 1 |")
	require.Equal(t, 1, strings.Count(string(page), "\n## two\n"))
}

func TestServerStallsOnceAndEnds(t *testing.T) {
	require.Len(t, answer(), 140)
	stall := 300 * time.Millisecond
	err := withServer(t.Context(), serverArgs{For: stall}, func(url string) error {
		for n := range 2 {
			start := time.Now()
			r, err := http.Get(url)
			if err != nil {
				return err
			}
			if n == 0 {
				require.GreaterOrEqual(t, time.Since(start), stall)
			}
			require.NoError(t, r.Body.Close())
		}
		return nil
	})
	require.NoError(t, err)
}

// Memory grows by less than 20 MiB between 10,000 and 10,000,000 operations of a workload that
// does nothing: of the program as it is built, which takes several times as much under the race
// detector.
func TestMemoryGrowsByLessThan20MiBBetween10000And10000000Operations(t *testing.T) {
	program := filepath.Join(t.TempDir(), "bench")
	said, err := exec.CommandContext(t.Context(), "go", "build", "-race=false", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, "%s", said)
	said, err = exec.CommandContext(t.Context(), program, "memory").CombinedOutput()
	require.NoError(t, err, "%s", said)
	require.Regexp(t, `(?m)^ +\d{8} operations .* growth \d+\.\d MiB +met`, string(said))
}
