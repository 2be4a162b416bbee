package main

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// calm is what a probe shows when nothing is broken.
func calm() figures {
	return figures{due: 200, median: 20 * time.Millisecond, p99: 60 * time.Millisecond, slowest: 100 * time.Millisecond, errors: map[string]int{}}
}

func TestTheRule(t *testing.T) {
	for name, c := range map[string]struct {
		change func(sim, lab *figures)
		want   []string
	}{
		"alike":                {func(*figures, *figures) {}, nil},
		"a near median":        {func(sim, _ *figures) { sim.median = 34 * time.Millisecond }, nil},
		"twice the median":     {func(_, lab *figures) { lab.median = 40 * time.Millisecond }, nil},
		"another median":       {func(_, lab *figures) { lab.median = 80 * time.Millisecond }, []string{"median 20 ms against 80 ms"}},
		"a slow call":          {func(_, lab *figures) { lab.slowest = 2300 * time.Millisecond }, []string{"slowest 100 ms against 2.3 s"}},
		"an outage on one":     {func(_, lab *figures) { lab.outage = 4 * time.Second }, []string{"outage none against 4.0 s"}},
		"outages of one kind":  {func(sim, lab *figures) { sim.outage, lab.outage = 2*time.Second, 5*time.Second }, nil},
		"outages of two kinds": {func(sim, lab *figures) { sim.outage, lab.outage = 2*time.Second, 7*time.Second }, []string{"outage 2.0 s against 7.0 s"}},
		"a silence by chance":  {func(sim, _ *figures) { sim.outage = 400 * time.Millisecond }, nil},
		"few errors":           {func(sim, _ *figures) { sim.errors["http_5xx"] = 4 }, nil},
		"errors on one":        {func(sim, _ *figures) { sim.errors["http_5xx"] = 5 }, []string{"errors http_5xx against none"}},
		"errors of one class":  {func(sim, lab *figures) { sim.errors["connect"], lab.errors["connect"] = 5, 50 }, nil},
		"errors mostly of one": {func(sim, lab *figures) {
			sim.errors["connect"], lab.errors["connect"], lab.errors["timeout"] = 5, 50, 2
		}, nil},
		"errors of another class":   {func(sim, lab *figures) { sim.errors["timeout"], lab.errors["connect"] = 9, 9 }, []string{"errors timeout against connect"}},
		"nothing was due on a side": {func(sim, _ *figures) { sim.due = 0 }, []string{"errors nothing was due against none"}},
	} {
		t.Run(name, func(t *testing.T) {
			sim, lab := calm(), calm()
			c.change(&sim, &lab)
			require.Equal(t, c.want, lies(sim, lab))
		})
	}
}

func TestTheTableSaysWhatIsNotKnown(t *testing.T) {
	damaged := calm()
	damaged.damage = errors.New("cut off")
	rows := []row{
		{name: "alike", seen: map[string]figures{"simulation": calm(), "lab": calm()}},
		{name: "half", seen: map[string]figures{"simulation": damaged}, missing: map[string]string{"lab": "no nova-api there"}},
	}
	var page bytes.Buffer
	require.NoError(t, writeMarkdown(&page, rows))
	require.Equal(t, `| probe | on | median | p99 | slowest | errors | outage | true? |
| --- | --- | --- | --- | --- | --- | --- | --- |
| alike | simulation | 20 ms | 60 ms | 100 ms | 0 of 200 | none | |
| | lab | 20 ms | 60 ms | 100 ms | 0 of 200 | none | yes |
| half | simulation | – | – | – | the record is damaged | – | |
| | lab | – | – | – | no nova-api there | – | not known |
`, page.String())
	var text bytes.Buffer
	require.NoError(t, writeText(&text, rows, true))
	require.Contains(t, text.String(), "true?       yes")
}
