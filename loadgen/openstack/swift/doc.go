// Package swift has the workloads of the object store, one file each.
package swift
