// Package tenants makes projects and users for the loads of a run, by an
// administrator's entry of clouds.yaml, with flavors and images that they alone see, and
// removes them with all that the run has in them.
package tenants
