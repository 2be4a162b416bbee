//go:build page

package reports_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi/example"
)

// longWords are names as people and programs give them, without a place to break them at.
func longWords() map[string]string {
	return map[string]string{
		"a scenario of Rally": "NovaServers.boot_server_attach_created_volume_and_live_migrate",
		"a digest":            strings.Repeat("0123456789abcdef", 4),
		"wide letters":        strings.Repeat("W", 119),
	}
}

// overlaps lists texts of pictures of which one lies on the other, or beyond the picture.
const overlaps = `(() => {
	const all = [...document.querySelectorAll("svg text")].filter(e => e.getClientRects().length && e.textContent.trim())
	const boxes = all.map(e => e.getBoundingClientRect()), out = []
	for (let i = 0; i < all.length; i++) {
		if (boxes[i].right > all[i].ownerSVGElement.getBoundingClientRect().right + 2) out.push(all[i].textContent.slice(-30) + " beyond the edge")
		for (let j = i + 1; j < all.length; j++) {
			const a = boxes[i], b = boxes[j]
			const w = Math.min(a.right, b.right) - Math.max(a.left, b.left), h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
			if (w > 2 && h > 4) out.push(all[i].textContent.slice(-30) + " / " + all[j].textContent.slice(0, 30) + " " + w.toFixed(0))
		}
	}
	return out
})()`

// However long a word is, tables are as wide as the page, so that what stands last in a row is
// seen; figures and their signs stay in one piece.
func TestLongWordsDoNotWidenATable(t *testing.T) {
	for what, word := range longWords() {
		t.Run(what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "report.html")
			require.NoError(t, os.WriteFile(path, []byte(page(t, everywhere(word))), 0o644))
			b := browse(t, path)
			require.NoError(t, chromedp.Do(b, chromedp.EmulateViewport(1240, 900)))
			require.LessOrEqual(t, eval[int64](t, b, `document.documentElement.scrollWidth`), int64(1240))
			require.Empty(t, eval[[]string](t, b, `[...document.querySelectorAll(".scroll, pre")].filter(e => e.getClientRects().length && e.scrollWidth > e.clientWidth + 1).map(e => (e.getAttribute("aria-label") || e.textContent.slice(0, 40)) + " " + e.scrollWidth + " > " + e.clientWidth)`))
			require.Empty(t, eval[[]string](t, b, overlaps))
			require.Equal(t, []string{word, word, word}, eval[[]string](t, b, `[...document.querySelectorAll(".panel > title")].map(e => e.textContent)`))
			b.quiet(t)
		})
	}
	b := open(t, "failing")
	require.Empty(t, eval[[]string](t, b, overlaps))
	require.Empty(t, eval[[]string](t, b, inTwo), "a usual word is in two")
	path := filepath.Join(t.TempDir(), "three.html")
	require.NoError(t, os.WriteFile(path, []byte(page(t, example.Three())), 0o644))
	require.Contains(t, page(t, example.Three()), "of validations</span>")
	require.Empty(t, eval[[]string](t, browse(t, path), inTwo), "the name of a load is in two")
}

// inTwo lists the usual words of tables that do not stand in one piece.
const inTwo = `[...document.querySelectorAll("th, td")].filter(e => e.getClientRects().length).flatMap(e => {
		const text = document.createTreeWalker(e, NodeFilter.SHOW_TEXT), range = document.createRange(), out = []
		for (let n; n = text.nextNode();) for (const m of n.data.matchAll(/[^\s-]+/g)) {
			if (m[0].includes("\u00ad") || m[0].length > 24) continue
			range.setStart(n, m.index); range.setEnd(n, m.index + m[0].length)
			if (new Set([...range.getClientRects()].filter(r => r.width > 1).map(r => r.top)).size > 1) out.push(e.closest("table").parentElement.getAttribute("aria-label") + ": " + m[0])
		}
		return out
	})`

// The interval under a figure breaks between its two ends, and no unit stands on a line without
// its number.
func TestAUnitStandsBesideItsNumber(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.html")
	require.NoError(t, os.WriteFile(path, []byte(page(t, example.Long())), 0o644))
	b := browse(t, path)
	for _, width := range []int64{1240, 1000, 700} {
		b.show(t, width, b.address)
		require.Positive(t, eval[int64](t, b, `document.querySelectorAll("#faults .n .why:not(.wraps)").length`))
		require.Empty(t, eval[[]string](t, b, `[...document.querySelectorAll("#faults .why:not(.wraps)")].filter(e => e.firstChild?.nodeType === 3 && !e.textContent.startsWith("began")).flatMap(e => {
			const out = []
			for (const m of e.textContent.matchAll(/[\d.\u202f]+\s(ms|s|%)/g)) {
				const range = document.createRange(), text = e.firstChild
				range.setStart(text, m.index)
				range.setEnd(text, m.index + m[0].length)
				if (new Set([...range.getClientRects()].filter(r => r.width > 1).map(r => r.top)).size > 1) out.push(m[0])
			}
			return out
		})`), "at %d", width)
	}
	b.quiet(t)
}
