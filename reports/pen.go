package reports

import (
	"math"
	"strconv"
	"strings"
)

// penScale is how many of a line's units there are to one of the drawing: lines are in whole
// numbers of tenths, in a group that is scaled by 1/penScale.
const penScale = 10

// pen draws lines that break where there is no data. A place without a neighbour is no line:
// it is a dot, which is drawn by itself, since a path of a line through it alone shows nothing.
type pen struct {
	lines, dots strokes
	down        bool
	x, y        int  // where it is
	drawn       bool // from there on
}

// to draws to a place, or begins there.
func (p *pen) to(x, y float64) {
	toX, toY := int(math.Round(x*penScale)), int(math.Round(y*penScale))
	switch {
	case !p.down:
		p.down, p.drawn = true, false
	case toX == p.x && toY == p.y:
	default:
		if !p.drawn {
			p.lines.move(p.x, p.y)
		}
		p.lines.line(toX, toY)
		p.drawn = true
	}
	p.x, p.y = toX, toY
}

func (p *pen) lift() {
	if p.down && !p.drawn {
		p.dots.move(p.x, p.y)
		p.dots.write('h', 0)
	}
	p.down = false
}

// shut draws back to where the line began, and lifts.
func (p *pen) shut() {
	if p.drawn {
		p.lines.flush()
		p.lines.write('z')
	}
	p.lift()
}

// paths are what was drawn: of the lines, and of the dots, each of which is a line of no length.
func (p *pen) paths() (lines, dots string) {
	p.lift()
	p.lines.flush()
	return p.lines.b.String(), p.dots.b.String()
}

// strokes are a path in few letters: each place is told by how far it is from the one before,
// and what lies on one level is a single stroke. So most of a page's size is no more than the
// figures themselves need.
type strokes struct {
	b      strings.Builder
	x, y   int // where it is
	level  int // how far it has come on one level, which is not written yet
	letter byte
}

// move begins at a place: the first time in whole, then by how far it is away.
func (s *strokes) move(x, y int) {
	s.flush()
	if s.b.Len() == 0 || s.letter == 'z' { // which goes back to somewhere else
		s.write('M', x, y)
	} else {
		s.write('m', x-s.x, y-s.y)
	}
	s.x, s.y = x, y
}

func (s *strokes) line(x, y int) {
	dx, dy := x-s.x, y-s.y
	switch {
	case dy == 0:
		if (dx > 0) != (s.level > 0) {
			s.flush()
		}
		s.level += dx
	case dx == 0:
		s.flush()
		s.write('v', dy)
	default:
		s.flush()
		s.write('l', dx, dy)
	}
	s.x, s.y = x, y
}

func (s *strokes) flush() {
	if s.level != 0 {
		level := s.level
		s.level = 0
		s.write('h', level)
	}
}

// write leaves out a letter that is that of the numbers before, and a space that a sign
// stands for. After M the letter is another one: more numbers would be a line to a place.
func (s *strokes) write(letter byte, numbers ...int) {
	same := letter == s.letter && letter != 'M' && letter != 'm' && letter != 'z'
	if !same {
		s.b.WriteByte(letter)
	}
	for i, n := range numbers {
		if n >= 0 && (i > 0 || same) {
			s.b.WriteByte(' ')
		}
		s.b.WriteString(strconv.Itoa(n))
	}
	s.letter = letter
}
