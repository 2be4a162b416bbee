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
	return figures{
		arrivals: arrivals{due: 400}, held: arrivals{due: 200, errors: map[string]int{}},
		median: 20 * time.Millisecond, p99: 60 * time.Millisecond, slowest: 100 * time.Millisecond,
	}
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
		"few errors":           {func(sim, _ *figures) { sim.held.errors["http_5xx"] = 4 }, nil},
		"errors on one":        {func(sim, _ *figures) { sim.held.errors["http_5xx"] = 5 }, []string{"errors http_5xx against none"}},
		"errors of one class":  {func(sim, lab *figures) { sim.held.errors["connect"], lab.held.errors["connect"] = 5, 15 }, nil},
		"a near share":         {func(sim, lab *figures) { sim.held.errors["connect"], lab.held.errors["connect"] = 50, 100 }, nil},
		"another share":        {func(sim, lab *figures) { sim.held.errors["connect"], lab.held.errors["connect"] = 5, 50 }, []string{"2 % of all fail against 25 %"}},
		"errors mostly of one": {func(sim, lab *figures) {
			sim.held.errors["connect"], lab.held.errors["connect"], lab.held.errors["timeout"] = 20, 50, 2
		}, nil},
		"errors of another class":   {func(sim, lab *figures) { sim.held.errors["timeout"], lab.held.errors["connect"] = 9, 9 }, []string{"errors timeout against connect"}},
		"nothing was due on a side": {func(sim, _ *figures) { sim.held.due = 0 }, []string{"errors nothing was due against none"}},
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
		{name: "alike", seen: map[string][]figures{"simulation": {calm()}, "lab": {calm()}}},
		{name: "half", seen: map[string][]figures{"simulation": {damaged}}, missing: map[string]string{"lab": "no nova-api there"}},
	}
	var page bytes.Buffer
	require.NoError(t, writeMarkdown(&page, rows))
	require.Equal(t, `| probe | on | median | p99 | slowest | errors while held | errors | outage | true? |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| alike | simulation | 20 ms | 60 ms | 100 ms | 0 of 200 | 0 of 400 | none | |
| | lab | 20 ms | 60 ms | 100 ms | 0 of 200 | 0 of 400 | none | yes |
| half | simulation | – | – | – | the record is damaged | – | – | |
| | lab | – | – | – | no nova-api there | – | – | not known |
`, page.String())
	var text bytes.Buffer
	require.NoError(t, writeText(&text, rows, true))
	require.Contains(t, text.String(), "true?       yes")
}

func TestOfSeveralRunsTheMiddleIsTold(t *testing.T) {
	slow := calm()
	slow.slowest, slow.outage, slow.held.errors = 2*time.Second, 3*time.Second, map[string]int{"connect": 9}
	rows := add(nil, []row{{seen: map[string][]figures{"simulation": {calm()}, "lab": {slow}}, missing: map[string]string{}}})
	for range 2 {
		rows = add(rows, []row{{seen: map[string][]figures{"simulation": {calm()}, "lab": {calm()}}, missing: map[string]string{}}})
	}
	f := middle(rows[0].seen["lab"])
	require.Equal(t, calm().slowest, f.slowest)
	require.Zero(t, f.outage)
	require.Equal(t, 600, f.held.due)
	require.Equal(t, 9, f.held.failed(), "arrivals are counted together")
	require.Equal(t, 1200, f.due)
	require.Equal(t, "yes", rows[0].truth())

	rows = add(rows, []row{{seen: map[string][]figures{}, missing: map[string]string{"lab": "it could not be measured"}}})
	require.Equal(t, "not known", rows[0].truth(), "a run that is missing is not passed over")
}
