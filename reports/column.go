package reports

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Column is a column of figures in the data of a page, nil where there is none. A page has
// some thousands of figures, so that they are packed: a figure, to three digits that count,
// is three letters of the alphabet below, and "*" with two letters stands for as many more of
// the figure before it. It is no string that others may change a part of.
type Column struct{ values []*float64 }

// digits of the numbers that figures are packed as, to the base of 64.
const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// A packed figure is 0 for none, 1 for a zero, and else two more than the sign and twice the
// sum of its three digits, less a hundred, and 900 times its power of ten, less leastPower.
const (
	leastPower = -30
	mostPower  = 100
	mostRepeat = 64*64 - 1
)

// Put adds a figure.
func (c *Column) Put(x *float64) { c.values = append(c.values, x) }

// MarshalJSON gives the packed text.
func (c Column) MarshalJSON() ([]byte, error) { return json.Marshal(c.pack()) }

// UnmarshalJSON reads a packed text: the figures to three digits. What is no such text is an
// error.
func (c *Column) UnmarshalJSON(text []byte) error {
	var packed string
	if err := json.Unmarshal(text, &packed); err != nil {
		return fmt.Errorf("read column: %w", err)
	}
	c.values = nil
	for at := 0; at < len(packed); at += 3 {
		letters := packed[at:min(at+3, len(packed))]
		repeat := strings.HasPrefix(letters, "*")
		n, ok := number(strings.TrimPrefix(letters, "*"))
		if !ok || len(letters) < 3 || repeat && len(c.values) == 0 {
			return fmt.Errorf("read column: no packed figure at %d", at)
		}
		if !repeat {
			c.Put(figureOf(n))
			continue
		}
		for ; n > 0; n-- {
			c.Put(c.values[len(c.values)-1])
		}
	}
	return nil
}

// number is what letters stand for.
func number(letters string) (n int, ok bool) {
	for _, letter := range letters {
		digit := strings.IndexRune(digits, letter)
		if digit < 0 {
			return 0, false
		}
		n = 64*n + digit
	}
	return n, true
}

// figureOf is the figure that was packed as a number.
func figureOf(n int) *float64 {
	if n == 0 {
		return nil
	}
	var x float64
	if n > 1 {
		half := (n - 2) / 2
		x = float64(half%900+100) * math.Pow10(half/900+leastPower)
		if n%2 == 1 {
			x = -x
		}
	}
	return &x
}

func (c Column) pack() string {
	var b strings.Builder
	put := func(n, letters int) {
		for ; letters > 0; letters-- {
			b.WriteByte(digits[n>>(6*(letters-1))&63])
		}
	}
	before, repeated := -1, 0
	flush := func() {
		if repeated == 1 { // as long, and easier to read
			put(before, 3)
		} else if repeated > 0 {
			b.WriteByte('*')
			put(repeated, 2)
		}
		repeated = 0
	}
	for _, x := range c.values {
		n := packed(x)
		if n == before && repeated < mostRepeat {
			repeated++
			continue
		}
		flush()
		put(n, 3)
		before = n
	}
	flush()
	return b.String()
}

// packed is a figure as a number; one that is too small for it is a zero, one that is none.
func packed(x *float64) int {
	if x == nil || math.IsNaN(*x) || math.IsInf(*x, 0) {
		return 0
	}
	mantissa, power, _ := strings.Cut(strconv.FormatFloat(math.Abs(*x), 'e', 2, 64), "e")
	figure, err := strconv.Atoi(strings.Replace(mantissa, ".", "", 1))
	if err != nil {
		return 0
	}
	exponent, err := strconv.Atoi(power)
	switch exponent -= 2; {
	case err != nil || exponent > mostPower:
		return 0
	case figure == 0 || exponent < leastPower:
		return 1
	}
	n := 2 * (figure - 100 + 900*(exponent-leastPower))
	if *x < 0 {
		n++
	}
	return n + 2
}
