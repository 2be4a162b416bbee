// Package lab makes a real cloud on this machine: systemd nodes in containers
// with their own network, running a distribution's own OpenStack packages.
//
// A profile (profiles/*.yaml) says which nodes there are; a role
// (roles/NAME/role.yaml with its templates beside it) says what one service
// needs: packages, configuration, first-time set-up, health. A new service is
// a new folder under roles and its name in a profile.
//
// Nothing of a lab leaves the machine: its network is a namespace without an
// uplink, and everything else lives in its state folder, in cgroups and in a
// namespace that carry its name, which is one state folder's at a time. Down
// finds all of it from these alone, so a lab that was cut off half way is taken
// away like any other.
package lab
