// Package neutron has the workloads of the network service, one file each.
package neutron
