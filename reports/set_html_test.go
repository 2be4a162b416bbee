package reports_test

import (
	"bytes"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/reports"
)

// laid has the runs of a set in folders below a parent, all but the last with a report.
func laid(t *testing.T, parent string, s *reports.Set) *reports.Set {
	t.Helper()
	for n := range s.Runs {
		dir := filepath.Join(parent, fmt.Sprintf("%s %d", s.Name, n))
		require.NoError(t, os.MkdirAll(dir, 0o755))
		if n < len(s.Runs)-1 {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "report.html"), nil, 0o644))
		}
		s.Dirs = append(s.Dirs, dir)
	}
	return s
}

// beforeAndAfter are two sets, of which the second is worse in one objective.
func beforeAndAfter() (a, b *reports.Set) {
	a = setOf("before", 3, func(n int, r *kpi.Result) {
		measures(&r.Objectives[1], 20+float64(n)/10) // time to recover
		measures(&r.Objectives[0], 0.97)
	})
	return a, setOf("after", 4, func(n int, r *kpi.Result) {
		measures(&r.Objectives[1], 40+float64(n)/10)
		measures(&r.Objectives[0], 0.97)
		r.Cloud.Name = "staging <b>"
	})
}

func htmlOf(t *testing.T, write func(to *bytes.Buffer) error) string {
	t.Helper()
	var page bytes.Buffer
	require.NoError(t, write(&page))
	return page.String()
}

// The small form of a scenario has other phases, loads and limits: its figures are not
// compared with those of the whole.
func TestASmallFormIsNotComparedWithTheWhole(t *testing.T) {
	a, b := beforeAndAfter()
	for _, run := range b.Runs {
		run.Analysis.Result.Scenario.Small = true
	}
	_, err := reports.Compare(a, b, false)
	require.ErrorContains(t, err, "(small form)")
	_, err = reports.Compare(b, b, false)
	require.NoError(t, err)
}

// cells are the texts of the rows of a page, a line each.
func cells(page string) []string {
	var rows []string
	for _, row := range regexp.MustCompile(`(?s)<tr>(.*?)</tr>`).FindAllStringSubmatch(page, -1) {
		text := regexp.MustCompile(`<(br|/t[hd])>`).ReplaceAllString(row[1], " | ")
		rows = append(rows, strings.TrimSpace(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(text, ""))))
	}
	return rows
}

func TestAComparisonIsAPage(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "pages")
	require.NoError(t, os.Mkdir(folder, 0o755))
	a, b := beforeAndAfter()
	laid(t, filepath.Join(folder, `a:b"?#%`), a)
	laid(t, filepath.Dir(folder), b)
	c, err := reports.Compare(a, b, false)
	require.NoError(t, err)
	page := htmlOf(t, func(to *bytes.Buffer) error { return c.WriteHTML(to, folder) })
	require.Equal(t, page, htmlOf(t, func(to *bytes.Buffer) error { return c.WriteHTML(to, folder) }))
	require.Contains(t, page, `<span class="badge fail"><span aria-hidden="true">✕</span> worse</span> before and after</h1>`)
	require.Regexp(t, `7 objectives: 1 worse, \d cannot tell, \d same\. <a href="#objectives">Time to recover from kill-keystone</a> was 20\.1 s and is 40\.2 s \(\+20\.1 s, from \+19\.\d s to \+20\.\d s\)\.`, html.UnescapeString(page))
	rows := cells(page)
	require.Regexp(t, `^✕ worse \| time to recover from kill-keystone \| .* \| ≤ 60 s \| 20\.1 s \| 40\.2 s \| \+20\.1 s \| \+19\.\d s to \+20\.\d s \| 3/3, 4/4`, rows[1], "what is worse is first")
	require.Regexp(t, `^\? cannot tell \| `, rows[2])
	require.Contains(t, page, "<li>cloud: lab, then staging &lt;b&gt;</li>")
	require.Contains(t, page, "content=\"default-src &#39;none&#39;; style-src &#39;sha256-")
	require.NotContains(t, page, "script")
	require.Equal(t, []string{"./a%3Ab%22%3F%23%25/before%200/report.html", "./a%3Ab%22%3F%23%25/before%201/report.html", "./../after%200/report.html", "./../after%201/report.html", "./../after%202/report.html"}, leading(page), "to those that are there")
	require.Empty(t, leading(htmlOf(t, func(to *bytes.Buffer) error { return c.WriteHTML(to, "") })))
	require.NotRegexp(t, "ZgotmplZ", page)

	same, err := reports.Compare(a, a, false)
	require.NoError(t, err)
	page = htmlOf(t, func(to *bytes.Buffer) error { return same.WriteHTML(to, folder) })
	require.NotContains(t, page, "✕ worse")
	require.Contains(t, page, "two sets of before</h1>")
	require.Contains(t, page, "Nothing that is on record")
}

