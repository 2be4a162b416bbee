package node_test

import (
	"context"

	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// fixed is a network on which port 5000 works, port 2 is silent, and nothing
// else listens.
type fixed struct{}

func (fixed) Connect(ctx context.Context, _ string, port int) error {
	switch port {
	case 5000:
		return nil
	case 2:
		<-ctx.Done()
		return ctx.Err()
	}
	return node.ErrRefused
}

func (f fixed) Get(ctx context.Context, host string, port int, path string) (int, []byte, error) {
	if err := f.Connect(ctx, host, port); err != nil {
		return 0, nil, err
	}
	if path == "/bad" {
		return 500, []byte("bad"), nil
	}
	return 200, []byte("OK"), nil
}

func (fixed) Lookup(ctx context.Context, resolver, name string) (string, error) {
	switch {
	case resolver == "127.1.0.3":
		<-ctx.Done()
		return "", ctx.Err()
	case resolver != "127.1.0.2":
		return "", node.ErrRefused
	case name != "api.example":
		return "", node.ErrName
	}
	return "127.1.0.10", nil
}

func (fixed) Sockets() []node.Socket {
	return []node.Socket{
		{State: "LISTEN", Local: "127.1.0.11", LocalPort: 5000},
		{State: "ESTAB", Local: "127.1.0.11", LocalPort: 5000, Peer: "127.1.0.12", PeerPort: 40000},
		{State: "ESTAB", Local: "127.1.0.11", LocalPort: 41000, Peer: "127.1.0.12", PeerPort: 3306},
	}
}

func (fixed) Status(context.Context) (map[string]string, error) {
	return map[string]string{"wsrep_ready": "ON", "wsrep_cluster_size": "3"}, nil
}

func (fixed) Load() node.Load { return node.Load{Average: 0.5, MemoryKiB: 1 << 20} }
