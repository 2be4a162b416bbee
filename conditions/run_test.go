package conditions_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/conditions"
)

func TestAnyAndAnotherRunAreRead(t *testing.T) {
	functions := []conditions.Function{
		{Name: "p90", Unit: conditions.Seconds, OfRuns: true, Params: []conditions.Param{{Name: "load", Kind: conditions.LoadName, Any: true}}},
		{Name: "here", Unit: conditions.Seconds, Params: []conditions.Param{{Name: "load", Kind: conditions.LoadName}}},
		{Name: "left", Unit: conditions.Count, OfRuns: true},
	}
	c, err := conditions.CompileComparison(`p90(any) <= 2 * run("runs/a b").p90("x") + run('latest').p90(any)`, functions)
	require.NoError(t, err)
	calls := c.Calls()
	require.Len(t, calls, 3)
	require.Equal(t, []string{"", "runs/a b", "latest"}, []string{calls[0].Run, calls[1].Run, calls[2].Run})
	require.Equal(t, []bool{true, false, true}, []bool{calls[0].OfAny(), calls[1].OfAny(), calls[2].OfAny()})
	require.Equal(t, `p90("boots")`, calls[0].Of("boots").String())
	require.True(t, calls[0].OfAny(), "the call itself stays")
	for _, call := range calls { // as it is written it is read again
		again, err := conditions.CompileComparison(call.String()+" <= 1s", functions)
		require.NoError(t, err)
		require.Equal(t, call.String(), again.Calls()[0].String())
	}
	_, err = conditions.CompileComparison(`left() == run("x").left()`, functions)
	require.NoError(t, err)
	for source, want := range map[string]string{
		`here(any) <= 1s`:              "the argument load of here must be a load",
		`run("x").here("y") <= 1s`:     "here cannot be asked of another run",
		`run("x").nothing("y") <= 1s`:  "unknown function nothing",
		`run("x") <= 1s`:               "run names another run, of which something has to be asked",
		`run("").p90("y") <= 1s`:       "run wants the name of a run or its directory",
		`run(1).p90("y") <= 1s`:        "run wants the name of a run or its directory",
		`run("x", "z").p90("y") <= 1s`: "run wants the name of a run or its directory",
		`run("x").p90 <= 1s`:           "this is not understood in a condition",
		`run("x")?.p90("y") <= 1s`:     "",
		`run("x")["p90"]("y") <= 1s`:   "",
		`walk("x").p90("y") <= 1s`:     "only functions can be called",
		`p90("x").p90("y") <= 1s`:      "only functions can be called",
	} {
		_, err := conditions.CompileComparison(source, functions)
		if want == "" && err == nil {
			continue // another way to write the same
		}
		require.Error(t, err, source)
		require.ErrorContains(t, err, want, source)
	}
}
