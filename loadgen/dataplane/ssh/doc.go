// Package ssh has the workloads of the data plane that log in to an instance: how long
// that takes, and what programs measure there, iperf3 its network and fio its disk.
package ssh
