package faults

import "github.com/openstack-eris/eris/faults/script"

// systemd says why the fault needs a node with systemd, as what follows "and"; empty
// where two sleepers can be its dead-man.
func (s Scripts) systemd() string {
	for _, text := range []string{s.Preflight, s.Fingerprint, s.Prepare, s.Inject, s.Observe, s.Undo, s.Healthy} {
		if command := script.Systemd(text); command != "" {
			return "this fault, or what tells that its target works, goes by " + command
		}
	}
	switch {
	case s.Reboots || s.Outside != "":
		return "nothing would look after this fault when the node boots"
	case !s.Volatile:
		return "what this fault makes can outlast a boot, after which nothing would undo it"
	}
	return ""
}
