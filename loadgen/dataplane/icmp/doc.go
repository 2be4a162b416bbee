// Package icmp has the workload of the data plane that pings: it sends numbered ICMP
// echo requests, and judges what becomes of each.
package icmp
