// Package nova has the workloads of the compute service, one file each.
package nova
