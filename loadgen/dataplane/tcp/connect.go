package tcp

import (
	"context"
	"fmt"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane"
)

// Connect opens a connection and closes it.
type Connect struct {
	Address string `yaml:"address" required:"true" help:"host:port of a balancer, a floating IP or an instance"`
}

// Validate says what is wrong with the arguments.
func (w *Connect) Validate() error { return dataplane.Check(w.Address) }

// Open sends nothing.
func (w *Connect) Open(_ context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("tcp.connect: %w", err)
	}
	return connecting{w.Address, env}, nil
}

type connecting struct {
	address string
	env     loadgen.Env
}

// Iterate connects once.
func (s connecting) Iterate(ctx context.Context, _ int64, _ loadgen.Recorder) loadgen.Outcome {
	conn, err := dataplane.Dial(ctx, s.env, "tcp", s.address)
	if err != nil {
		return dataplane.Failed(err)
	}
	_ = conn.Close() // it was made, which is all that was asked
	return loadgen.Outcome{}
}

// Close has nothing to close.
func (connecting) Close(context.Context) error { return nil }
