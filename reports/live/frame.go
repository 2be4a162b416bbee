package live

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// frame is the block: a line a subject, the same lines in every frame of a run
// so that nothing jumps.
func frame(s Snapshot, h *histories, width int) []line {
	lines := []line{head(s, width), phase(s)}
	for _, l := range s.Loads {
		lines = append(lines, loadLine(s, l, width), latencyLine(l, h, sparks(width)), errorLine(l, h, sparks(width)))
	}
	if s.Workers != nil {
		lines = append(lines, workersLine(*s.Workers))
	}
	if s.Over > 0 {
		lines = append(lines, line{key("faults"), {fmt.Sprintf("✓ %d are over", s.Over), good}})
	}
	for i, f := range s.Faults {
		label := "faults"
		if i > 0 || s.Over > 0 {
			label = ""
		}
		lines = append(lines, faultLine(label, f, width))
	}
	checks := line{key("checks"), {fmt.Sprintf("✓ %d", s.Checks.Passed), good}, {"   ", plain}}
	failed := piece{fmt.Sprintf("✗ %d", s.Checks.Failed), plain}
	if s.Checks.Failed > 0 {
		failed.tone = bad
	}
	checks = append(checks, failed, piece{fmt.Sprintf("   … %d", s.Checks.Open), plain})
	if len(s.Outages) > 0 {
		checks = append(checks, piece{"   unexpected outage: " + strings.Join(s.Outages, ", "), bad})
	}
	lines = append(lines, checks)
	if s.Sink != nil {
		lines = append(lines, sinkLine(*s.Sink))
	}
	if s.Notice != "" {
		lines = append(lines, line{{" " + s.Notice, faint}})
	}
	return lines
}

// fit is the block of a terminal of so many rows: where they are too few, faults that are over
// are one line, and if that is not enough lines of the middle are left out. 0: there are enough.
func fit(s Snapshot, h *histories, width, height int) []line {
	lines := frame(s, h, width)
	if height <= 0 || len(lines) < height {
		return lines
	}
	s.Faults = slices.DeleteFunc(slices.Clone(s.Faults), func(f Fault) bool {
		over := f.State == record.Undone || f.State == record.SelfHealed
		if over {
			s.Over++
		}
		return over
	})
	if lines = frame(s, h, width); len(lines) < height {
		return lines
	}
	const foot = 3 // checks, what follows them, and what Ctrl-C does
	room := max(height-2-foot, 1)
	left := len(lines) - room - foot
	if left <= 0 {
		return lines
	}
	more := line{{fmt.Sprintf(" … %d lines more in a taller terminal", left), faint}}
	return slices.Concat(lines[:room], []line{more}, lines[len(lines)-foot:])
}

// sparks is how wide a sparkline may be beside the figures of its line.
func sparks(width int) int {
	if width <= 0 {
		return sparkWidth
	}
	return min(max((width-besideSparks)/2, 4), sparkMost)
}

// sparkMost is how wide a sparkline is at most: a column for every ten seconds of ten minutes.
const sparkMost = 60

// besideSparks is what else stands in the line of latencies, in columns.
const besideSparks = 62

func key(name string) piece { return piece{fmt.Sprintf(" %-8s", name), faint} }

// besideNames is what else stands in the first line, in columns, without the bar.
const besideNames = 30

// bars is how wide the bar is that says how far the run is.
func bars(width int) int {
	if width <= 0 {
		return barWidth
	}
	return min(max(width/4-8, barLeast), barMost)
}

// The widths of the bar, in columns: in a terminal whose own is not known, and the least and most.
const barWidth, barLeast, barMost = 20, 8, 40

