package nova

import (
	"context"
	"errors"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// BootAndListServer boots a server, looks for it in the list of the project's
// servers, and deletes it, which Rally's NovaServers.boot_and_list_server
// leaves to the end of its task. A list without the server is a wrong result.
type BootAndListServer struct {
	Booting  `yaml:",inline"`
	Detailed bool `yaml:"detailed" help:"ask for all of each server, not only for its name"`
}

// NewBootAndListServer has the defaults.
func NewBootAndListServer() *BootAndListServer {
	return &BootAndListServer{Booting: newBooting(), Detailed: true}
}

// Open gets a token and finds the flavor, the image and the network.
func (w *BootAndListServer) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	return w.open(ctx, env, func(ctx context.Context, s *booting, i *openstack.Iteration, server openstack.Made) {
		i.Do("nova.list_servers", func() loadgen.Outcome { return w.list(ctx, s.nova, i.Name, server.ID) })
	})
}

// list looks for a server in the first page of those with its name.
func (w *BootAndListServer) list(ctx context.Context, nova *gophercloud.ServiceClient, name, id string) loadgen.Outcome {
	path := []string{"servers"}
	if w.Detailed {
		path = append(path, "detail")
	}
	query, err := servers.ListOpts{Name: "^" + name + "$"}.ToServerListQuery()
	if err != nil {
		return openstack.Wrong(err, nil)
	}
	var list struct {
		Servers []struct {
			ID string `json:"id"`
		} `json:"servers"`
	}
	answer := openstack.Call(ctx, nova, http.MethodGet, nova.ServiceURL(path...)+query, nil, &list, http.StatusOK)
	o := openstack.Ended(answer)
	if o.Class != record.OK {
		return o
	}
	for _, each := range list.Servers {
		if each.ID == id {
			return o
		}
	}
	return openstack.Wrong(errors.New("list servers: the server is not in the list"), answer.Header)
}
