// Package ssh has the workload of the data plane that logs in to an instance.
package ssh
