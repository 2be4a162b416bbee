// Package outside keeps the faults that no node can undo itself, from outside of
// it: a folder with the fault's state on this machine's disk, and a worker, a
// process of its own that outlives Eris. Whoever acts on the fault (the engine, the
// worker, heal and halt) acts through this package under the folder's lock, so that
// none can act out of turn. The states are those of the guard on a node, and only
// go forward:
//
//	arming -> armed -> injecting -> held -> undoing -> undone
//
// The worker keeps the lease and the TTL by the machine's uptime. It can do its
// part only while this machine lives; preflight and documentation say so.
//
// What is done, undone and seen is an [Order], and a [Family] brings it: the power
// of a node (faults/power), what Nova is told of a host (faults/nova).
package outside
