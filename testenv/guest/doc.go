// Package guest boots a kernel of Debian's under qemu, with nothing but some
// programs of this machine around it, and runs one script there as root. It is
// for what a node of the lab cannot do, since that shares its kernel and its
// clock with this machine. It needs no KVM and takes about a minute.
package guest
