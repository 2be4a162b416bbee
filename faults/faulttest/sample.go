package faulttest

import (
	"hash/fnv"
	"maps"
	"os"
	"slices"
	"testing"
)

// SampleEnv is the environment variable that makes a run of the suites on real
// nodes a sample: the core case of every kind, and of everything else a tenth,
// drawn by the variable's value, at least one of each list. Without it all is
// run.
const SampleEnv = "ERIS_TEST_SAMPLE"

// core is the case that no kind is run without.
const core = "injected, observed, held, undone, fingerprint equal"

// Sample is what of a list is run, in the list's order.
func Sample(t *testing.T, names []string) []string {
	t.Helper()
	seed := os.Getenv(SampleEnv)
	chosen := sample(seed, t.Name(), names)
	if len(chosen) < len(names) {
		t.Logf("%d of %d are run here, as %s=%s draws them; without it all are: %q", len(chosen), len(names), SampleEnv, seed, chosen)
	}
	return chosen
}

func sample(seed, of string, names []string) []string {
	if seed == "" || len(names) == 0 {
		return names
	}
	draw := func(name string) uint32 {
		h := fnv.New32a()
		_, _ = h.Write([]byte(seed + "\x00" + of + "\x00" + name)) // never fails
		return h.Sum32() * 2654435761 >> 1                         // spread: FNV's low bits of like names are alike
	}
	least := slices.MinFunc(names, func(a, b string) int { return int(draw(a)) - int(draw(b)) })
	var chosen []string
	for _, name := range names {
		if name == core || name == least || draw(name)%10 == 0 {
			chosen = append(chosen, name)
		}
	}
	return chosen
}

// each runs those cases that this run is of.
func each(t *testing.T, cases map[string]func(t *testing.T, bed Bed), on On) {
	names := slices.Sorted(maps.Keys(cases))
	rest := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == core })
	chosen := Sample(t, rest)
	for _, name := range names { // Deadman has no core case
		if name == core || slices.Contains(chosen, name) {
			t.Run(name, func(t *testing.T) { on(t, cases[name]) })
		}
	}
}
