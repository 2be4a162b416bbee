package node

import (
	"context"
	"errors"
)

// Network is what a node sees of the others and of its own services. Hosts are
// the simulated addresses, not those of the machine that the simulation runs
// on.
type Network interface {
	// Connect opens a TCP connection and closes it again. It returns
	// ErrRefused when nothing listens, and blocks until ctx ends when the
	// host does not answer at all.
	Connect(ctx context.Context, host string, port int) error
	// Get makes an HTTP request. A frozen server accepts and stays silent, so
	// that Get blocks until ctx ends.
	Get(ctx context.Context, host string, port int, path string) (status int, body []byte, err error)
	// Sockets lists the TCP connections and listeners of this node.
	Sockets() []Socket
	// Status asks this node's database for variables like wsrep_ready.
	Status(ctx context.Context) (map[string]string, error)
	// Load tells how busy the node is.
	Load() Load
}

// Resolver is a network that knows names, which one need not.
type Resolver interface {
	// Lookup asks a resolver for the address of a name. It returns
	// ErrRefused when none can be asked, ErrName when there is no such name,
	// and ends with ctx where there is no answer.
	Lookup(ctx context.Context, resolver, name string) (string, error)
}

// Talker is a network with sockets in a node's files, which it need not have.
type Talker interface {
	// Talk says something to the socket at a path of this node, and returns
	// what it is answered. It returns ErrRefused where nobody listens, and
	// ends with ctx where there is no answer.
	Talk(ctx context.Context, socket string, said []byte) ([]byte, error)
}

// Speaker is a network in which ports can be told something in plain text, which
// it need not be.
type Speaker interface {
	// Say connects to a port, says something and returns what it is answered
	// until the other end closes. It returns ErrRefused where nobody listens,
	// and ends with ctx where there is no answer.
	Say(ctx context.Context, host string, port int, said []byte) ([]byte, error)
}

// Sender is a network to which packets of UDP can be sent, which it need not be.
type Sender interface {
	// Datagram sends one packet to a port of a host. That nobody gets it is no
	// error; a host that is no address of the network's is.
	Datagram(host string, port int, said []byte) error
}

// Ender is a network whose connections can be ended by force, which it need not be.
type Ender interface {
	// End resets a connection of this node, and tells whether there was one that
	// can be. Whoever had it connects again as it would.
	End(s Socket) bool
}

// Broker is a network with a message broker on the node, which it need not have.
type Broker interface {
	// Control is what rabbitmqctl does for these arguments, and its exit code.
	Control(ctx context.Context, args []string) (out, complaint string, code int)
}

// Database is a network with a database on the node that can be told something,
// which it need not have.
type Database interface {
	// Variables are the database's own, like wsrep_desync.
	Variables(ctx context.Context) (map[string]string, error)
	// Set changes one. It returns ErrVariable or ErrArguments where that
	// cannot be.
	Set(ctx context.Context, name, value string) error
	// Causal waits until this member has all that its cluster agreed on before.
	// It returns ErrCausal where it hears nothing of its cluster.
	Causal(ctx context.Context) error
}

// ErrCausal says that a member is behind its cluster, and does not catch up.
var ErrCausal = errors.New("lock wait timeout exceeded")

// ErrVariable says that there is no such variable.
var ErrVariable = errors.New("unknown system variable")

// ErrArguments says that a variable cannot have that value.
var ErrArguments = errors.New("incorrect arguments")

// ErrRefused says that nothing listens on a port.
var ErrRefused = errors.New("connection refused")

// ErrName says that there is no such name.
var ErrName = errors.New("name or service not known")

// Socket is one TCP socket; a listener has no peer.
type Socket struct {
	State               string // ESTAB or LISTEN
	Local, Peer         string // addresses
	LocalPort, PeerPort int
	User                int // as whom its program runs; 0 is root
}

// Load is how busy a node is.
type Load struct {
	BusySeconds float64 // of CPU time since boot
	Average     float64 // runnable processes, over a minute
	MemoryKiB   uint64  // in use
}

// silence is the network of a node that stands alone.
type silence struct{}

func (silence) Connect(context.Context, string, int) error { return ErrRefused }

func (silence) Get(context.Context, string, int, string) (int, []byte, error) {
	return 0, nil, ErrRefused
}

func (silence) Sockets() []Socket { return nil }

func (silence) Status(context.Context) (map[string]string, error) { return nil, ErrRefused }

func (silence) Load() Load { return Load{} }
