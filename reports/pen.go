package reports

import (
	"math"
	"strconv"
	"strings"
)

// penScale is how many of a line's units there are to one of the drawing: lines are in whole
// numbers of tenths, in a group that is scaled by 1/penScale.
const penScale = 10

// pen draws lines that break where there is no data, in few letters: each place is told by
// how far it is from the one before, and what lies on one level is a single stroke. So most
// of a page's size is no more than the figures themselves need.
type pen struct {
	b      strings.Builder
	down   bool
	x, y   int // where it is
	level  int // how far it has come on one level, which is not written yet
	letter byte
}

// to draws to a place, or begins there: the first time in whole, then by how far it is away.
func (p *pen) to(x, y float64) {
	toX, toY := int(math.Round(x*penScale)), int(math.Round(y*penScale))
	dx, dy := toX-p.x, toY-p.y
	switch {
	case !p.down && (p.b.Len() == 0 || p.letter == 'z'): // which goes back to somewhere else
		p.write('M', toX, toY)
	case !p.down:
		p.flush()
		p.write('m', dx, dy)
	case dx == 0 && dy == 0:
	case dy == 0:
		if (dx > 0) != (p.level > 0) {
			p.flush()
		}
		p.level += dx
	case dx == 0 && dy != 0:
		p.flush()
		p.write('v', dy)
	default:
		p.flush()
		p.write('l', dx, dy)
	}
	p.x, p.y, p.down = toX, toY, true
}

func (p *pen) lift() { p.down = false }

// shut draws back to where the line began, and lifts.
func (p *pen) shut() {
	p.flush()
	p.write('z')
	p.lift()
}

func (p *pen) flush() {
	if p.level != 0 {
		level := p.level
		p.level = 0
		p.write('h', level)
	}
}

// write leaves out a letter that is that of the numbers before, and a space that a sign
// stands for. After M the letter is another one: more numbers would be a line to a place.
func (p *pen) write(letter byte, numbers ...int) {
	same := letter == p.letter && letter != 'M' && letter != 'm' && letter != 'z'
	if !same {
		p.b.WriteByte(letter)
	}
	for i, n := range numbers {
		if n >= 0 && (i > 0 || same) {
			p.b.WriteByte(' ')
		}
		p.b.WriteString(strconv.Itoa(n))
	}
	p.letter = letter
}

// path is what was drawn.
func (p *pen) path() string {
	p.flush()
	return p.b.String()
}
