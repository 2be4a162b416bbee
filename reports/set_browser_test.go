//go:build page

package reports_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/reports"
)

// The pages of a comparison and of a set are held to what that of a run is: both themes,
// narrow, zoomed, on paper, nothing asked for, and each link leads somewhere.
func TestPagesOfSetsInABrowser(t *testing.T) {
	folder := t.TempDir()
	a, b := beforeAndAfter()
	laid(t, filepath.Join(folder, `a:b"?#%41 ü`), a)
	laid(t, folder, b)
	c, err := reports.Compare(a, b, false)
	require.NoError(t, err)
	for name, text := range map[string]string{
		"comparison": htmlOf(t, func(to *bytes.Buffer) error { return c.WriteHTML(to, folder) }),
		"set":        htmlOf(t, func(to *bytes.Buffer) error { return b.WriteHTML(to, folder) }),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(folder, name+".html")
			require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
			tab := browse(t, path)
			bothThemes(t, tab)
			noSidewaysScroll(t, tab)
			printed(t, tab, 4)
			require.NoError(t, chromedp.Do(tab, chromedp.EmulateViewport(1240, 900)))
			require.Empty(t, eval[[]string](t, tab, `Array.from(document.querySelectorAll('a[href^="#"]')).map(a => a.getAttribute("href").slice(1)).filter(id => !document.getElementById(id))`))
			if to := os.Getenv("ERIS_TEST_PICTURES"); to != "" {
				for _, theme := range []string{"light", "dark"} {
					tab.media(t, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}})
					picture, err := chromedp.Run(tab, chromedp.Screenshot(chromedp.CSS("main")))
					require.NoError(t, err)
					require.NoError(t, os.WriteFile(filepath.Join(to, name+"-"+theme+".png"), picture, 0o644))
				}
				tab.media(t, emulation.SetEmulatedMediaParams{})
			}
			tab.quiet(t)
			for n := range eval[[]string](t, tab, `Array.from(document.querySelectorAll("#runs a")).map(a => a.href)`) {
				to := eval[string](t, tab, `document.querySelectorAll("#runs a")[`+string('0'+rune(n))+`].href`)
				require.NoError(t, chromedp.Do(tab, chromedp.Navigate(to)), "it is there")
				require.NoError(t, chromedp.Do(tab, chromedp.Navigate(tab.address)))
			}
		})
	}
}
