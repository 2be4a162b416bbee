//go:build page

package reports_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi/example"
)

// Of many promises the worst stand open, so that the timeline is on the first screen; the
// others are there at a touch of a key, and on paper, also without the script.
func TestManyPromisesFoldAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.html")
	require.NoError(t, os.WriteFile(path, []byte(page(t, example.Long())), 0o644))
	b := browse(t, path)
	const shown = `[...document.querySelectorAll("#objectives tbody tr")].filter(r => r.getClientRects().length).length`
	for _, script := range []bool{true, false} {
		_, err := chromedp.Call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !script})
		require.NoError(t, err)
		b.show(t, 1240, b.address)
		require.EqualValues(t, 6, eval[int64](t, b, shown))
		require.Less(t, eval[float64](t, b, `document.getElementById("chart").getBoundingClientRect().top`), 900.0, "the timeline begins on the first screen")
		require.Equal(t, "show 23 more: 19 fail, 4 pass", eval[string](t, b, `document.querySelector("label[for=all-objectives]").textContent`))
		b.media(t, emulation.SetEmulatedMediaParams{Media: "print"})
		require.EqualValues(t, 29, eval[int64](t, b, shown), "on paper")
		require.False(t, eval[bool](t, b, `document.getElementById("all-objectives").checkVisibility()`))
		b.media(t, emulation.SetEmulatedMediaParams{})
		require.NoError(t, chromedp.Do(b, chromedp.Focus(chromedp.CSS("#all-objectives")), chromedp.KeyEvent(" ")))
		require.EqualValues(t, 29, eval[int64](t, b, shown))
		require.NoError(t, chromedp.Do(b, chromedp.KeyEvent(" ")))
		require.EqualValues(t, 6, eval[int64](t, b, shown))
	}
	b.quiet(t)
}

// unreachable are what is in a picture and can have the focus: a picture has no parts for
// who cannot see it, so that the focus would be nowhere.
const unreachable = `[...document.querySelectorAll('[role="img"] *')].filter(e => e.tabIndex >= 0 || e.matches("a[href]")).map(e => e.tagName + " " + e.textContent)`

func TestNothingInAPictureHasTheFocus(t *testing.T) {
	b := open(t, "failing")
	require.Positive(t, eval[int64](t, b, `document.querySelectorAll('[role="img"]').length`))
	require.Empty(t, eval[[]string](t, b, unreachable))
	for _, fault := range eval[[]string](t, b, `[...document.querySelectorAll("#chart [data-to]")].map(l => l.dataset.to)`) {
		require.NoError(t, chromedp.Do(b, chromedp.Click(chromedp.CSS(fmt.Sprintf("#lane-%s text", fault)))))
		require.Equal(t, "#"+fault, eval[string](t, b, "location.hash"), "who points at a lane is led to the table")
		require.Equal(t, fault, eval[string](t, b, `document.querySelector("tr:target").id`))
	}
	b.quiet(t)

	site := browse(t, published(t))
	require.Empty(t, eval[[]string](t, site, unreachable))
	require.Positive(t, eval[int64](t, site, `document.querySelectorAll("svg a").length`), "what leads to a run's page is in no picture")
}
