// Package engine executes a plan: it watches the cloud, checks its steady
// state, sends the loads, lets each fault live its life when its trigger says
// so, stops when a stop condition holds, and always undoes before it returns.
//
// The order of a run, each step in a file of its own:
//
//	prepare    the run is claimed on the nodes and every fault passes preflight
//	watch      collectors begin; what they read becomes signals
//	steady     the steady state must hold, otherwise nothing is touched
//	maximum    of loads whose rate is a share of it, the maximum is searched
//	loads      warm-up and baseline: loads run, no fault is active
//	inject     chaos: triggers, admission by the budget, hold, undo, verify
//	steady     recovery ends with the steady state checked again
//
// Nothing here knows what a fault does or how a node is reached.
package engine
