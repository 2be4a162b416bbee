package reports

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Drawn is a path of a pen as a browser reads it: each place in the drawing's own units, M
// before the first of a line and L before the others.
func Drawn(d string) string {
	var b strings.Builder
	x, y, letter := 0, 0, byte(0)
	parts := regexp.MustCompile(`[A-Za-y]|-?\d+`).FindAllString(d, -1)
	for i := 0; i < len(parts); {
		if c := parts[i][0]; c >= 'A' {
			letter = c
			i++
		}
		number := func() int {
			n, err := strconv.Atoi(parts[i])
			if err != nil {
				panic(err)
			}
			i++
			return n
		}
		op := "L"
		switch letter {
		case 'M':
			x, y, op = number(), number(), "M"
		case 'm':
			x, y, op = x+number(), y+number(), "M"
		case 'h':
			x += number()
		case 'v':
			y += number()
		case 'l':
			x, y = x+number(), y+number()
		default:
			panic(d)
		}
		b.WriteString(op + px(float64(x)/penScale) + " " + px(float64(y)/penScale))
	}
	return b.String()
}

// What a pen draws is where it was told to, to a tenth, however far it is: what is rounded
// does not add up. What lies on one level is one stroke.
func TestAPenDrawsWhereItIsTold(t *testing.T) {
	p, want := &pen{}, ""
	for n := range 400 {
		x, y := float64(n)*10.0/3, 100+float64((n*7919)%997)/7
		if n%50 == 0 {
			p.lift()
		}
		p.to(x, y)
		want += map[bool]string{true: "M", false: "L"}[n%50 == 0] + px(x) + " " + px(y)
	}
	got := p.path()
	require.Equal(t, strings.ReplaceAll(want, "-0", "0"), Drawn(got))
	require.Less(t, len(got), len(want)*7/10)

	level := &pen{}
	for n := range 100 {
		level.to(float64(n), 20)
	}
	level.to(99, 25)
	level.to(100, 25)
	level.lift()
	level.to(200, 7)
	level.to(202, 7)
	require.Equal(t, "M0 200h990v50h10m1000-180h20", level.path())
	require.Equal(t, "M0 20L99 20L99 25L100 25M200 7L202 7", Drawn(level.path()))
	band := &pen{}
	for _, at := range [][2]float64{{0, 1}, {1, 1}, {2, 2}, {2, 4}, {1, 4}, {0, 4}} {
		band.to(at[0], at[1])
	}
	band.shut()
	band.to(5, 5)
	require.Equal(t, "M0 10h10l10 10v20h-20zM50 50", band.path())
	require.Equal(t, "M10 10l10 20-5-30 5 30", func() string {
		p := &pen{}
		for _, at := range [][2]float64{{1, 1}, {2, 3}, {1.5, 0}, {2, 3}} {
			p.to(at[0], at[1])
		}
		return p.path()
	}(), "letters and spaces that nobody needs are left out")
}
