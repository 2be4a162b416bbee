package redundancy

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/openstack-eris/eris/inventory"
)

// Most asks Choose for as many as the declared redundancy still tolerates.
const Most = -1

// searchSteps bounds a search over candidates in many overlapping groups.
// Members that are alike are tried once, so that real clouds stay far below it.
const searchSteps = 50_000

// Max returns how many of the candidates can be lost together on top of what is
// down now. Candidates that are down already, that the inventory forbids or
// does not know, are not counted, and of a node and a service on it only one.
func (l *Ledger) Max(candidates []inventory.Ref) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.search(l.open(candidates), Most))
}

// Choose picks n of the candidates (or with [Most] as many as possible) that
// Reserve would admit together now. The random stream decides between
// candidates that do equally; the same stream and candidates give the same
// choice, sorted. It never picks what is down already. When n cannot be had, the
// error wraps the [*Refusal] that stands in the way.
func (l *Ledger) Choose(n int, candidates []inventory.Ref, random *rand.Rand) ([]inventory.Ref, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n < Most || n == 0 {
		return nil, fmt.Errorf("choose %d of %d: the count has to be 1 or more", n, len(candidates))
	}
	open := l.open(candidates)
	random.Shuffle(len(open), func(i, j int) { open[i], open[j] = open[j], open[i] })
	chosen := l.search(open, n)
	slices.SortFunc(chosen, inventory.Ref.Compare)
	switch {
	case len(chosen) == n, n == Most && len(chosen) > 0:
		return chosen, nil
	case n > len(candidates):
		return nil, fmt.Errorf("choose %d of %s: there are not so many", n, count(len(candidates), "candidate"))
	}
	return nil, fmt.Errorf("choose %s of %s, %d possible: %w", wanted(n), count(len(candidates), "candidate"),
		len(l.search(open, Most)), l.explain(n, open, candidates))
}

// explain says why n of the candidates, or with Most a single one, cannot be
// had. Open are those that could be taken each by itself.
func (l *Ledger) explain(n int, open, candidates []inventory.Ref) error {
	slices.SortFunc(open, inventory.Ref.Compare)
	if n != Most && n <= len(open) {
		if err := l.check(open[:n]); err != nil {
			return err
		}
	}
	for _, ref := range candidates {
		if slices.Contains(open, ref) {
			continue
		}
		if err := l.check([]inventory.Ref{ref}); err != nil {
			return err
		}
		return fmt.Errorf("%s is down already (%s)", ref, l.causes(ref))
	}
	return errors.New("no choice was found in the time given")
}

func wanted(n int) string {
	if n == Most {
		return "the most"
	}
	return strconv.Itoa(n)
}

// open lists the candidates that could be taken each by itself, sorted.
func (l *Ledger) open(candidates []inventory.Ref) []inventory.Ref {
	t := l.tally()
	var open []inventory.Ref
	for _, ref := range candidates {
		if t.known(ref) == nil && !t.isDown(ref) && l.check([]inventory.Ref{ref}) == nil {
			open = append(open, ref)
		}
	}
	slices.SortFunc(open, inventory.Ref.Compare)
	return slices.Compact(open)
}
