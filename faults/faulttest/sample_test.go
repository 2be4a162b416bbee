package faulttest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestASampleIsATenthAndNeverNothing(t *testing.T) {
	var names []string
	for i := range 200 {
		names = append(names, fmt.Sprint("case ", i))
	}
	require.Equal(t, names, sample("", "x", names), "all, unless a sample is asked for")
	sum, seen := 0, map[string]bool{}
	for seed := range 100 {
		chosen := sample(fmt.Sprint(seed), "x", names)
		require.Equal(t, chosen, sample(fmt.Sprint(seed), "x", names), "the same seed draws the same")
		sum += len(chosen)
		for _, name := range chosen {
			seen[name] = true
		}
		require.NotEmpty(t, sample(fmt.Sprint(seed), "x", names[:3]))
	}
	require.InDelta(t, 2000, sum, 300)
	require.Len(t, seen, len(names), "everything is drawn by some seed")
	require.Contains(t, sample("1", "x", append(names, core)), core)
	require.Empty(t, sample("1", "x", nil))
}

func TestAFewAreDrawnByTheDayUnlessAllAreAskedFor(t *testing.T) {
	var names []string
	for i := range 60 {
		names = append(names, fmt.Sprint("case ", i))
	}
	t.Setenv(SampleEnv, All)
	require.Equal(t, names, Few(t, names))
	require.Equal(t, names, Sample(t, names))
	t.Setenv(SampleEnv, "")
	require.Equal(t, sample(fewBy(), t.Name(), names), Few(t, names))
	require.Less(t, len(Few(t, names)), 20)
	require.Equal(t, names, Sample(t, names), "of the others all are run")
	t.Setenv(SampleEnv, "20261127")
	require.Equal(t, "20261127", fewBy())
	require.Equal(t, Sample(t, names), Few(t, names))
	require.Len(t, Few(t, names[:2]), 1, "one at least")
}

func TestUnderTheRaceDetectorASampleIsOfAThirdOfTheKinds(t *testing.T) {
	var kinds []string
	for i := range 60 {
		kinds = append(kinds, fmt.Sprint("kind ", i))
	}
	for seed, all := range map[string]bool{"": true, All: true, "20261127": !underRace} {
		t.Setenv(SampleEnv, seed)
		got := raced(t, kinds)
		if all {
			require.Equal(t, kinds, got, seed)
			continue
		}
		require.InDelta(t, 20, len(got), 12)
		require.Len(t, raced(t, kinds[:1]), 1, "one at least")
	}
	sum := 0
	for seed := range 100 {
		sum += len(oneIn(3, fmt.Sprint(seed), "x", kinds))
	}
	require.InDelta(t, 2000, sum, 200)
}
