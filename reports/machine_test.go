package reports_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// read is what a reader of JUnit makes of a report.
type read struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Suite    struct {
		Name    string `xml:"name,attr"`
		Tests   int    `xml:"tests,attr"`
		Skipped int    `xml:"skipped,attr"`
		Cases   []struct {
			Class   string `xml:"classname,attr"`
			Name    string `xml:"name,attr"`
			Failure *struct {
				Message string `xml:"message,attr"`
				Text    string `xml:",chardata"`
			} `xml:"failure"`
			Skipped *struct {
				Message string `xml:"message,attr"`
			} `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func junit(t *testing.T, rec kpi.Record) (read, string) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, reports.WriteJUnit(&b, kpi.Compute(rec, kpi.Settings{})))
	var r read
	require.NoError(t, xml.Unmarshal(b.Bytes(), &r))
	return r, b.String()
}

// Every promise is a case with its verdict: what failed fails, and what is unknown is
// skipped with the reason.
func TestAPromiseIsACaseOfJUnit(t *testing.T) {
	for name, rec := range examples() {
		result := kpi.Compute(rec, kpi.Settings{}).Result
		r, text := junit(t, rec)
		golden(t, name+".xml", text)
		verdicts, failures, skipped := map[string]kpi.Verdict{}, 0, 0
		for _, c := range r.Suite.Cases {
			verdict := kpi.Pass
			if c.Failure != nil {
				verdict, failures = kpi.Fail, failures+1
				require.NotEmpty(t, c.Failure.Message)
			}
			if c.Skipped != nil {
				verdict, skipped = kpi.Unknown, skipped+1
				require.NotEmpty(t, c.Skipped.Message)
			}
			verdicts[c.Class+"/"+c.Name] = verdict
		}
		require.Len(t, verdicts, len(r.Suite.Cases), "each has a name of its own")
		require.Equal(t, []int{len(r.Suite.Cases), failures, skipped}, []int{r.Suite.Tests, r.Failures, r.Suite.Skipped})
		require.Equal(t, r.Suite.Tests, r.Tests)
		of := "eris." + result.Scenario.Name + "."
		for _, o := range result.Objectives {
			require.Equal(t, o.Verdict, verdicts[of+"objective/"+o.Expression], o.Expression)
		}
		for _, f := range result.Faults {
			if verdict, is := verdicts[of+"undo/"+f.Name]; is {
				require.Equal(t, f.UndoVerified, verdict == kpi.Pass, f.Name)
			} else {
				require.Contains(t, []string{"refused", "skipped", "failed", "planned", "preflight", "armed", "fenced"}, f.State, f.Name)
			}
		}
		require.Equal(t, len(result.Residue) == 0 && name != "cutoff", verdicts[of+"residue/nothing is left behind"] == kpi.Pass, name)
		require.Equal(t, result.Verdict == kpi.Pass, failures+skipped == 0, "%s: %s", name, result.Verdict)
	}
}

func TestMarkdownAndCSV(t *testing.T) {
	for name, rec := range examples() {
		a := kpi.Compute(rec, kpi.Settings{})
		var md, series bytes.Buffer
		require.NoError(t, reports.WriteMarkdown(&md, a))
		golden(t, name+".md", md.String())
		require.NoError(t, reports.WriteCSV(&series, a))
		rows, err := csv.NewReader(&series).ReadAll()
		require.NoError(t, err)
		column := map[string]int{}
		for i, title := range rows[0] {
			column[title] = i
		}
		due, ok := map[string]int64{}, map[string]int64{}
		struck := 0
		for _, row := range rows[1:] {
			for title, into := range map[string]map[string]int64{"due": due, "ok": ok} {
				n, err := strconv.ParseInt(row[column[title]], 10, 64)
				require.NoError(t, err)
				into[row[column["load"]]] += n
			}
			second, err := strconv.Atoi(row[column["at_s"]])
			require.NoError(t, err)
			served := a.Loads[slices.IndexFunc(a.Loads, func(l kpi.LoadFigures) bool { return l.Plan.Name == row[column["load"]] })].Seconds[second].Served
			require.Equal(t, served >= 20, row[column["p50_ms"]] != "", "a median has ten answers beyond it: %v", row)
			require.Equal(t, served > 0, row[column["max_ms"]] != "", "%v", row)
			if slices.Contains(strings.Fields(row[column["faults"]]), a.Faults[0].Name) {
				struck++
			}
		}
		for _, l := range a.Result.Loads {
			require.Equal(t, l.Planned, due[l.Name], "every arrival is in a second")
			require.Equal(t, l.Succeeded, ok[l.Name])
		}
		if f := a.Faults[0]; f.Effective != nil && f.UndoFrom != nil {
			require.InDelta(t, (*f.UndoFrom-*f.Effective).Seconds()*float64(len(a.Loads)), struck, 1.01*float64(len(a.Loads)))
		}
	}
}

// A percentile has ten answers beyond it, in the CSV as everywhere.
func TestTheCSVHasNoMedianOfASecondOfFewArrivals(t *testing.T) {
	for rate, want := range map[float64]bool{4: false, 40: true} {
		rec := example.Passing()
		rec.Failures = nil
		rec.Meta.Loads[0].Rate = rate
		rec.Samples = example.Service{Seed: 3, Median: 60 * time.Millisecond, Spread: 0.3, Limit: 10 * time.Second}.Open(rate, false, 80*time.Second)
		var series bytes.Buffer
		require.NoError(t, reports.WriteCSV(&series, kpi.Compute(rec, kpi.Settings{})))
		rows, err := csv.NewReader(&series).ReadAll()
		require.NoError(t, err)
		median, longest := slices.Index(rows[0], "p50_ms"), slices.Index(rows[0], "max_ms")
		require.Equal(t, want, rows[20][median] != "", rate)
		require.NotEmpty(t, rows[20][longest])
	}
}

// hostile are names that would be something else where they are printed carelessly.
func hostile() map[string]string {
	return map[string]string{
		"markup": `<script>alert(1)</script>`, "table": "a | b\n| c", "formula": `=cmd|' /C calc'!A0`, "quotes": `"'` + "`" + `]]>&amp;`,
		"formula after a space": " =1+1", "after one that does not break": "\u00a0@x", "after nothing to be seen": "\u200b=1+1", "after NUL": "\x00=1+1", "after a mark": "\u202e+1\u061c", "of full width": "＝1+1", "minus of full width": "\t－x",
		"right to left": "\u202eevil\u2066", "terminal": "\x1b[31mred\x00", "not UTF-8": "a\xffb", "picture and formula": "fd00:100::1 $x$", "mention": "@all *x* _y_ [z](http://example.org)", "long": strings.Repeat("x", 10_000),
	}
}

func TestNamesCannotBreakAMachinesReport(t *testing.T) {
	for what, name := range hostile() {
		t.Run(what, func(t *testing.T) {
			rec := example.Failing()
			rec.Meta.Scenario, rec.Meta.Loads[0].Name = name, name
			rec.Meta.Command = []string{"eris", "run", name}
			r, text := junit(t, rec)
			require.Equal(t, len(r.Suite.Cases), r.Suite.Tests)
			require.NotContains(t, text, "<script")
			require.NotContains(t, text, "\x1b")
			a := kpi.Compute(rec, kpi.Settings{})
			var md, series bytes.Buffer
			require.NoError(t, reports.WriteMarkdown(&md, a))
			require.NotRegexp(t, "(?m)^[^`]*(<script|\x1b|\u202e|\u2066|@all|:100:|\\$|[^\\\\]\\[z\\])", md.String())
			cells := 0
			for line := range strings.SplitSeq(md.String(), "\n") {
				n := len(regexp.MustCompile(`(^|[^\\])\|`).FindAllString(line, -1))
				switch {
				case !strings.HasPrefix(line, "| "):
					cells = 0
				case cells == 0:
					cells = n
				default:
					require.Equal(t, cells, n, line)
				}
			}
			require.NoError(t, reports.WriteCSV(&series, a))
			rows, err := csv.NewReader(&series).ReadAll()
			require.NoError(t, err)
			for _, row := range rows[1:] {
				for _, cell := range row {
					require.NotRegexp(t, `^[=+@\t]`, cell)
				}
			}
		})
	}
}

// What is too long for GitHub is cut, and says so.
func TestMarkdownHasABound(t *testing.T) {
	rec := example.Failing()
	for n := range 2000 {
		rec.Meta.Objectives = append(rec.Meta.Objectives, `availability("tokens") >= `+strconv.Itoa(n%100)+"% and "+strings.Repeat("x", 500))
	}
	var b bytes.Buffer
	require.NoError(t, reports.WriteMarkdown(&b, kpi.Compute(rec, kpi.Settings{})))
	require.Less(t, b.Len(), 900_000)
	require.Contains(t, b.String(), " more rows are left out: the report was too long for Markdown.")
	require.Contains(t, b.String(), "### Loads", "one table takes nothing from the others")
}
