// Package cinder has the workloads of the volume service, one file each.
package cinder