func head(s Snapshot, width int) line {
	run, n := "", bars(width)
	if s.Run != "" { // which leads to the record, and so is never cut
		run = " · run " + s.Run[max(len(s.Run)-4, 0):]
	}
	text := []rune(strings.TrimSuffix(s.Scenario+" · "+s.Cloud, " · "))
	if most := max(width-besideNames-n-len([]rune(run)), 8); width > 0 && len(text) > most {
		text = append(text[:most-1:most-1], '…')
	}
	l := line{{" " + string(text) + run + "   ", strong}, {kpi.Clock(s.Elapsed), plain}}
	if s.Total <= 0 {
		return append(l, piece{"  until it is stopped", faint})
	}
	share := min(float64(s.Elapsed)/float64(s.Total), 1)
	return append(l, piece{" / " + kpi.Clock(s.Total) + "  " + bar(share, n), plain}, piece{fmt.Sprintf(" %3d %%", percentDone(s)), plain})
}

// bar is a share as a bar of n columns, in eighths.
func bar(share float64, n int) string {
	eighths := int(share*float64(8*n) + 0.5)
	text := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		text += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return text + strings.Repeat("·", n-len([]rune(text)))
}

func phase(s Snapshot) line {
	text := s.Phase
	if s.PhaseNote != "" {
		text += " " + s.PhaseNote
	}
	if s.Phase == Preflight && len(s.Silent) > 0 {
		text += "   " + silent(s.Silent)
	}
	spent := kpi.Clock(s.PhaseElapsed)
	if s.PhaseTotal > 0 {
		spent += " of " + kpi.Clock(s.PhaseTotal)
	}
	return line{key("phase"), {text, strong}, {"   " + spent, plain}}
}

// loadLine has first what must be seen; where it is too long the load's name is shortened.
func loadLine(s Snapshot, l Load, width int) line {
	out := line{key("load"), {"", strong}}
	if len(s.Loads) > 1 {
		out[1].text = l.Name + "  "
	}
	dropped := piece{fmt.Sprintf("   dropped %s", count(float64(l.Dropped))), plain}
	if l.Dropped > 0 {
		dropped.tone = warn
	}
	rest := piece{fmt.Sprintf("   late %s   in flight %d", kpi.Quantity(l.Late.Seconds(), "s"), l.InFlight), plain}
	switch l.Stage {
	case NotStarted:
		return append(out, piece{string(l.Stage), faint})
	case Ended:
		out = append(out, piece{string(l.Stage), faint}, piece{fmt.Sprintf("   planned %s   ok %s   failed %s",
			count(float64(l.Planned)), count(float64(l.Succeeded)), count(float64(l.Failed))), plain}, dropped)
	default:
		out = append(out, piece{fmt.Sprintf("offered %s   ok %s", kpi.Rate(l.Offered), kpi.Rate(l.OK)), plain}, dropped, rest)
	}
	if width > 0 && out[1].text != "" {
		out[1].text = shortened(l.Name, out.columns()-width) + "  "
	}
	return out
}

func latencyLine(l Load, h *histories, n int) line {
	out := line{key(strings.TrimSpace("p50 " + stretch(l.P50Over)))}
	out = append(out, figures(l.P50, l.BaseP50, h.of(l.Name).p50, n)...)
	out = append(out, piece{fmt.Sprintf(" %7s ", "p99"+strings.TrimSuffix(" "+stretch(l.P99Over), " ")), faint})
	return append(out, figures(l.P99, l.BaseP99, h.of(l.Name).p99, n)...)
}

// usual is the stretch that a percentile is of where nothing else is said.
const usual = 5 * time.Second

// stretch is how long the one of a percentile is that has to be of more answers than the last
// seconds had: 40s; nothing of the usual one.
func stretch(over time.Duration) string {
	if over <= usual {
		return ""
	}
	return fmt.Sprintf("%.0fs", over.Seconds())
}

// figures are a latency now, its history, and its baseline.
func figures(now, base *time.Duration, past []float64, n int) line {
	text, t := "—", plain
	if now != nil {
		text = kpi.Quantity(now.Seconds(), "s")
		if base != nil && *now > 3**base {
			t = warn
		}
	}
	out := line{{fmt.Sprintf("%-8s", text), t}, {sparkline(past, n) + " ", plain}}
	if base != nil {
		out = append(out, piece{"base " + kpi.Quantity(base.Seconds(), "s"), faint})
	}
	return out
}

