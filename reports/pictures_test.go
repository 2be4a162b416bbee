//go:build page

package reports_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// pictured are the parts of a page that docs/reading-a-report.md shows, by the names of
// their pictures.
func pictured() map[string]string {
	return map[string]string{
		"head": "header", "cards": ".cards", "objectives": "#objectives", "timeline": "#timeline", "faults": "#faults",
		"baseline": "#baseline", "errors": "#errors", "gaps": "#gaps", "tested": "#tested",
	}
}

// TestPicturesOfTheDocs holds that each picture of the page that explains a report is one of
// a part that a page has. With UPDATE it takes them anew; their bytes differ from one
// version of Chromium to the next, so they are not compared.
func TestPicturesOfTheDocs(t *testing.T) {
	b := open(t, "failing")
	text, err := os.ReadFile("../docs/reading-a-report.md")
	require.NoError(t, err)
	folder := "../docs/reading-a-report"
	kept, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, kept, len(pictured()))
	for name, selector := range pictured() {
		picture, err := chromedp.Run(b, chromedp.Screenshot(chromedp.CSS(selector)))
		require.NoError(t, err, selector)
		require.Contains(t, string(text), "(reading-a-report/"+name+".png)")
		path := filepath.Join(folder, name+".png")
		if os.Getenv("UPDATE") != "" {
			require.NoError(t, os.WriteFile(path, picture, 0o644))
		}
		old, err := os.ReadFile(path)
		require.NoError(t, err, "run: UPDATE=1 go test -tags page -run Pictures ./reports, and look at it")
		require.InDelta(t, len(old), len(picture), float64(len(old))/2, "%s shows something else; run: UPDATE=1 go test -tags page -run Pictures ./reports, and look at it", name)
	}
}
