package faults

import (
	"regexp"
	"strconv"

	"github.com/openstack-eris/eris/collectors/record"
)

// Size is one thing by which the effect of a kind of fault is large or small, such as
// the delay of what is late. It is told as a number, beside the words of Observe, of
// which it is a part.
type Size struct {
	Name string // what it is the size of; a kind has each once
	// Unit is a base unit (seconds, bytes, bytes_per_second, ratio) or what is counted,
	// in the plural.
	Unit string
	// Asked is what the arguments ask for; nil where they say no number, or one that
	// depends on the target.
	Asked *float64
	// Seen is a regular expression by which the size is found in the line of Observe: the
	// number is its group, in Unit after it is multiplied by Scale (0: as it is), and
	// divided by what a group called of has found. Empty where nobody sees how large it is.
	Seen  string
	Scale float64
}

// sized is a fault whose effect has sizes.
type sized interface{ Sizes() []Size }

// Sizes are those of a fault's effect; none where it has none.
func Sizes(fault Fault) []Size {
	if s, is := fault.(sized); is {
		return s.Sizes()
	}
	return nil
}

// Asked is how large an effect the fault's arguments ask for.
func Asked(fault Fault) []record.Size {
	var asked []record.Size
	for _, s := range Sizes(fault) {
		if s.Asked != nil {
			asked = append(asked, record.Size{Name: s.Name, Unit: s.Unit, Value: *s.Asked})
		}
	}
	return asked
}

// Observed is how large the effect is by the line of the fault's Observe. What the line
// does not say is not there.
func Observed(fault Fault, line string) []record.Size {
	var observed []record.Size
	for _, s := range Sizes(fault) {
		if value, is := s.in(line); is {
			observed = append(observed, record.Size{Name: s.Name, Unit: s.Unit, Value: value})
		}
	}
	return observed
}

// in finds the size in a line of Observe.
func (s Size) in(line string) (float64, bool) {
	if s.Seen == "" {
		return 0, false
	}
	pattern := regexp.MustCompile(s.Seen)
	groups := pattern.FindStringSubmatch(line)
	if groups == nil {
		return 0, false
	}
	value, of := 0.0, 1.0
	for n, name := range pattern.SubexpNames()[1:] {
		x, err := strconv.ParseFloat(groups[n+1], 64)
		if err != nil {
			return 0, false
		}
		if name == "of" {
			of = x
		} else {
			value = x
		}
	}
	if of == 0 {
		return 0, false
	}
	if s.Scale != 0 {
		value *= s.Scale
	}
	return value / of, true
}
