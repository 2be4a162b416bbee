package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The rule by which the simulation is true in a row:
//
//   - the median is within a factor of 2, or 15 ms
//   - the slowest call is within a factor of 3, or 300 ms
//   - the outage is none on both, or on both there is one, within a factor of 3;
//     less than 1 s is none, which three arrivals in a row may be by chance
//   - of what was due while the fault was held, where more than 2 % fail on
//     either, the most frequent class is the same, and the share that fails is
//     within a factor of 3, or 5 % of all
//
// The 99th percentile is shown and not judged: in runs this short it is the
// slowest call or the one before.
const (
	medianFactor, medianNear   = 2.0, 15 * time.Millisecond
	slowestFactor, slowestNear = 3.0, 300 * time.Millisecond
	outageFactor, outageLeast  = 3.0, time.Second
	errorsMatter               = 0.02
	errorsFactor, errorsNear   = 3.0, 0.05
)

// lies says in what the simulation is not true; nothing when it is.
func lies(sim, lab figures) []string {
	var found []string
	if !near(sim.median, lab.median, medianFactor, medianNear) {
		found = append(found, fmt.Sprintf("median %s against %s", short(sim.median), short(lab.median)))
	}
	if !near(sim.slowest, lab.slowest, slowestFactor, slowestNear) {
		found = append(found, fmt.Sprintf("slowest %s against %s", short(sim.slowest), short(lab.slowest)))
	}
	if (sim.outage >= outageLeast) != (lab.outage >= outageLeast) || !near(sim.outage, lab.outage, outageFactor, outageLeast) {
		found = append(found, fmt.Sprintf("outage %s against %s", none(sim.outage), none(lab.outage)))
	}
	s, l := sim.held, lab.held
	if s.main() != l.main() {
		found = append(found, fmt.Sprintf("errors %s against %s", s.main(), l.main()))
	} else if low, high := min(s.share(), l.share()), max(s.share(), l.share()); high-low > errorsNear && high > errorsFactor*low {
		found = append(found, fmt.Sprintf("%.0f %% of all fail against %.0f %%", s.share()*100, l.share()*100))
	}
	return found
}

// near tells whether two durations differ by no more than a factor, or by no
// more than a span that does not matter.
func near(a, b time.Duration, factor float64, span time.Duration) bool {
	low, high := min(a, b), max(a, b)
	return high-low <= span || float64(high) <= factor*float64(low)
}

// main is the class of most errors, "none" where they are too few to matter.
func (a arrivals) main() string {
	if a.due == 0 {
		return "nothing was due"
	}
	if a.share() <= errorsMatter {
		return "none"
	}
	classes := slices.Sorted(maps.Keys(a.errors))
	return slices.MaxFunc(classes, func(x, y string) int { return a.errors[x] - a.errors[y] })
}

// share is how much of what was due failed, 0 to 1; of nothing, 0.
func (a arrivals) share() float64 { return float64(a.failed()) / float64(max(1, a.due)) }

func none(d time.Duration) string {
	if d < outageLeast {
		return "none"
	}
	return short(d)
}

// short is a duration in milliseconds, or from a second on in seconds.
func short(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// counted lists errors by class.
func counted(a arrivals) string {
	if len(a.errors) == 0 {
		return fmt.Sprintf("0 of %d", a.due)
	}
	var parts []string
	for _, class := range slices.Sorted(maps.Keys(a.errors)) {
		parts = append(parts, fmt.Sprintf("%d %s", a.errors[class], class))
	}
	return fmt.Sprintf("%s of %d", strings.Join(parts, ", "), a.due)
}
