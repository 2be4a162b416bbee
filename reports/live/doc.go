// Package live shows a run while it goes on: a block that is redrawn in place
// on a terminal, and plain lines everywhere else. Both are fed from the same
// Snapshot, and neither reads from the terminal: Ctrl-C stays a signal.
package live
