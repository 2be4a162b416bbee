//go:build page

package reports_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// held are the records whose pages are held to all of it.
func held() map[string]func() kpi.Record {
	return map[string]func() kpi.Record{
		"pass": example.Passing, "fail": example.Failing, "unknown": example.Unknown, "cut off": example.CutOff,
		"three loads": example.Three, "four loads and 36 lines of signals": busy,
		"no fault": example.Calm, "12 faults": example.Twelve, "8 hours, 10^6 operations": example.Long,
		"texts of others": func() kpi.Record {
			return everywhere(`<script>document.title = "ran"</script>"'` + "\u202e" + strings.Repeat("unbroken", 40))
		},
		"operations": func() kpi.Record {
			return parted(func(n int64) string { return fmt.Sprintf("test.of.something.%d", n%300) })
		},
	}
}

// sheets are how many a page may have on paper: a fault has a row, a promise, and gaps.
func sheets(name string) int {
	switch name {
	case "12 faults":
		return 10
	case "three loads":
		return 10
	case "four loads and 36 lines of signals": // and twelve faults
		return 14
	case "texts of others": // which are long
		return 20
	case "8 hours, 10^6 operations": // and 24 faults
		return 18
	}
	return 7
}

func TestRecordsInABrowser(t *testing.T) {
	for name, record := range held() {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "report.html")
			require.NoError(t, os.WriteFile(path, []byte(page(t, record())), 0o644))
			b := browse(t, path)
			t.Run("light and dark", func(t *testing.T) { bothThemes(t, b) })
			t.Run("narrow and zoomed", func(t *testing.T) { noSidewaysScroll(t, b) })
			t.Run("reading order", func(t *testing.T) { readingOrder(t, b) })
			t.Run("keyboard only", func(t *testing.T) { keyboardOnly(t, b) })
			t.Run("A4 landscape", func(t *testing.T) { printed(t, b, sheets(name)) })
			b.quiet(t)
		})
	}
}

// faint lists texts that are shown with a contrast under 4.5 to what is behind them, by
// WCAG's definition, or that what is behind them shines through. Text of a picture is held against the page's ground, which is behind
// all of it but the fields of faults (TestContrast has these).
const faint = `(() => {
	const parts = c => { const m = c.match(/[\d.]+/g).map(Number); return {rgb: m.slice(0, 3), a: m.length > 3 ? m[3] : 1} }
	const light = rgb => rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0)
	const ground = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c.a > 0) return c.rgb } return [255, 255, 255] }
	const out = []
	let seen = 0
	for (const e of document.querySelectorAll("body *")) {
		if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue
		if (["SCRIPT", "STYLE", "title", "desc"].includes(e.tagName) || !e.getClientRects().length) continue
		const style = getComputedStyle(e), ink = e instanceof SVGElement ? style.fill : style.color
		if (style.visibility === "hidden") continue
		const a = light(parts(ink).rgb), b = light(ground(e))
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
		seen++
		let opacity = e instanceof SVGElement ? +style.fillOpacity : 1
		for (let at = e; at; at = at.parentElement) opacity *= getComputedStyle(at).opacity
		if (ratio < 4.5 || parts(ink).a * opacity < 1) out.push(e.tagName + " " + e.textContent.trim().slice(0, 40) + ": " + ratio.toFixed(2))
	}
	return seen > 40 ? out : ["only " + seen + " texts were seen"]
})()`

func bothThemes(t *testing.T, b *browser) {
	t.Helper()
	for _, theme := range []string{"light", "dark"} {
		b.media(t, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}})
		require.Empty(t, eval[[]string](t, b, faint), theme)
	}
	b.media(t, emulation.SetEmulatedMediaParams{})
}

