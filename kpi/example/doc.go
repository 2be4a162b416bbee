// Package example makes records of runs that never were, from a seed: what a
// load sees while faults slow it down and break it, and the journal of such a
// run. Tests of figures and of reports are about them, since in them the truth
// is known.
package example
