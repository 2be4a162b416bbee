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

// A place without a neighbour is a dot of its own, by a line of no length: also the last one, one
// between two lines, and one that is there twice.
func TestAPenDrawsADotWhereThereIsNoLine(t *testing.T) {
	p := &pen{}
	for _, at := range [][2]float64{{1, 2}, {3, 4}, {4, 5}, {6, 7}, {6, 7.01}, {9, 7}} {
		if at != [2]float64{4, 5} && at != [2]float64{6, 7.01} {
			p.lift()
		}
		p.to(at[0], at[1])
	}
	lines, dots := p.paths()
	require.Equal(t, "M30 40l10 10", lines)
	require.Equal(t, "M10 20h0m50 50h0m30 0h0", dots)
	require.Equal(t, "M1 2L1 2M6 7L6 7M9 7L9 7", Drawn(dots))
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
	got, none := p.paths()
	require.Empty(t, none)
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
	lines, none := level.paths()
	require.Equal(t, "M0 200h990v50h10m1000-180h20", lines)
	require.Equal(t, "M0 20L99 20L99 25L100 25M200 7L202 7", Drawn(lines))
	require.Empty(t, none)
	band := &pen{}
	for _, at := range [][2]float64{{0, 1}, {1, 1}, {2, 2}, {2, 4}, {1, 4}, {0, 4}} {
		band.to(at[0], at[1])
	}
	band.shut()
	band.to(5, 5)
	band.to(6, 5)
	lines, _ = band.paths()
	require.Equal(t, "M0 10h10l10 10v20h-20zM50 50h10", lines)
	require.Equal(t, "M10 10l10 20-5-30 5 30", func() string {
		p := &pen{}
		for _, at := range [][2]float64{{1, 1}, {2, 3}, {1.5, 0}, {2, 3}} {
			p.to(at[0], at[1])
		}
		lines, _ := p.paths()
		return lines
	}(), "letters and spaces that nobody needs are left out")
}
