// Package keystone has the workloads of the identity service, one file each.
package keystone
