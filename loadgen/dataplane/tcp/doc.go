// Package tcp has the workloads of the data plane that speak TCP: whether and how soon
// somebody can connect, whether what is sent comes back, and whether sessions that are
// held live through a fault.
package tcp
