package conditions_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/conditions"
)

// functions are what the tests' expressions may ask for.
func functions() []conditions.Function {
	load := conditions.Param{Name: "load", Kind: conditions.LoadName}
	return []conditions.Function{
		{Name: "signal", Unit: conditions.Count, UnitOf: signalUnit, Params: []conditions.Param{
			{Name: "name", Kind: conditions.SignalName}, {Name: "where", Kind: conditions.Where, Optional: true}}},
		{Name: "count_where", Unit: conditions.Count, Params: []conditions.Param{
			{Name: "name", Kind: conditions.SignalName}, {Name: "labels", Kind: conditions.Labels}}},
		{Name: "error_ratio", Unit: conditions.Ratio, Params: []conditions.Param{
			load, {Name: "window", Kind: conditions.Duration}}},
		{Name: "p90", Unit: conditions.Seconds, Params: []conditions.Param{
			load, {Name: "phase", Kind: conditions.PhaseName, Optional: true}}},
		{Name: "availability", Unit: conditions.Ratio, Params: []conditions.Param{load}},
		{Name: "time_to_recover", Unit: conditions.Seconds, Params: []conditions.Param{
			{Name: "fault", Kind: conditions.FaultName}}},
		{Name: "quantile", Unit: conditions.Seconds, Params: []conditions.Param{
			load, {Name: "q", Kind: conditions.Scalar}}},
		{Name: "outage", Returns: conditions.Condition, Params: []conditions.Param{load}},
	}
}

func signalUnit(call conditions.Call) conditions.Unit {
	switch call.Text("name") {
	case "node.memory_available":
		return conditions.Bytes
	case "sockets.established", "service.healthy":
		return conditions.Count
	}
	return conditions.AnyUnit
}

func TestConditionsThatAreUnderstood(t *testing.T) {
	for source, hold := range map[string]time.Duration{
		`signal("sockets.established", "ctl-1") > 5`:                            0,
		`error_ratio("tokens", "10s") > 0.9 for 30s`:                            30 * time.Second,
		`error_ratio("tokens", 10s) > 90%  for  1m30s `:                         90 * time.Second,
		`count_where("service.healthy", {service: "keystone"}) == 3`:            0,
		`p90("tokens", "chaos") <= 3 * p90("tokens", "baseline") + 100ms`:       0,
		`p90("tokens") / p90("boots") <= 300%`:                                  0,
		`signal("node.memory_available", {node: "ctl-1"}) < 512MiB`:             0,
		`not outage("tokens") and (availability("tokens") >= 99.5% or 1 > 2)`:   0,
		`max(p90("tokens"), p90("boots")) < 1.5s`:                               0,
		`1s < p90("tokens") < 2s`:                                               0,
		`abs(p90("tokens") - 100ms) < 50% * p90("boots")`:                       0,
		`quantile("tokens", 99.9%) <= 2s`:                                       0,
		"outage('a load 30s \" 99% for ever') && !outage(`for 3s`)":             0,
		`signal("unknown.signal") > 5s`:                                         0,
		`signal("sockets.established") > 1e3 || signal("service.healthy") < -1`: 0,
	} {
		t.Run(source, func(t *testing.T) {
			p, err := conditions.Compile(source, functions(), conditions.Condition)
			require.NoError(t, err)
			require.Equal(t, hold, p.For)
			require.NotEmpty(t, p.Calls())
		})
	}
}

