// Package horizon has the workloads of the dashboard, one file each.
package horizon
