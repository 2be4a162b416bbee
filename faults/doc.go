// Package faults is the contract of a fault and the one state machine that may
// run it. A fault kind contributes scripts and typed arguments; everything that
// makes a fault heal by itself (the write-ahead journal, the dead-man on the
// node, fencing, fingerprints) is done here, once, for all kinds.
//
// A Lifecycle belongs to a run. It makes an Injection for each fault, which
// lives through these steps, each refused out of turn:
//
//	New ──Preflight──► preflight ──Arm──► armed ──Fire──► injecting ──► held
//	                                        │ Wait          │            │ Hold
//	                                        └──────┬────────┴────────────┘
//	                                             Undo (always, also after a failure)
//	                                               │
//	                          undone · self_healed · stuck · fenced · failed
//
// Whatever happens to the process that calls it, from Arm on the node itself
// undoes the fault when its lease is not renewed, when its TTL ends, and after
// a reboot; see faults/script for that part.
package faults
