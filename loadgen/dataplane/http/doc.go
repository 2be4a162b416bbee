// Package http has the workloads of the data plane that speak HTTP, sent by
// vegeta and scheduled, timed and classed by loadgen.
package http
