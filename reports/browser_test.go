//go:build page

package reports_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// browser is a headless Chromium that notes every complaint and every request.
type browser struct {
	context.Context
	address string

	mu         sync.Mutex
	complaints []string
	requests   []string
}

// open shows an example's page.
func open(t *testing.T, name string) *browser {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	require.NoError(t, os.WriteFile(path, []byte(page(t, examples()[name])), 0o644))
	return browse(t, path)
}

// browse shows a page that is a file.
func browse(t *testing.T, path string) *browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("/usr/bin/chromium"), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	allocator, stop := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	t.Cleanup(stop)
	tab, shut := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		require.NoError(t, chromedp.Cancel(tab)) // waits for the process to end
		shut()
	})
	b := &browser{address: (&url.URL{Scheme: "file", Path: path}).String()}
	require.NoError(t, chromedp.Listen(tab, b.note))
	limited, cancel := context.WithTimeout(tab, 3*time.Minute)
	t.Cleanup(cancel)
	b.Context = limited
	_, err := chromedp.Call(b, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	_, err = chromedp.Call(b, log.Enable, cdp.Empty{})
	require.NoError(t, err)
	b.show(t, 1240, b.address)
	return b
}

// show loads an address at a width.
func (b *browser) show(t *testing.T, width int64, address string) {
	t.Helper()
	require.NoError(t, chromedp.Do(b, chromedp.EmulateViewport(width, 900), chromedp.Navigate(address), chromedp.WaitReady(chromedp.CSS("main > :last-child"))))
}

// media sets what the page's media queries see.
func (b *browser) media(t *testing.T, params emulation.SetEmulatedMediaParams) {
	t.Helper()
	_, err := chromedp.Call(b, emulation.SetEmulatedMedia, params)
	require.NoError(t, err)
}

func (b *browser) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, e.Entry.Text)
	case *runtime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, fmt.Sprint("console.", e.Type))
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, e.ExceptionDetails.Text)
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, "blob:") && !strings.HasPrefix(u, "file:") {
			b.requests = append(b.requests, u)
		}
	}
}

func (b *browser) quiet(t *testing.T) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	require.Empty(t, b.complaints)
	require.Empty(t, b.requests, "the page asked for something outside itself")
}

// eval gives the value of an expression in the page.
func eval[T any](t *testing.T, b *browser, expression string) T {
	t.Helper()
	v, err := chromedp.Run(b, chromedp.Evaluate[T](expression))
	require.NoError(t, err, expression)
	return v
}

func TestPageHasTwoThemes(t *testing.T) {
	b := open(t, "failing")
	grounds := map[string]string{}
	for _, theme := range []string{"light", "dark"} {
		b.media(t, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}})
		grounds[theme] = eval[string](t, b, `getComputedStyle(document.body).backgroundColor`)
	}
	require.Equal(t, map[string]string{"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 28)"}, grounds)
	b.quiet(t)
}

func TestCrosshairByKeyboard(t *testing.T) {
	b := open(t, "failing")
	require.NoError(t, chromedp.Do(b, chromedp.Focus(chromedp.CSS("#chart"))))
	read := func(key, modifiers string) string {
		return eval[string](t, b, fmt.Sprintf(`document.getElementById("chart").dispatchEvent(new KeyboardEvent("keydown", {key: %q, shiftKey: %s, bubbles: true})), document.getElementById("readout").textContent`, key, modifiers))
	}
	require.Regexp(t, `^00:00  tokens: p50 \d`, read("Home", "false"))
	require.Regexp(t, `^00:02  `, read("ArrowRight", "false"))
	require.Regexp(t, `^00:22  `, read("ArrowRight", "true"))
	require.Regexp(t, `^00:20  `, read("ArrowLeft", "false"))
	require.Regexp(t, `^19:58  `, read("End", "false"))
	require.Regexp(t, `^19:58  `, read("ArrowRight", "false"), "there is nothing beyond the end")
	require.NotEmpty(t, eval[string](t, b, `document.getElementById("cross").getAttribute("d")`))
	b.quiet(t)
}

func TestLinksIntoThePage(t *testing.T) {
	b := open(t, "failing")
	require.NoError(t, chromedp.Do(b, chromedp.Navigate("about:blank")))
	b.show(t, 1240, b.address+"#t=540-760")
	require.Regexp(t, `^09:00  tokens`, eval[string](t, b, `document.getElementById("readout").textContent`))
	require.InDelta(t, 1012.0*220/1200, eval[float64](t, b, `+document.getElementById("range").getAttribute("width")`), 1)
	missing := eval[[]string](t, b, `Array.from(document.querySelectorAll('a[href^="#"]')).map(a => a.getAttribute("href").slice(1)).filter(id => !document.getElementById(id))`)
	require.Empty(t, missing)
	require.Empty(t, eval[[]string](t, b, `Array.from(document.querySelectorAll('[aria-labelledby]')).flatMap(e => e.getAttribute("aria-labelledby").split(" ")).filter(id => !document.getElementById(id))`))
	b.quiet(t)
}

func TestPageWithoutScript(t *testing.T) {
	b := open(t, "failing")
	_, err := chromedp.Call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(t, err)
	b.show(t, 1240, b.address)
	text, err := chromedp.Run(b, chromedp.Text(chromedp.CSS("main")))
	require.NoError(t, err)
	for _, want := range []string{"Availability of tokens was 97.84 %", "Table of the same data", "eris run keystone-token-storm"} {
		require.Contains(t, text, want)
	}
	require.NotContains(t, text, "Move over the chart", "what needs the script is not offered")
	b.quiet(t)
}

// The tests above must be able to fail: a page that breaks its own policy is
// seen to do so.
func TestABrowserSeesWhatThePolicyForbids(t *testing.T) {
	b := open(t, "passing")
	eval[bool](t, b, `(() => { const i = document.createElement("img"); i.src = "http://127.0.0.1:9/x.png"; document.body.append(i); const d = document.createElement("p"); d.setAttribute("style", "color:red"); document.body.append(d); return true })()`)
	require.Eventually(t, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.complaints) >= 2
	}, 10*time.Second, 20*time.Millisecond)
}
