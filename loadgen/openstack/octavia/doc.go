// Package octavia has the workloads of the load balancer service, one file each.
package octavia
