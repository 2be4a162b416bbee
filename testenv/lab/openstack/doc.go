// Package openstack holds the tests of the lab with a whole OpenStack, behind
// the build tag of that name: `testenv/check --full` runs them. They are apart
// from the tests of the small lab, since a test program is in one lab's network.
package openstack
