// Package scenarios is the experiment: what a scenario file says, read
// strictly, and the plan made from it, in which every target is resolved from
// the seed and every fault is admitted by the redundancy that the cloud's
// operator declared. Package engine below it carries a plan out.
//
// A scenario has four phases. Loads and collectors run through all of them;
// faults start in the chaos phase, at a time, after one another, or when a
// condition over live signals holds. The chaos phase lasts as long as it says,
// and longer only until every fault has been undone.
package scenarios
