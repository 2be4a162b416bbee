package conditions_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/conditions"
)

// answers resolves calls by their function and first argument.
func answers(values map[string]conditions.Value) conditions.Resolver {
	return func(call conditions.Call) conditions.Value {
		if v, ok := values[call.Function+" "+call.Args[0].Text]; ok {
			return v
		}
		return conditions.Missing("no reading of " + call.Args[0].Text)
	}
}

func TestThreeValuedEvaluation(t *testing.T) {
	resolve := answers(map[string]conditions.Value{
		"signal five":           conditions.Exact(5),
		"signal zero":           conditions.Exact(0),
		"p90 fast":              conditions.Exact(0.1),
		"p90 slow":              conditions.Between(1, 2),
		"time_to_recover never": conditions.AtLeast(60, "not recovered when the run ended"),
		"outage yes":            conditions.Answer(conditions.True, ""),
	})
	const never = "not recovered when the run ended"
	for source, want := range map[string]conditions.Value{
		`signal("five") > 4`:                                conditions.Answer(conditions.True, ""),
		`signal("five") > 5`:                                conditions.Answer(conditions.False, ""),
		`signal("five") == 5`:                               conditions.Answer(conditions.True, ""),
		`signal("five") != 5`:                               conditions.Answer(conditions.False, ""),
		`signal("silent") > 4`:                              conditions.Answer(conditions.Unknown, "no reading of silent"),
		`not (signal("silent") > 4)`:                        conditions.Answer(conditions.Unknown, "no reading of silent"),
		`signal("silent") > 4 or outage("yes")`:             conditions.Answer(conditions.True, ""),
		`signal("silent") > 4 and not outage("yes")`:        conditions.Answer(conditions.False, ""),
		`signal("silent") > 4 and outage("yes")`:            conditions.Answer(conditions.Unknown, "no reading of silent"),
		`signal("silent") + signal("mute") > 4`:             conditions.Answer(conditions.Unknown, "no reading of silent; no reading of mute"),
		`time_to_recover("never") <= 30s`:                   conditions.Answer(conditions.False, ""),
		`time_to_recover("never") > 59s`:                    conditions.Answer(conditions.True, ""),
		`time_to_recover("never") <= 90s`:                   conditions.Answer(conditions.Unknown, never),
		`2 * time_to_recover("never") - 10s > 100s`:         conditions.Answer(conditions.True, ""),
		`100s - time_to_recover("never") > 50s`:             conditions.Answer(conditions.False, ""),
		`min(time_to_recover("never"), 10s) == 10s`:         conditions.Answer(conditions.True, ""),
		`p90("slow") > 500ms`:                               conditions.Answer(conditions.True, ""),
		`p90("slow") > 1500ms`:                              conditions.Answer(conditions.Unknown, "only known as 1 … 2 against 1.5"),
		`p90("slow") == 1500ms`:                             conditions.Answer(conditions.Unknown, "only known as 1 … 2 against 1.5"),
		`p90("slow") / p90("fast") >= 1000%`:                conditions.Answer(conditions.True, ""),
		`signal("five") / signal("zero") > 1`:               conditions.Answer(conditions.Unknown, "division by zero"),
		`signal("zero") * (1s / 1s) + -3 < -2`:              conditions.Answer(conditions.True, ""),
		`abs(p90("fast") - p90("slow")) >= 900ms`:           conditions.Answer(conditions.True, ""),
		`max(signal("five"), 7) == 7 and signal("five")>=5`: conditions.Answer(conditions.True, ""),
	} {
		t.Run(source, func(t *testing.T) {
			p, err := conditions.Compile(source, functions(), conditions.Condition)
			require.NoError(t, err)
			require.Equal(t, want, p.Eval(resolve))
		})
	}
}

