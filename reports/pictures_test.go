//go:build page

package reports_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
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
// a part that a page has, as it is now: by a sum of the part's text and structure, which was kept
// when the picture was taken. With UPDATE it takes them anew; their bytes differ from one version
// of Chromium to the next, so they are not compared.
func TestPicturesOfTheDocs(t *testing.T) {
	b := open(t, "failing")
	text, err := os.ReadFile("../docs/reading-a-report.md")
	require.NoError(t, err)
	const folder, sums = "../docs/reading-a-report", "testdata/pictures.json"
	kept, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, kept, len(pictured()))
	now := map[string]string{}
	for name, selector := range pictured() {
		require.Contains(t, string(text), "(reading-a-report/"+name+".png)")
		now[name] = fmt.Sprintf("%x", sha256.Sum256([]byte(eval[string](t, b, `document.querySelector("`+selector+`").outerHTML`))))
		if os.Getenv("UPDATE") != "" {
			picture, err := chromedp.Run(b, chromedp.Screenshot(chromedp.CSS(selector)))
			require.NoError(t, err, selector)
			require.NoError(t, os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644))
		}
		info, err := os.Stat(filepath.Join(folder, name+".png"))
		require.NoError(t, err)
		require.Positive(t, info.Size())
	}
	if os.Getenv("UPDATE") != "" {
		text, err := json.MarshalIndent(now, "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(sums, append(text, '\n'), 0o644))
	}
	old, err := os.ReadFile(sums)
	require.NoError(t, err)
	var then map[string]string
	require.NoError(t, json.Unmarshal(old, &then))
	require.Equal(t, then, now, "the page has changed; run: UPDATE=1 go test -tags page -run Pictures ./reports, and look at the pictures")
}
