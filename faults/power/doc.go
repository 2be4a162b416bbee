// Package power is the faults that take a node's power away, through its
// management controller.
//
// A node without power undoes nothing, so its guard is package faults/outside; what
// is here is its orders: off, and on again.
package power
