// Package dns has the workload of the data plane that asks a name server.
package dns
