package loadgen

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Rate is arrivals a second. In a scenario it is written with its unit: 10/s,
// 600/min, 36000/h, or as none. Below 0 it is a share of the maximum of its load,
// which a search finds before the run (60% of max is -0.6): see Arrivals.Resolve.
type Rate float64

// ofMax is what a share of the maximum ends with.
const ofMax = "% of max"

// shareMost bounds such a share.
const shareMost = 10

// UnmarshalText reads a rate; a number without a unit is an error.
func (r *Rate) UnmarshalText(text []byte) error {
	word := strings.Join(strings.Fields(string(text)), " ")
	if word == "none" {
		*r = 0
		return nil
	}
	if number, ok := strings.CutSuffix(word, ofMax); ok {
		share, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || !(share > 0 && share <= 100*shareMost) {
			return fmt.Errorf("read rate %q: the share must be more than 0%% and at most %d%%", text, 100*shareMost)
		}
		*r = Rate(-share / 100)
		return nil
	}
	number, unit, ok := strings.Cut(strings.TrimSpace(string(text)), "/")
	if !ok {
		return fmt.Errorf("read rate %q: write it with a unit, such as 10/s or 600/min", text)
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) || n <= 0 {
		return fmt.Errorf("read rate %q: the number must be more than 0", text)
	}
	var per time.Duration
	switch strings.TrimSpace(unit) {
	case "s":
		per = time.Second
	case "min":
		per = time.Minute
	case "h":
		per = time.Hour
	default:
		return fmt.Errorf("read rate %q: the unit must be s, min or h", text)
	}
	rate := Rate(n / per.Seconds())
	if rate > MaxRate {
		return fmt.Errorf("read rate %q: more than %s is not a load but a mistake", text, Rate(MaxRate))
	}
	*r = rate
	return nil
}

// MarshalText writes the rate per second.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// DocumentType is the word for a rate in descriptions.
func (Rate) DocumentType() string { return "rate" }

// String is the rate per second, such as 10/s, or none, or 60% of max.
func (r Rate) String() string {
	switch {
	case r == 0:
		return "none"
	case r < 0:
		return strconv.FormatFloat(-100*float64(r), 'g', 6, 64) + ofMax
	}
	return strconv.FormatFloat(float64(r), 'g', -1, 64) + "/s"
}

// of is the rate itself, or what a share is of a maximum.
func (r Rate) of(most Rate) Rate {
	if r < 0 {
		return -r * most
	}
	return r
}

// MaxRate is the highest rate that is accepted, arrivals a second.
const MaxRate = 1e6