// The badge is no better than what can be told.
func TestTheBadgeOfAComparison(t *testing.T) {
	one := setOf("one", 1, func(int, *kpi.Result) {})
	c, err := reports.Compare(one, one, false)
	require.NoError(t, err)
	page := func() string { return htmlOf(t, func(to *bytes.Buffer) error { return c.WriteHTML(to, "") }) }
	require.Contains(t, page(), `<span class="badge unknown"><span aria-hidden="true">?</span> cannot tell</span>`)
	require.Contains(t, page(), "one, 1 repetition: 1 fail<")
	for _, step := range []struct {
		word   kpi.Word
		expect string
	}{{kpi.Same, "✓</span> same"}, {kpi.Better, "✓</span> better"}, {kpi.CannotTell, "?</span> cannot tell"}, {kpi.Worse, "✕</span> worse"}} {
		for n := range c.List {
			if n == 0 || step.word == kpi.Same {
				c.List[n].Word = step.word
			}
		}
		require.Contains(t, page(), step.expect+"</span> two sets of one")
	}
	c.List = nil
	require.Contains(t, page(), "There is no objective to compare.")
	require.Contains(t, page(), `<span class="badge unknown">`)
}

func TestASetIsAPage(t *testing.T) {
	folder := t.TempDir()
	_, b := beforeAndAfter()
	laid(t, folder, b)
	b.Runs[1].Analysis.Result.Verdict = kpi.Unknown
	b.Runs[2].Analysis.Result.Objectives[1].Verdict = kpi.Fail
	b.Name = "<script>alert(1)</script>"
	page := htmlOf(t, func(to *bytes.Buffer) error { return b.WriteHTML(to, folder) })
	require.Contains(t, page, `<span class="badge fail"><span aria-hidden="true">✕</span> fail</span> &lt;script&gt;`)
	require.Contains(t, page, "4 repetitions: 3 fail, 1 unknown.")
	require.Contains(t, page, "<div><dt>cloud</dt><dd>staging &lt;b&gt;</dd></div>")
	rows := cells(page)
	require.Contains(t, strings.Join(rows, "\n"), `✕ fail | time to recover from kill-keystone | time_to_recover("kill-keystone") <= 60s | ≤ 60 s | 40.2 s | 4 of 4 | 3 of 4`)
	b.Runs[2].Analysis.Result.Objectives[1].Severity = kpi.Minor
	b.Runs[0].Analysis.Result.Objectives[1].Severity = kpi.Minor
	minor := htmlOf(t, func(to *bytes.Buffer) error { return b.WriteHTML(to, folder) })
	require.Contains(t, strings.Join(cells(minor), "\n"), `✕ fail, minor | time to recover from kill-keystone`, "it decides nothing")
	require.Regexp(t, `(?m)^availability \| tokens \| \d`, strings.Join(rows, "\n"))
	require.Equal(t, []string{"./after%200/report.html", "./after%201/report.html", "./after%202/report.html"}, leading(page))
	require.NotContains(t, page, "<script")

	b.Name = "ev\u202eil\x1b[31m"
	over, err := b.Over()
	require.NoError(t, err)
	text := htmlOf(t, func(to *bytes.Buffer) error { return over.WriteText(to) })
	require.Contains(t, text, "il")
	require.NotContains(t, text, "\u202e")
	require.NotContains(t, text, "\x1b", "a terminal would do as it says")
	b.Runs[3].Record.Meta.Loads[0].Name = "another"
	require.ErrorContains(t, b.WriteHTML(&bytes.Buffer{}, folder), "has the load another")
}

// leading are the addresses that a page leads to outside of itself.
func leading(page string) (all []string) {
	for _, found := range regexp.MustCompile(`href="([^#"][^"]*)"`).FindAllStringSubmatch(page, -1) {
		all = append(all, found[1])
	}
	return all
}