// noSidewaysScroll: at 200 % a window of 1240 has 620 of the page's pixels.
func noSidewaysScroll(t *testing.T, b *browser) {
	t.Helper()
	for _, width := range []int64{1240, 620, 360, 320} {
		require.NoError(t, chromedp.Do(b, chromedp.EmulateViewport(width, 900, chromedp.EmulateScale(float64(min(2, 1240/width))))))
		require.LessOrEqual(t, eval[int64](t, b, `document.documentElement.scrollWidth`), width, "scrolls sideways")
		require.Empty(t, eval[[]string](t, b, `[...document.querySelectorAll("h1, h2, h3, p, dt, dd, li, summary, .card")].filter(e => e.getClientRects().length && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline" && getComputedStyle(e).overflowX !== "auto").map(e => e.tagName + " " + e.textContent.slice(0, 40))`), "cut at %d", width)
		if width < 600 {
			require.Empty(t, eval[[]string](t, b, `[...document.querySelectorAll(".scroll:has(table.stack)")].filter(e => e.getClientRects().length && e.scrollWidth > e.clientWidth + 1).map(e => e.getAttribute("aria-label") + " " + e.scrollWidth)`), "prose scrolls sideways at %d", width)
		}
	}
	require.NoError(t, chromedp.Do(b, chromedp.EmulateViewport(1240, 900)))
}

