// Package nova is the faults of what Nova is told of a host: that it is to get no new
// servers, or that it is down. They are made in Nova's database by its API, and not
// on the node: package faults/outside keeps them, from this machine.
//
// What Eris has done bears its mark: the reason for which the service is disabled
// names the fault. So any Eris finds it by asking Nova, and takes back that alone.
package nova
