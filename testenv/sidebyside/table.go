package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// target is how many times sooner Eris has to be.
const target = 20

func heading(out io.Writer, p *place, packages string) {
	fmt.Fprintf(out, "kill of %s, until the last of them was struck\n%d processors for all, load average %s\n%s\n",
		p, runtime.NumCPU(), load(), packages)
}

// load is this machine's load average over a minute.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "not known"
	}
	average, _, _ := strings.Cut(string(text), " ")
	return average
}

// row is one line of the table.
type row struct {
	what string
	tool string
	of   func(strike) time.Duration
}

func rows() []row {
	returned := func(s strike) time.Duration { return s.returned.Sub(s.command) }
	return []row{
		{"command to the last node struck", eris, strike.last},
		{"command to the last node struck", named, strike.last},
		{"command to the last node struck", discovered, strike.last},
		{"the same, with preflight and arming before it", eris, strike.whole},
		{"command until the call has returned", eris, returned},
		{"command until the call has returned", named, returned},
		{"command until the call has returned", discovered, returned},
	}
}

// write prints the table, and by how much Eris was sooner.
func write(out io.Writer, results map[string][]strike) error {
	t := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "\ttool\tstrikes\tmedian\tfastest\tslowest")
	for _, r := range rows() {
		d := sorted(results[r.tool], r.of)
		fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%s\t%s\n", r.what, r.tool, len(d), ms(median(d)), ms(d[0]), ms(d[len(d)-1]))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	ours := median(sorted(results[eris], strike.last))
	for _, their := range []string{named, discovered} {
		times := ratio(median(sorted(results[their], strike.last)), ours)
		fmt.Fprintf(out, "sooner than %s, by the medians: %.1f times: %s\n", their, times, verdict(times))
	}
	whole := ratio(median(sorted(results[named], strike.last)), median(sorted(results[eris], strike.whole)))
	_, err := fmt.Fprintf(out, "preflight and arming counted as well, sooner than %s: %.1f times\nload average at the end %s\n", named, whole, load())
	return err
}

func verdict(times float64) string {
	if times >= target {
		return fmt.Sprintf("met (>= %d)", target)
	}
	return fmt.Sprintf("MISSED (>= %d)", target)
}

func sorted(strikes []strike, of func(strike) time.Duration) []time.Duration {
	var all []time.Duration
	for _, s := range strikes {
		all = append(all, of(s))
	}
	slices.Sort(all)
	return all
}

// median of a sorted list; of an even number the mean of the middle two.
func median(d []time.Duration) time.Duration {
	return (d[(len(d)-1)/2] + d[len(d)/2]) / 2
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond)) }
