// Package glance has the workloads of the image service, one file each.
package glance
