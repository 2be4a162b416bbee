package volume

import (
	"fmt"
	"regexp"

	"github.com/openstack-eris/eris/faults/outside/access"
)

// wrongs say why a volume cannot be taken from a server on that node; none where it can.
func (s *sight) wrongs(node string, action string) (problems []string) {
	no := func(format string, values ...any) { problems = append(problems, fmt.Sprintf(format, values...)) }
	if text, is := s.Metadata[markKey]; is {
		if m, err := readMark(text); err == nil {
			text = m.id
		}
		no("a volume fault of another run is still here (%s): it is %s's property %s; eris heal undoes it", text, s.name(), markKey)
	}
	switch chaos := s.Metadata[chaosKey]; {
	case chaos == "never":
		no("%s is not to be struck: its property %s is never", s.name(), chaosKey)
	case chaos != "allowed" && action != detachWithData:
		no("a server may be writing to %s, and loses that: give it for this (openstack volume set --property %s=allowed), or strike it all the same (with_data: true)", s.name(), chaosKey)
	}
	if s.Bootable {
		no("%s is bootable, and a server may have booted from it", s.name())
	}
	if s.Multiattach {
		no("%s can be at several servers at once, and nobody could say afterwards whose it was", s.name())
	}
	if s.Encrypted {
		no("%s is encrypted, and the user who attaches it again may not see its key", s.name())
	}
	if s.Status != attached || len(s.Servers) != 1 {
		no("%s is %s, at %d servers, and not attached to one", s.name(), s.Status, len(s.Servers))
		return problems
	}
	return append(problems, s.serverWrongs(node)...)
}

// firstDisk is the name of the disk from which a server boots.
var firstDisk = regexp.MustCompile(`^/dev/(xv|v|s|h)da[0-9]*$`)

// serverWrongs are those of the server, and of how it has the volume.
func (s *sight) serverWrongs(node string) (problems []string) {
	no := func(format string, values ...any) { problems = append(problems, fmt.Sprintf(format, values...)) }
	vm := s.server
	if vm == nil {
		no("%s is attached to the server %s, which Nova does not know", s.name(), s.Servers[0])
		return problems
	}
	if s.at == nil {
		no("%s is attached to the server %s by Cinder, and not by Nova", s.name(), vm.Name)
		return problems
	}
	if _, is := access.NodeOf(vm.Host, []string{node}); !is {
		no("the server %s, which has %s, is on %q by Nova, and not on %s", vm.Name, s.name(), vm.Host, node)
	}
	if vm.Status != "ACTIVE" && vm.Status != "SHUTOFF" {
		no("the server %s is %s", vm.Name, vm.Status)
	}
	if vm.Task != "" {
		no("the server %s is being changed: %s", vm.Name, vm.Task)
	}
	if vm.Locked {
		no("the server %s is locked", vm.Name)
	}
	switch {
	case s.at.Device == "":
		no("Nova does not say which device of the server %s %s is", vm.Name, s.name())
	case s.at.Device == vm.Root, firstDisk.MatchString(s.at.Device):
		no("%s is the root disk of the server %s (%s)", s.name(), vm.Name, s.at.Device)
	default:
		if before := s.unnamed(); len(before) > vm.Extra {
			no("Nova may give a volume the first name that is free, which would be %s, and the server %s has %s as %s", before[0], vm.Name, s.name(), s.at.Device)
		}
	}
	return problems
}

// unnamed are the device names between the root disk's and the volume's that no other
// volume has: /dev/vdb where a volume is /dev/vdc and there is no other.
func (s *sight) unnamed() (names []string) {
	stem, own := s.at.Device[:len(s.at.Device)-1], s.at.Device[len(s.at.Device)-1]
	taken := map[string]bool{s.server.Root: true}
	for _, a := range s.server.Volumes {
		taken[a.Device] = true
	}
	for letter := byte('b'); letter < own; letter++ {
		if name := stem + string(letter); !taken[name] {
			names = append(names, name)
		}
	}
	return names
}