// readingOrder is of the tree that a screen reader is given: the verdict, the cards, the
// objectives, and the timeline's picture with its description in words.
func readingOrder(t *testing.T, b *browser) {
	t.Helper()
	tree, err := chromedp.Call(b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	require.NoError(t, err)
	nodes := map[accessibility.NodeID]*accessibility.Node{}
	for _, n := range tree.Nodes {
		nodes[n.NodeID] = n
	}
	var words []string
	var walk func(n *accessibility.Node)
	walk = func(n *accessibility.Node) {
		if !n.Ignored && n.Role != nil && n.Name != nil {
			role, name := text(n.Role), text(n.Name)
			if role == "heading" || role == "StaticText" || role == "image" {
				words = append(words, role+" "+name)
			}
			if role == "image" {
				require.Greater(t, len(name), 60, "the picture is not described: %q", name)
			}
		}
		for _, id := range n.ChildIDs {
			walk(nodes[id])
		}
	}
	walk(tree.Nodes[0])
	said := strings.Join(words, "\n")
	at := -1
	for _, want := range []string{`heading +(fail|pass|unknown) `, `StaticText Availability`, `StaticText Worst time to recover`, `StaticText Measurement quality`, `heading Objectives`, `heading Timeline`, `image Timeline of .*Response time, errors and throughput over`, `heading Faults and recovery`, `heading Gaps`, `heading Data quality`, `heading Reproduce`} {
		found := regexp.MustCompile(`(?mi)^` + want).FindStringIndex(said[at+1:])
		require.NotNil(t, found, "%q is not read after what comes before it:\n%s", want, said)
		at += 1 + found[0]
	}
}

// text is a value that is one.
func text(v *accessibility.Value) string {
	var s string
	_ = json.Unmarshal(v.Value, &s) // of a number or none: empty
	return s
}

// keyboardOnly walks through the page by Tab: everything that can be used is come to, in
// the order of the page, and is seen to have the focus. Enter opens what is closed.
func keyboardOnly(t *testing.T, b *browser) {
	t.Helper()
	b.show(t, 1240, b.address)
	all := eval[[]string](t, b, `(window.stops = [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")].filter(e => e.checkVisibility())).map(e => e.tagName + " " + (e.getAttribute("aria-label") || e.id || e.textContent).slice(0, 30))`)
	require.Greater(t, len(all), 8)
	for i, what := range all {
		require.NoError(t, chromedp.Do(b, chromedp.KeyEvent("\t")))
		require.Equal(t, int64(i), eval[int64](t, b, `window.stops.indexOf(document.activeElement)`), "Tab does not come to %s, but to %s", what, eval[string](t, b, `document.activeElement.outerHTML.slice(0, 100)`))
		require.True(t, eval[bool](t, b, `(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 })()`), "%s has the focus, and it is not seen", what)
	}
	require.NoError(t, chromedp.Do(b, chromedp.Focus(chromedp.CSS("#chart")), chromedp.KeyEvent(kb.End)))
	require.Regexp(t, `^\d+:\d\d`, eval[string](t, b, `document.getElementById("readout").textContent`))
	require.NoError(t, chromedp.Do(b, chromedp.Focus(chromedp.CSS("summary")), chromedp.KeyEvent("\r")))
	require.True(t, eval[bool](t, b, `document.querySelector("summary").parentElement.open`))
	require.NoError(t, chromedp.Do(b, chromedp.KeyEvent("\r")))
	require.NoError(t, chromedp.Do(b, chromedp.Focus(chromedp.CSS(`nav a[href="#quality"]`)), chromedp.KeyEvent("\r")))
	require.Equal(t, "#quality", eval[string](t, b, `location.hash`))
}

// torn lists what of the timeline's picture is torn on paper: pictures that are higher than a sheet
// of A4, or than it with a heading has room for, or that may be broken; panels that are not whole on
// one of them; and pictures without the axis.
const torn = `(() => {
	if (!document.querySelector("#timeline")) return [] // a page of several runs has none
	const out = [], shown = [...document.querySelectorAll("#timeline .chart > svg")].filter(e => e.getBoundingClientRect().height > 0)
	const parts = []
	for (const [i, e] of shown.entries()) {
		const height = e.getBoundingClientRect().height
		if (height > (i ? 718 : 718 - 60)) out.push("a picture is " + height + " high")
		if (getComputedStyle(e).breakInside !== "avoid") out.push("a picture may be broken")
		const own = e.id === "chart", part = own ? e : e.querySelector("svg"), view = part?.viewBox.baseVal
		if (!own && !e.querySelector('use[href="#axis"]')) out.push("a picture has no axis")
		if (!own && Math.abs(part.height.baseVal.value - view.height) > 0.1) out.push("a picture shows more than its part")
		if (!own && Math.abs(parseFloat(getComputedStyle(part).height) - view.height) > 0.1) out.push("a picture's part is drawn " + getComputedStyle(part).height + " high, and is " + view.height)
		parts.push({from: view.y, to: view.y + view.height})
	}
	const panels = [...document.querySelectorAll("#chart .panel")]
	for (const p of panels) {
		const box = p.getBBox()
		if (parts.filter(s => box.y >= s.from && box.y + box.height <= s.to + 14).length !== 1) out.push(p.querySelector(".title").textContent + " is not whole on one sheet")
	}
	return panels.length && shown.length ? out : ["no panels, or no pictures"]
})()`

// printed: all sheets are A4 in landscape, and no column is cut.
func printed(t *testing.T, b *browser, sheets int) {
	t.Helper()
	pdf, err := chromedp.Run(b, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
	require.NoError(t, err)
	boxes := regexp.MustCompile(`/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]`).FindAllSubmatch(pdf, -1)
	require.NotEmpty(t, boxes)
	for _, box := range boxes {
		require.Regexp(t, `^84[12](\.\d+)? 59[456](\.\d+)?$`, fmt.Sprintf("%s %s", box[1], box[2]), "points of A4 in landscape")
	}
	pages := bytes.Count(pdf, []byte("/Type /Page\n")) + bytes.Count(pdf, []byte("/Type /Page/"))
	require.Positive(t, pages)
	require.LessOrEqual(t, pages, sheets)
	b.media(t, emulation.SetEmulatedMediaParams{Media: "print"})
	require.NoError(t, chromedp.Do(b, chromedp.EmulateViewport(1046, 700))) // A4 in landscape less its margins
	require.Empty(t, eval[[]string](t, b, `[...document.querySelectorAll(".scroll, pre")].filter(e => e.getClientRects().length && e.scrollWidth > e.clientWidth + 1).map(e => e.getAttribute("aria-label") || e.textContent.slice(0, 40))`), "cut columns")
	require.Empty(t, eval[[]string](t, b, `[...document.querySelectorAll("thead th")].filter(e => e.getClientRects().length).flatMap(e => {
		const text = e.firstChild, range = document.createRange(), out = []
		for (const m of (text?.data ?? "").matchAll(/[^\s-]+/g)) {
			if (m[0].includes("\u00ad")) continue
			range.setStart(text, m.index)
			range.setEnd(text, m.index + m[0].length)
			if (new Set([...range.getClientRects()].filter(r => r.width > 1).map(r => r.top)).size > 1) out.push(m[0])
		}
		return out
	})`), "words of a head in two")
	require.Empty(t, eval[[]string](t, b, torn), "pictures that do not stand whole on sheets")
	require.Zero(t, eval[int64](t, b, `[...document.querySelectorAll("details")].filter(e => e.getClientRects().length && !e.open).length`), "what nobody can open on paper is not there")
	b.media(t, emulation.SetEmulatedMediaParams{})
}
