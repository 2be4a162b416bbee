package nova

import (
	"cmp"
	"context"
	"fmt"
	"net/http"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// BootAndMigrateServer boots a server, has Nova move it to another host while it is
// stopped for that, confirms that or takes it back, and deletes it, as Rally's
// NovaServers.boot_and_migrate_server does.
type BootAndMigrateServer struct {
	Booting `yaml:",inline"`
	Confirm bool `yaml:"confirm" help:"confirm the migration; false takes it back"`
}

// NewBootAndMigrateServer has the defaults.
func NewBootAndMigrateServer() *BootAndMigrateServer {
	return &BootAndMigrateServer{Booting: newBooting(), Confirm: true}
}

// Role is admin: nobody else may migrate.
func (*BootAndMigrateServer) Role() string { return "admin" }

// Open gets a token and finds the flavor, the image and the network.
func (w *BootAndMigrateServer) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	operation, ask, code := "nova.resize_confirm", "confirmResize", http.StatusNoContent
	if !w.Confirm {
		operation, ask, code = "nova.resize_revert", "revertResize", http.StatusAccepted
	}
	return w.open(ctx, env, func(ctx context.Context, s *booting, i *openstack.Iteration, server openstack.Made) {
		i.Do("nova.migrate", func() loadgen.Outcome { return s.migrate(ctx, i, server, "migrate", nil, "VERIFY_RESIZE") })
		i.Do(operation, func() loadgen.Outcome {
			o := openstack.Ended(s.action(ctx, server, code, ask, nil, nil))
			if o.Class != record.OK {
				return o
			}
			return i.Await(ctx, server, "ACTIVE")
		})
	})
}

// BootAndLiveMigrateServer boots a server, has Nova move it to another host while it
// runs, and deletes it, as Rally's NovaServers.boot_and_live_migrate_server does.
type BootAndLiveMigrateServer struct {
	Booting `yaml:",inline"`
}

// NewBootAndLiveMigrateServer has the defaults.
func NewBootAndLiveMigrateServer() *BootAndLiveMigrateServer {
	return &BootAndLiveMigrateServer{Booting: newBooting()}
}

// Role is admin: nobody else may migrate.
func (*BootAndLiveMigrateServer) Role() string { return "admin" }

// choosesBlocks is the first version of Nova's API in which Nova chooses whether a
// server's disk is moved with it, and how. It is asked for where none is.
const choosesBlocks = 25

// Open gets a token and finds the flavor, the image and the network. An earlier
// microversion than 2.25 is refused.
func (w *BootAndLiveMigrateServer) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	asked := env.Microversions["compute"]
	if asked != "" && !asksFor(asked, choosesBlocks) {
		return nil, fmt.Errorf("microversions: nova.boot_and_live_migrate_server needs 2.%d of compute or a later one, and %s is asked for", choosesBlocks, asked)
	}
	return w.open(ctx, env, func(ctx context.Context, s *booting, i *openstack.Iteration, server openstack.Made) {
		live := *s
		of := *s.nova
		of.Microversion = cmp.Or(asked, fmt.Sprintf("2.%d", choosesBlocks))
		live.nova = &of
		i.Do("nova.live_migrate", func() loadgen.Outcome {
			return live.migrate(ctx, i, server, "os-migrateLive", map[string]any{"host": nil, "block_migration": "auto"}, "ACTIVE")
		})
	})
}

// migrate has a server moved. One that Nova could not move is where it was, as if
// nothing had been asked for: that it is elsewhere has to be looked at.
func (s *booting) migrate(ctx context.Context, i *openstack.Iteration, server openstack.Made, ask string, args any, until string) loadgen.Outcome {
	from, o := s.where(ctx, server)
	if o.Class != record.OK {
		return o
	}
	if o = openstack.Ended(s.action(ctx, server, http.StatusAccepted, ask, args, nil)); o.Class != record.OK {
		return o
	}
	if o = i.Await(ctx, server, until, "ACTIVE"); o.Class != record.OK {
		return o
	}
	to, o := s.where(ctx, server)
	switch {
	case o.Class != record.OK:
		return o
	case to.status != until || to.host == from.host:
		return loadgen.Outcome{Class: record.WrongResult, RequestID: o.RequestID, SentID: o.SentID, Err: fmt.Errorf("migrate server %s: it is %s on host %q, and was on %q", server.ID, to.status, to.host, from.host)}
	}
	return o
}

// place is where a server is, and how.
type place struct {
	host, status string
	task         any  // what Nova does about it; nil: nothing
	power        *int // the number of its power state; nil: it was not told
}

// where asks for that. Nova tells the host to administrators, and everybody a sum of it.
func (s *booting) where(ctx context.Context, server openstack.Made) (place, loadgen.Outcome) {
	var said struct {
		Server *struct {
			Host   string `json:"OS-EXT-SRV-ATTR:host"`
			Sum    string `json:"hostId"`
			Status string `json:"status"`
			Task   any    `json:"OS-EXT-STS:task_state"`
			Power  *int   `json:"OS-EXT-STS:power_state"`
		} `json:"server"`
	}
	answer := openstack.Call(ctx, s.nova, http.MethodGet, s.nova.ServiceURL("servers", server.ID), nil, &said, http.StatusOK)
	switch o := openstack.Ended(answer); {
	case o.Class != record.OK:
		return place{}, o
	case said.Server == nil:
		return place{}, openstack.Wrong(fmt.Errorf("show server %s: the answer has none", server.ID), answer.Header)
	default:
		return place{cmp.Or(said.Server.Host, said.Server.Sum), said.Server.Status, said.Server.Task, said.Server.Power}, o
	}
}
