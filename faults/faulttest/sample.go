package faulttest

import (
	"cmp"
	"hash/fnv"
	"maps"
	"os"
	"slices"
	"testing"
	"time"
)

// SampleEnv is the environment variable that makes a run of the suites a sample:
// the core case of every kind, and of everything else a tenth, drawn by the
// variable's value, at least one of each list. Without it all is run but for what
// Few draws, and with All everything is.
const SampleEnv = "ERIS_TEST_SAMPLE"

// All is the value of SampleEnv with which everything is run.
const All = "all"

// core is the case that no kind is run without.
const core = "injected, observed, held, undone, fingerprint equal"

// Sample is what of a list is run, in the list's order.
func Sample(t *testing.T, names []string) []string {
	t.Helper()
	seed := os.Getenv(SampleEnv)
	if seed == All {
		return names
	}
	chosen := sample(seed, t.Name(), names)
	if len(chosen) < len(names) {
		t.Logf("%d of %d are run here, as %s=%s draws them; without it all are: %q", len(chosen), len(names), SampleEnv, seed, chosen)
	}
	return chosen
}

// raced are those of a family's kinds that a sample is of under the race detector, with
// which all takes eight times the processors: a third, at least one. Without it, or where
// no sample is asked for, they are all.
func raced(t *testing.T, kinds []string) []string {
	t.Helper()
	seed := os.Getenv(SampleEnv)
	if !underRace || seed == All {
		return kinds
	}
	chosen := oneIn(3, seed, t.Name(), kinds)
	if len(chosen) < len(kinds) {
		t.Logf("%d of %d kinds are run under the race detector, as %s=%s draws them: %q", len(chosen), len(kinds), SampleEnv, seed, chosen)
	}
	return chosen
}

// Few is what of a list of cases is run of which there are many and which say much
// the same of each kind: a tenth, at least one, drawn by SampleEnv or else by the day.
func Few(t *testing.T, names []string) []string {
	t.Helper()
	seed := fewBy()
	if seed == All {
		return names
	}
	chosen := sample(seed, t.Name(), names)
	t.Logf("%d of %d are run here, drawn by %s; with %s=%s all are: %q", len(chosen), len(names), seed, SampleEnv, All, chosen)
	return chosen
}

// fewBy is the word that draws them.
func fewBy() string { return cmp.Or(os.Getenv(SampleEnv), time.Now().Format("20060102")) }

// draw is a number of its own for each name of a list.
func draw(seed, of, name string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(seed + "\x00" + of + "\x00" + name)) // never fails
	return h.Sum32() * 2654435761 >> 1                         // spread: FNV's low bits of like names are alike
}

func sample(seed, of string, names []string) []string { return oneIn(10, seed, of, names) }

// oneIn is that part of a list, at least one, and the core case where it has one.
func oneIn(n uint32, seed, of string, names []string) []string {
	if seed == "" || len(names) == 0 {
		return names
	}
	least := slices.MinFunc(names, func(a, b string) int { return int(draw(seed, of, a)) - int(draw(seed, of, b)) })
	var chosen []string
	for _, name := range names {
		if name == core || name == least || draw(seed, of, name)%n == 0 {
			chosen = append(chosen, name)
		}
	}
	return chosen
}

// few runs a tenth of those cases, and not one of each kind at least: EngineKilled
// sees to it that a package has one.
func few(t *testing.T, cases map[string]func(t *testing.T, bed Bed), on On) {
	seed := fewBy()
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		if seed == All || draw(seed, t.Name(), name)%10 == 0 {
			t.Run(name, func(t *testing.T) { on(t, cases[name]) })
		}
	}
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