// The caret of each case stands in the source where the error must point.
func TestConditionsThatAreRefused(t *testing.T) {
	for _, c := range []struct{ source, caret, message string }{
		{`singal("sockets.established") > 5`,
			`^`, `unknown function singal (did you mean signal?)`},
		{`99% <= availabilty("é") `,
			`       ^`, `unknown function availabilty (did you mean availability?)`},
		{`outage("é") and p90("x") > 30`,
			`                           ^`, `missing unit: the other side is a duration (write 30s or 30ms)`},
		{`availability("tokens") >= 99`,
			`                          ^`, `missing unit: the other side is a ratio, which is at most 1 (write 99%)`},
		{`p90("tokens") > 99%`,
			`              ^`, `a duration does not go with a ratio`},
		{`p90("tokens") + 3 > 5s`,
			`                ^`, `missing unit: the other side is a duration (write 3s or 3ms)`},
		{`signal("node.memory_available") > 5s`,
			`                                ^`, `a size in bytes does not go with a duration`},
		{`p90("tokens") * p90("boots") > 1`,
			`              ^`, `a duration and a duration cannot be joined by *`},
		{`p90("tokens") > 30sec`,
			`                ^`, `cannot read the quantity 30sec (durations are 100ms, 30s, 2m; shares are 99%; sizes are 512MiB)`},
		{`availability("tokens")`,
			`^`, `a ratio is no condition (compare it with a limit, e.g. … > 5)`},
		{`p90("tokens") > 5s for a while`,
			`                       ^`, "`for` needs a duration (e.g. for 30s)"},
		{`p90("tokens") > 5s for`,
			`                      ^`, "`for` needs a duration (e.g. for 30s)"},
		{`p90("tokens") > 5s for 0s`,
			`                       ^`, "`for` needs a duration above zero (e.g. for 30s)"},
		{`p90(tokens) > 5s`,
			`    ^`, `the argument load of p90 must be a load (put it in quotes: "tokens")`},
		{`p90() > 5s`,
			`^`, `p90 is called with 0 arguments (it is p90(load, phase?))`},
		{`error_ratio("tokens", "10") > 1`,
			`                      ^`, `the argument window of error_ratio must be a duration above zero (e.g. "10s")`},
		{`count_where("service.healthy", "keystone") == 3`,
			`                               ^`, `the argument labels of count_where must be labels (e.g. {service: "keystone"})`},
		{`signal = 5`,
			`       ^`, `unexpected = (compare with ==)`},
		{`signal > 5`,
			`^`, `signal is a function (call it: signal(name, where?))`},
		{`outage("x") and`,
			`              ^`, `the expression ends too early`},
		{`1 < 2`,
			`^`, `the expression asks for nothing that is measured (it would always give the same answer)`},
		{`outage("x") > 2`,
			`^`, `a condition stands where a number is needed`},
		{`availability("x") % 2 > 1`,
			`                  ^`, `the operator % is not understood in a condition (a percentage has no space before its sign: 99%)`},
		{`len("x") > 1`,
			`^`, `unknown function len (known: abs, availability, count_where, error_ratio, max, min, outage, p90, quantile, signal, time_to_recover)`},
		{`outage("x") ? true : false`,
			`                         ^`, `this is not understood in a condition (known are comparisons, + - * /, and, or, not, and the functions of eris describe)`},
	} {
		t.Run(c.source, func(t *testing.T) {
			_, err := conditions.Compile(c.source, functions(), conditions.Condition)
			var problem *conditions.Error
			require.ErrorAs(t, err, &problem)
			require.Equal(t, c.message, problem.Error())
			require.Len(t, []rune(c.source[:problem.Offset]), len(c.caret)-1, "offset %d", problem.Offset)
		})
	}
}

func TestArgumentsOfCalls(t *testing.T) {
	p, err := conditions.Compile(`signal("a", "ctl-1") > 1 and signal("b", {service: "x", node: "y"}) > 1 and error_ratio("c", 500ms) > 0 and quantile("d", 99%) > 1s`, functions(), conditions.Condition)
	require.NoError(t, err)
	calls := p.Calls()
	require.Len(t, calls, 4)
	require.Equal(t, conditions.NodeName, calls[0].Args[1].Kind)
	require.Equal(t, "ctl-1", calls[0].Text("where"))
	require.Equal(t, map[string]string{"service": "x", "node": "y"}, calls[1].Args[1].Labels)
	require.Equal(t, 500*time.Millisecond, calls[2].Args[1].Duration)
	require.InDelta(t, 0.99, calls[3].Args[1].Number, 1e-12)
	require.Equal(t, `signal("b", {node: "y", service: "x"})`, calls[1].String())
	require.Equal(t, `error_ratio("c", "500ms")`, calls[2].String())
	require.Equal(t, 29, calls[1].Offset)
	_, given := calls[0].Arg("nothing")
	require.False(t, given)
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		`error_ratio("tokens", "10s") > 90% for 30s`, `p90("a") <= 3 * p90("b")`, `count_where("x", {a: "b"}) == 3`,
		`not outage("é") and 1s < p90("t") < 2m`, `1e-3 + 5KiB * -abs(1µs) for`, `if x { 1 } else { 2 }`, `let a = 1; a`, `[1..3][0]`, `a?.b ?? c`, `all(x, {# > 1})`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		for _, want := range []conditions.Result{conditions.Condition, conditions.Number} {
			p, err := conditions.Compile(source, functions(), want)
			if err != nil {
				var problem *conditions.Error
				require.ErrorAs(t, err, &problem)
				require.NotEmpty(t, problem.Message)
				require.True(t, 0 <= problem.Offset && problem.Offset <= len(source), "offset %d of %d", problem.Offset, len(source))
				continue
			}
			v := p.Eval(func(call conditions.Call) conditions.Value {
				require.LessOrEqual(t, call.Offset, len(source))
				return conditions.Missing("nobody looked")
			})
			require.LessOrEqual(t, conditions.False, v.Truth)
		}
		_, err := conditions.CompileComparison(source, functions())
		if err != nil {
			var problem *conditions.Error
			require.ErrorAs(t, err, &problem)
		}
	})
}
