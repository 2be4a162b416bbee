//go:build page

package reports_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/coverage"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
	"github.com/openstack-eris/eris/reports/publish"
)

// published is the index of a site of a few runs.
func published(t *testing.T) string {
	t.Helper()
	parent, folder := t.TempDir(), filepath.Join(t.TempDir(), "site")
	for _, rec := range []kpi.Record{example.Passing(), example.Failing()} {
		from := written(t, rec)
		require.NoError(t, os.Rename(from, filepath.Join(parent, filepath.Base(from))))
	}
	var runs []coverage.Run
	all, broken, err := reports.OpenAll(parent)
	require.NoError(t, err)
	require.Empty(t, broken)
	for range 6 { // so that there is something over time
		runs = append(runs, all...)
	}
	_, err = publish.Write(folder, runs, publish.Options{Title: "Drills", Now: time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC), Stale: time.Hour})
	require.NoError(t, err)
	return filepath.Join(folder, "index.html")
}

func TestASiteInABrowser(t *testing.T) {
	index := published(t)
	b := browse(t, index)
	for _, width := range []int64{1240, 360, 320} {
		require.NoError(t, chromedp.Do(b, chromedp.EmulateViewport(width, 900)))
		require.LessOrEqual(t, eval[int64](t, b, `document.documentElement.scrollWidth`), width, "scrolls sideways")
	}
	require.Empty(t, eval[[]string](t, b, overlaps), "a mark on the words over a picture")
	bothThemes(t, b)
	require.Equal(t, []string{"2px"}, eval[[]string](t, b, `Array.from(new Set(Array.from(document.querySelectorAll(".trends .line")).map(l => getComputedStyle(l).strokeWidth)))`), "a line in a picture of 124")
	if to := os.Getenv("ERIS_TEST_PICTURES"); to != "" {
		for _, theme := range []string{"light", "dark"} {
			b.media(t, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}})
			require.NoError(t, chromedp.Do(b, chromedp.EmulateViewport(1240, 900)))
			picture, err := chromedp.Run(b, chromedp.Screenshot(chromedp.CSS("main")))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(to, "site-"+theme+".png"), picture, 0o644))
		}
	}
	b.quiet(t)
}

func TestRunsOfASiteAreFiltered(t *testing.T) {
	b := browse(t, published(t))
	const shown = `Array.from(document.querySelectorAll("#rows tr")).filter(r => !r.hidden).length`
	all := eval[int64](t, b, shown)
	require.EqualValues(t, 12, all)
	choose := func(words, verdict string) int64 {
		require.True(t, eval[bool](t, b, `(words.value = "`+words+`", verdict.value = "`+verdict+`", words.dispatchEvent(new Event("input")), true)`))
		return eval[int64](t, b, shown)
	}
	require.EqualValues(t, 6, choose("", "fail"))
	require.EqualValues(t, 0, choose("nothing-like-it", ""))
	require.Equal(t, "0 of 12 runs", eval[string](t, b, `document.getElementById("shown").textContent`))
	require.EqualValues(t, 6, choose("PARTITION debian", ""), "all words, in any case, also of what was tested")
	require.EqualValues(t, 12, choose("", ""))
	only := func(of, value string) int64 {
		require.True(t, eval[bool](t, b, `(c => (c.value = "`+value+`", c.dispatchEvent(new Event("change")), c.value === "`+value+`"))(document.querySelector("select[data-of=`+of+`]"))`), "it is one of the choices")
		return eval[int64](t, b, shown)
	}
	require.EqualValues(t, 6, only("fault", "network.partition"))
	require.EqualValues(t, 12, only("fault", ""))
	require.Empty(t, eval[string](t, b, `document.getElementById("shown").textContent`))
	b.quiet(t)
}
