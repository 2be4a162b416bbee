// Package openstack is what the workloads of all OpenStack services share: a
// gophercloud client that hides nothing (no retries, renewals of the token
// counted, connections kept), and the classes of its errors.
package openstack
