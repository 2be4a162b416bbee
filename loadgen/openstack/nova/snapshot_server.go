package nova

import (
	"context"
	"net/http"
	"path"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// SnapshotServer boots a server, makes an image of it, deletes it, boots another
// of that image, and deletes both, as Rally's NovaServers.snapshot_server does.
type SnapshotServer struct {
	Booting `yaml:",inline"`
}

// NewSnapshotServer has the defaults.
func NewSnapshotServer() *SnapshotServer { return &SnapshotServer{Booting: newBooting()} }

// Open gets a token and finds the flavor, the image and the network.
func (w *SnapshotServer) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	s, err := w.withImages(ctx, env)
	if err != nil {
		return nil, err
	}
	s.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		server := s.boot(ctx, i)
		snapshot := i.Make(ctx, "nova.snapshot_server", s.images, func(name string) gophercloud.Result { return s.snapshot(ctx, i, server, name) })
		i.Remove(ctx, "nova.delete_server", server)
		again := s.boot(ctx, i, func(ask *servers.CreateOpts) { ask.ImageRef = snapshot.ID })
		i.Remove(ctx, "nova.delete_server", again)
		i.Remove(ctx, "glance_v2.delete_image", snapshot)
	}
	return s.making.Start(ctx, env)
}

// snapshot asks for an image of a server. Nova says its id in a header alone, or
// from microversion 2.45 on in the body alone.
func (s *booting) snapshot(ctx context.Context, i *openstack.Iteration, server openstack.Made, name string) gophercloud.Result {
	var said struct {
		ID string `json:"image_id"`
	}
	var into any
	inBody := asksFor(s.nova.Microversion, 45)
	if inBody {
		into = &said
	}
	answer := s.action(ctx, server, http.StatusAccepted, "createImage", map[string]any{"name": name, "metadata": openstack.Metadata(i.Run)}, into)
	if answer.Err != nil {
		return answer
	}
	if inBody {
		answer.Body = map[string]any{"id": said.ID}
		return answer
	}
	answer.Body = map[string]any{}
	if at := answer.Header.Get("Location"); at != "" {
		answer.Body = map[string]any{"id": path.Base(at)}
	}
	return answer
}