func TestNumbers(t *testing.T) {
	p, err := conditions.Compile(`p90("fast") * 3`, functions(), conditions.Number)
	require.NoError(t, err)
	require.Equal(t, conditions.Seconds, p.Unit)
	v := p.Eval(answers(map[string]conditions.Value{"p90 fast": conditions.AtLeast(2, "cut")}))
	require.Equal(t, conditions.IsAtLeast, v.State())
	require.Equal(t, "at least 6", v.String())
	require.Equal(t, "cut", v.Reason)
	require.Equal(t, conditions.IsMissing, p.Eval(answers(nil)).State())
	_, err = conditions.Compile(`p90("fast") * 3 for 3s`, functions(), conditions.Number)
	require.ErrorContains(t, err, "cannot hold")
}

func TestComparisons(t *testing.T) {
	resolve := answers(map[string]conditions.Value{
		"availability tokens":  conditions.Exact(0.97),
		"p90 chaos":            conditions.Exact(0.5),
		"p90 baseline":         conditions.Exact(0.2),
		"time_to_recover cut":  conditions.AtLeast(60, "cut off"),
		"time_to_recover good": conditions.Exact(12),
	})
	for _, c := range []struct {
		source           string
		truth            conditions.Truth
		measured, limit  float64
		margin, operator string
		unit             conditions.Unit
	}{
		{`availability("tokens") >= 99%`, conditions.False, 0.97, 0.99, "-0.02", ">=", conditions.Ratio},
		{`95% <= availability("tokens")`, conditions.True, 0.97, 0.95, "0.02", ">=", conditions.Ratio},
		{`p90("chaos") <= 3 * p90("baseline")`, conditions.True, 0.5, 0.6, "0.1", "<=", conditions.Seconds},
		{`time_to_recover("good") < 30s`, conditions.True, 12, 30, "18", "<", conditions.Seconds},
		{`time_to_recover("cut") <= 30s`, conditions.False, 60, 30, "-Inf … -30", "<=", conditions.Seconds},
		{`time_to_recover("cut") <= 90s`, conditions.Unknown, 60, 90, "-Inf … 30", "<=", conditions.Seconds},
		{`p90("chaos") / p90("baseline") <= 3`, conditions.True, 2.5, 3, "0.5", "<=", conditions.Count},
	} {
		t.Run(c.source, func(t *testing.T) {
			o, err := conditions.CompileComparison(c.source, functions())
			require.NoError(t, err)
			j := o.Judge(resolve)
			require.Equal(t, c.truth, j.Truth)
			require.InDelta(t, c.measured, j.Measured.Low, 1e-9)
			require.InDelta(t, c.limit, j.Limit.Low, 1e-9)
			require.Equal(t, c.margin, j.Margin.String())
			require.Equal(t, c.operator, o.Operator)
			require.Equal(t, c.unit, o.Unit)
			require.NotEmpty(t, o.Calls())
		})
	}
	missing, err := conditions.CompileComparison(`availability("nobody") == 1`, functions())
	require.NoError(t, err)
	j := missing.Judge(resolve)
	require.Equal(t, conditions.Unknown, j.Truth)
	require.Equal(t, "no reading of nobody", j.Reason)
	require.Equal(t, conditions.IsMissing, j.Margin.State())
}

func TestObjectivesThatAreNone(t *testing.T) {
	for source, message := range map[string]string{
		`availability("a") >= 99% and availability("b") >= 99%`: "one comparison",
		`availability("a") >= 99% for 3s`:                       "judged once",
		`1 > 2`:                                                 "nothing that is measured",
		`availability("a")`:                                     "one comparison",
		`outage("a")`:                                           "one comparison",
	} {
		_, err := conditions.CompileComparison(source, functions())
		require.ErrorContains(t, err, message, source)
	}
}

// Six digits are enough for people, but where they would be a whole number that it is not.
func TestANumberIsPrintedAsNoOther(t *testing.T) {
	for x, want := range map[float64]string{1.0 / 3: "0.333333", 0.9999999: "0.9999999", 41.00000001: "41.00000001", 1: "1", 1234567: "1234567", 0.1 + 0.2: "0.3"} {
		require.Equal(t, want, conditions.Exact(x).String())
	}
}
