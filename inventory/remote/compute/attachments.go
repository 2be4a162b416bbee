package compute

import (
	"context"
	"fmt"
	"net/http"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"
)

// VolumesVersion is Nova's API from which on it tells all that a volume was attached
// with, and takes it again (2.79, Train).
const VolumesVersion = "2.79"

// Attachment is a volume at a server, as Nova has it.
type Attachment struct {
	Volume, Device, Tag string
	Ends                bool // with its server
}

// Server is what Nova says of a server.
type Server struct {
	ID, Name, Host string
	Status, Task   string // Task is empty while nothing is done to it
	Locked         bool
	Root           string // its root device
	Extra          int    // further disks of its flavor's own, which have device names as volumes do
	Volumes        []Attachment
}

// Server reads a server with its volumes.
func (s *Storage) Server(ctx context.Context, id string) (Server, error) {
	v, err := servers.Get(ctx, s.nova, id).Extract()
	switch {
	case Code(err) == http.StatusNotFound:
		return Server{}, fmt.Errorf("ask Nova for the server %s: %w", id, ErrMissing)
	case err != nil:
		return Server{}, fmt.Errorf("ask Nova for the server %s: %w", id, err)
	}
	found := Server{ID: v.ID, Name: v.Name, Host: v.Host, Status: v.Status, Task: v.TaskState, Locked: v.Locked != nil && *v.Locked}
	if v.RootDeviceName != nil {
		found.Root = *v.RootDeviceName
	}
	for _, disk := range []string{"ephemeral", "swap"} {
		if size, is := v.Flavor[disk].(float64); is && size > 0 {
			found.Extra++
		}
	}
	page, err := volumeattach.List(s.nova, id).AllPages(ctx)
	if err != nil {
		return Server{}, fmt.Errorf("ask Nova for the volumes of the server %s: %w", id, err)
	}
	all, err := volumeattach.ExtractVolumeAttachments(page)
	for _, a := range all {
		at := Attachment{Volume: a.VolumeID, Device: a.Device}
		if a.Tag != nil {
			at.Tag = *a.Tag
		}
		if a.DeleteOnTermination == nil {
			return Server{}, fmt.Errorf("ask Nova for the volumes of the server %s: it does not say whether %s ends with it", id, a.VolumeID)
		}
		at.Ends = *a.DeleteOnTermination
		found.Volumes = append(found.Volumes, at)
	}
	return found, err
}

// At is how a server has a volume; nil where it does not.
func (v *Server) At(volume string) *Attachment {
	for _, a := range v.Volumes {
		if a.Volume == volume {
			return &a
		}
	}
	return nil
}

// Detach tells Nova to, which then takes its time. An error that is not ErrUnanswered
// says that nothing will come of it; so it is with Attach.
func (s *Storage) Detach(ctx context.Context, server, volume string) error {
	if err := volumeattach.Delete(ctx, s.nova, server, volume).ExtractErr(); err != nil {
		return unconfirmed(fmt.Errorf("tell Nova to detach the volume: %w", err))
	}
	return nil
}

// Attach tells Nova to attach a volume with what is given.
func (s *Storage) Attach(ctx context.Context, server string, a Attachment) error {
	err := volumeattach.Create(ctx, s.nova, server, volumeattach.CreateOpts{VolumeID: a.Volume, Device: a.Device, Tag: a.Tag, DeleteOnTermination: a.Ends}).Err
	if err != nil {
		return unconfirmed(fmt.Errorf("tell Nova to attach the volume: %w", err))
	}
	return nil
}
