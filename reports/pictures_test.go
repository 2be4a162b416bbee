//go:build page

package reports_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// pictured are the parts of a page that docs/reading-a-report.md shows, and of the first page of
// a site (site-) that docs/publishing.md does, by the names of
// their pictures.
func pictured() map[string]string {
	return map[string]string{
		"head": "header", "cards": ".cards", "objectives": "#objectives", "timeline": "#timeline", "faults": "#faults",
		"baseline": "#baseline", "errors": "#errors", "gaps": "#gaps", "tested": "#tested",
		"site-runs": "#runs", "site-matrix": "#matrix", "site-trends": "#trends",
	}
}

// TestPicturesOfTheDocs holds that each picture of the page that explains a report is one of
// a part that a page has, as it is now: by a sum of the part's text and structure and the page's style, which was kept
// when the picture was taken. With UPDATE it takes them anew; their bytes differ from one version
// of Chromium to the next, so they are not compared.
func TestPicturesOfTheDocs(t *testing.T) {
	b, site := open(t, "failing"), browse(t, published(t))
	var text []byte
	for _, page := range []string{"reading-a-report", "publishing"} {
		of, err := os.ReadFile("../docs/" + page + ".md")
		require.NoError(t, err)
		text = append(text, of...)
	}
	const folder, sums = "../docs/reading-a-report", "testdata/pictures.json"
	now := map[string]string{}
	for name, selector := range pictured() {
		b := b
		if strings.HasPrefix(name, "site") {
			b = site
		}
		require.Contains(t, string(text), "(reading-a-report/"+name+".png)")
		// What a part looks like is its own text and structure, and the page's style.
		now[name] = fmt.Sprintf("%x", sha256.Sum256([]byte(eval[string](t, b, `document.querySelector("style").textContent + document.querySelector("`+selector+`").outerHTML`))))
		if os.Getenv("UPDATE") != "" {
			picture, err := chromedp.Run(b, chromedp.Screenshot(chromedp.CSS(selector)))
			require.NoError(t, err, selector)
			require.NoError(t, os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644))
		}
		info, err := os.Stat(filepath.Join(folder, name+".png"))
		require.NoError(t, err)
		require.Positive(t, info.Size())
	}
	kept, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, kept, len(pictured()))
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
