// Package conditions is the language of triggers, stop conditions, steady-state
// checks and objectives: comparisons over what functions measure, joined by
// and, or and not.
//
//	signal("sockets.established", "ctl-1") > 5
//	error_ratio("tokens", "10s") > 90% for 30s
//	p90("tokens", "chaos") <= 3 * p90("tokens", "baseline")
//	time_to_recover(any) <= 30s
//	p99("tokens") <= 1.2 * run("latest").p99("tokens")
//
// The grammar is that of expr-lang/expr, whose parser is used. Three things are
// ours. Quantities with a unit (99%, 30s, 100ms, 512MiB) and a trailing `for D`
// are lexed before the parser sees the text, with a map back to the operator's
// own characters. Every expression is checked against the declared functions
// and against units, so that seconds are never compared with a percentage or
// with a number that forgot its unit. And evaluation is three-valued over
// intervals, which a virtual machine for booleans cannot do: a signal whose
// source is silent is neither above nor below a limit, and a recovery that was
// not seen is only known to have taken longer than the run.
package conditions