func errorLine(l Load, h *histories, n int) line {
	t, ratio := plain, "—"
	if l.ErrorRatio != nil {
		if ratio = kpi.Quantity(*l.ErrorRatio, "ratio"); *l.ErrorRatio > 0 {
			t = bad
		}
	}
	out := line{key("errors"), {fmt.Sprintf("%-8s", ratio), t}, {sparkline(h.of(l.Name).errors, n), plain}}
	for _, e := range l.Errors {
		if e.Count > 0 {
			out = append(out, piece{"  " + e.Class.String() + " " + count(float64(e.Count)), plain})
		}
	}
	return out
}

// faultLine is what became of a fault, which is never cut for what it struck: of a line that is
// too long targets are counted, and of what is then too long the name, the kind and the target
// that are left are shortened.
func faultLine(label string, f Fault, width int) line {
	sign, t := sign(f.State)
	out := line{key(label), {sign + " ", t}, {f.Name, t}, {" " + f.Kind, plain}, {"", plain}, {"   " + stateWord(f.State), t}}
	if f.Note != "" {
		out = append(out, piece{", " + f.Note, plain})
		if f.Recovering {
			out[len(out)-1].tone = warn
		}
	}
	struck := &out[4]
	least := 0
	if len(f.Targets) == 1 { // which is not counted, but shortened itself
		least = 1
	}
	for n := len(f.Targets); n >= least; n-- {
		if struck.text = targets(f.Targets, n); width <= 0 || out.columns() <= width {
			return out
		}
	}
	parts := []*piece{&out[3], &out[2]}
	if least == 1 {
		parts = []*piece{struck, &out[3], &out[2]}
	}
	for _, p := range parts {
		p.text = shortened(p.text, out.columns()-width)
	}
	return out
}

// targets are the first n of what was struck, and how many more there are.
func targets(all []string, n int) string {
	text := ""
	if n > 0 {
		text = " " + strings.Join(all[:n], " ")
	}
	if left := len(all) - n; left > 0 {
		text += fmt.Sprintf(" … +%d", left)
	}
	return text
}

// shortened is a text without so many columns of its end, of which a few are left.
func shortened(text string, by int) string {
	const least = 6
	runes := []rune(text)
	if by <= 0 || len(runes) <= least {
		return text
	}
	return string(runes[:max(len(runes)-by-1, least-1)]) + "…"
}

// workersLine says who has joined and who is lost.
func workersLine(w Workers) line {
	out := line{key("workers"), {fmt.Sprintf("%d of %d have joined", w.Joined, w.Wanted), plain}}
	if len(w.Lost) > 0 {
		out = append(out, piece{"   lost " + strings.Join(w.Lost, ", "), bad})
	}
	return out
}

// sinkLine says what a sink has, and what it will not get.
func sinkLine(s Sink) line {
	out := line{key("sink"), {s.Name + "  ", strong}, {fmt.Sprintf("written %s   waiting %s", count(float64(s.Written)), count(float64(s.Waiting))), plain}}
	if missing := s.Lost + s.Unsure; missing > 0 {
		out = append(out, piece{"   lost " + count(float64(missing)), bad})
	}
	if s.Problem != "" {
		out = append(out, piece{"   " + s.Problem, warn})
	}
	return out
}

// sign of a fault's state.
func sign(s record.FaultState) (string, tone) {
	switch s {
	case record.Undone, record.SelfHealed:
		return "✓", good
	case record.Stuck, record.Failed:
		return "✗", bad
	case record.Unknown, record.Refused, record.Skipped, record.Fenced:
		return "?", warn
	case record.Injecting, record.Held, record.Undoing:
		return "▸", strong
	default:
		return "…", faint
	}
}

func stateWord(s record.FaultState) string { return strings.ReplaceAll(string(s), "_", " ") }

func count(x float64) string { return kpi.Quantity(x, "1") }
