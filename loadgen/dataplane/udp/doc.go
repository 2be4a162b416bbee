// Package udp has the workload of the data plane that sends numbered datagrams to an
// echo service: what is lost, late, doubled or out of order.
package udp
