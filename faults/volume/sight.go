package volume

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/inventory/remote/compute"
)

// attached and free are the states of Cinder between which the fault moves a volume.
const (
	attached = "in-use"
	free     = "available"
)

// sight is what Cinder and Nova say of a volume and of the server where it belongs.
type sight struct {
	compute.Volume
	server *compute.Server     // nil: there is none
	at     *compute.Attachment // how that server has it; nil where it does not
}

// look asks both. Without a server it is the one that Cinder has the volume at.
func look(ctx context.Context, s *compute.Storage, volume, server string) (*sight, error) {
	v, err := s.Volume(ctx, volume)
	if err != nil {
		return nil, err
	}
	found := &sight{Volume: v}
	if server == "" && len(v.Servers) == 1 {
		server = v.Servers[0]
	}
	if server == "" {
		return found, nil
	}
	vm, err := s.Server(ctx, server)
	switch {
	case errors.Is(err, compute.ErrMissing):
		return found, nil
	case err != nil:
		return nil, err
	}
	found.server, found.at = &vm, vm.At(v.ID)
	return found, nil
}

// bears tells that the volume has the mark of that fault.
func (s *sight) bears(m *mark) bool {
	found, err := readMark(s.Metadata[markKey])
	return err == nil && found.id == m.id
}

// there tells that the volume is at that server, by Cinder and by Nova.
func (s *sight) there(server string) bool {
	return s.Status == attached && len(s.Servers) == 1 && s.Servers[0] == server && s.at != nil
}

// gone tells that it is at no server, by both.
func (s *sight) gone() bool { return s.Status == free && len(s.Servers) == 0 && s.at == nil }

// elsewhere are the other servers that have it.
func (s *sight) elsewhere(server string) string {
	var others []string
	for _, other := range s.Servers {
		if other != server {
			others = append(others, other)
		}
	}
	return strings.Join(others, ", ")
}

// lines is what it is now, as mark.lines is what it was.
func (s *sight) lines() []string {
	m := mark{server: strings.Join(s.Servers, ",")}
	if s.at != nil {
		m.Attachment = *s.at
	}
	m.Volume = s.ID
	lines := m.lines()
	lines[len(lines)-1] = "Status=" + s.Status
	return lines
}

// name is the volume as people know it.
func (s *sight) name() string {
	if s.Name == "" {
		return s.ID
	}
	return fmt.Sprintf("%s (%s)", s.Name, s.ID)
}
