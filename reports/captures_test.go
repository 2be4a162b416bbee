package reports_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// withCaptures is a run of which something was kept.
func withCaptures() *kpi.Analysis {
	rec := example.Failing()
	for _, e := range []record.CaptureEvent{
		{Capture: "wire", Kind: "packets", Node: "ctl-1", State: record.CaptureBegins, Trigger: "after kill is injected at 198.51.100.7", From: 30 * time.Second, To: 40 * time.Second},
		{Capture: "wire", Kind: "packets", Node: "ctl-1", State: record.CaptureKept, From: 30 * time.Second, To: 40 * time.Second, File: "captures/wire.ctl-1.pcap", Bytes: 2048, Has: "20 packets", Cut: "it was over 2048 bytes"},
		{Capture: "around", Kind: "logs", Node: "ctl-2", State: record.CaptureFailed, From: -5 * time.Second, To: 10 * time.Second, Error: "no answer <script>"},
		{Capture: "late", Kind: "logs", State: record.CaptureSkipped, Trigger: "it did not come"},
		{Capture: "odd", Kind: "logs", Node: "ctl-3", State: record.CaptureKept, File: "javascript:alert(1)", Bytes: 1, Has: "1 line"},
		{Capture: "elsewhere", Kind: "logs", Node: "ctl-3", State: record.CaptureKept, File: "logs/eris.log", Bytes: 1, Has: "1 line"},
	} {
		rec.Events = append(rec.Events, record.Event{Capture: &e})
	}
	return kpi.Compute(rec, kpi.Settings{})
}

func TestWhatWasCapturedIsInEveryReport(t *testing.T) {
	a := withCaptures()
	var text, page, mark, hidden bytes.Buffer
	require.NoError(t, reports.WriteText(&text, a, true))
	require.NoError(t, reports.WriteHTML(&page, a))
	require.NoError(t, reports.WriteMarkdown(&mark, a))
	for name, report := range map[string]string{"text": text.String(), "page": page.String(), "markdown": strings.ReplaceAll(mark.String(), `\`, "")} {
		for _, part := range []string{"Captures", "wire", "20 packets, 2 KiB; not all: it was over 2048 bytes", "captures/wire.ctl-1.pcap", "00:30 to 00:40", "-00:05 to 00:10", "failed: no answer", "skipped: its moment did not come"} {
			require.Contains(t, report, part, name)
		}
	}
	require.Contains(t, text.String(), "  wire (packets ctl-1 00:30 to 00:40): 20 packets")
	require.Contains(t, text.String(), "  late (logs): skipped")
	require.Contains(t, page.String(), `<a href="captures/wire.ctl-1.pcap">captures/wire.ctl-1.pcap</a>`)
	require.Contains(t, page.String(), `<a href="#captures">`)
	require.Equal(t, 1, strings.Count(page.String(), `<td><a href="`+"captures/"), "of what Eris writes, and of nothing else")
	require.NotRegexp(t, `href="(?:javascript|logs|#Z)`, page.String())
	require.Less(t, strings.Index(page.String(), `id="timeline"`), strings.Index(page.String(), `id="captures"`), "beside the timeline")
	require.Less(t, strings.Index(page.String(), `id="captures"`), strings.Index(page.String(), `id="faults"`))

	// Each says by name where the files are; the page, that its links lead there from that
	// folder alone, which what is published has none of.
	require.Contains(t, page.String(), "are in the run's folder, <code>"+a.Result.Run+"</code>, for its owner alone")
	require.Contains(t, page.String(), "from a copy elsewhere they lead nowhere")
	require.NotRegexp(t, `href="(?:/|\.\./|\w+:)`, page.String(), "each link of the page is into it, or relative")
	require.Contains(t, text.String(), "Captures, in the run's folder "+a.Result.Run+" and")
	require.Contains(t, mark.String(), "The files are in the run's folder, ` "+a.Result.Run+" `")

	require.NoError(t, reports.NewHiddenView(a, &reports.Hiding{}).WriteHTML(&hidden))
	require.NotContains(t, hidden.String(), "from a copy elsewhere")
	require.NotContains(t, hidden.String(), `href="captures/`, "the files are not published")
	require.NotContains(t, hidden.String(), "198.51.100.7")

	page.Reset()
	require.NoError(t, reports.WriteHTML(&page, kpi.Compute(example.Failing(), kpi.Settings{})))
	require.NotContains(t, page.String(), "aptures")
}
