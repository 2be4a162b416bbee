// Package heat has the workloads of the orchestration service, one file each.
package heat
