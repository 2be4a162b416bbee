package workers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// broker is the NATS through which the hub and its workers talk. It is the run's own, in this
// process, or one that is there.
type broker struct {
	conn  *nats.Conn
	url   string         // for workers
	own   *server.Server // nil: it is somebody else's
	store string         // its folder; empty likewise
}

// brokerReady is how long the embedded server may take to come up on a busy machine.
const brokerReady = 30 * time.Second

// embed starts the server at an address of this machine. It stores in a folder of its own,
// which nobody else may read and which goes with it.
func embed(ctx context.Context, listen string, secret Secret) (b *broker, err error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return nil, fmt.Errorf("listen for workers: %w", err)
	}
	number, err := strconv.Atoi(port)
	if err != nil || number < 0 || number > 65535 {
		return nil, fmt.Errorf("listen for workers: %q is no port", port)
	}
	tried, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen) // the server itself would not say what is in its way
	if err != nil {
		return nil, fmt.Errorf("listen for workers: %w", err)
	}
	if err := tried.Close(); err != nil {
		return nil, fmt.Errorf("listen for workers: %w", err)
	}
	if number == 0 {
		number = server.RANDOM_PORT
	}
	b = &broker{}
	made := b // the result is nil when it did not come to be
	sweepStores()
	if b.store, err = os.MkdirTemp("", fmt.Sprintf("%s%d-", storePrefix, os.Getpid())); err != nil {
		return nil, fmt.Errorf("store workers' outcomes: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, made.close())
		}
	}()
	encrypted, err := secret.serve()
	if err != nil {
		return nil, err
	}
	if b.own, err = server.NewServer(&server.Options{
		ServerName: "eris", Host: host, Port: number, NoLog: true, NoSigs: true,
		Authorization: secret.password(), TLSConfig: encrypted, TLSTimeout: 10, AuthTimeout: 12,
		JetStream: true, StoreDir: b.store, DisableJetStreamBanner: true,
	}); err != nil {
		return nil, fmt.Errorf("start server for workers: %w", err)
	}
	b.own.Start()
	if !b.own.ReadyForConnections(brokerReady) {
		return nil, fmt.Errorf("start server for workers: it does not listen at %s", listen)
	}
	at, _ := b.own.Addr().(*net.TCPAddr)
	if host == "" || net.ParseIP(host).IsUnspecified() {
		host, _ = os.Hostname() // which is only for the person who reads the command
	}
	b.url = "nats://" + net.JoinHostPort(host, strconv.Itoa(at.Port))
	b.conn, err = nats.Connect("", nats.InProcessServer(b.own), nats.Token(secret.password()), nats.Name("eris run"))
	if err != nil {
		return nil, fmt.Errorf("connect to server for workers: %w", err)
	}
	return b, nil
}

// storePrefix begins the names of the folders that embedded servers store in, before the id of
// their process.
const storePrefix = "eris-workers-"

// sweepStores removes what runs have left that were killed.
func sweepStores() {
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), storePrefix+"*")) // the pattern is well
	for _, folder := range left {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(folder), storePrefix), "-")
		if id, err := strconv.Atoi(pid); err == nil && errors.Is(syscall.Kill(id, 0), syscall.ESRCH) {
			_ = os.RemoveAll(folder) // of somebody else it stays
		}
	}
}

// Credentials names the file with the credentials of a NATS that is not a run's own.
const Credentials = "ERIS_NATS_CREDS"

// outside connects to a NATS that is there.
func outside(ctx context.Context, url string) (*broker, error) {
	conn, err := dial(ctx, url, append(external(), nats.Name("eris run"))...)
	if err != nil {
		return nil, err
	}
	return &broker{conn: conn, url: url}, nil
}

func external() []nats.Option {
	if file := os.Getenv(Credentials); file != "" {
		return []nats.Option{nats.UserCredentials(file)}
	}
	return nil
}

// checkAddress refuses the address of a NATS, or addresses of its members with commas between
// them, of which one names a user or a password, also one that is no URL as a whole.
func checkAddress(address string) error {
	for one := range strings.SplitSeq(address, ",") {
		if at := strings.LastIndexByte(one, '@'); at >= 0 {
			return fmt.Errorf("connect to %s: a password does not belong on a command line; $%s names a file with credentials", one[at+1:], Credentials)
		}
	}
	return nil
}

// dial connects and stays connected.
func dial(ctx context.Context, address string, options ...nats.Option) (*nats.Conn, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err := checkAddress(address); err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	conn, err := nats.Connect(address, append([]nats.Option{nats.SetCustomDialer(dialer), nats.MaxReconnects(-1), nats.ReconnectWait(500 * time.Millisecond)}, options...)...)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	return conn, nil
}

// close ends what is the run's own.
func (b *broker) close() error {
	if b.conn != nil {
		b.conn.Close()
	}
	if b.own != nil {
		b.own.Shutdown()
		b.own.WaitForShutdown()
	}
	if b.store == "" {
		return nil
	}
	return errors.Join(os.RemoveAll(b.store))
}
