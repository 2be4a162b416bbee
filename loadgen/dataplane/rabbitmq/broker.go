package rabbitmq

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane"
)

// Access is how somebody logs in to RabbitMQ. The password is referred to and never
// told: it stands in no scenario and in no record.
type Access struct {
	Addresses    []string      `yaml:"addresses" help:"HOST:PORT of each broker, which are tried in turn; empty: those of the inventory's service rabbitmq or rabbitmq-server"`
	User         string        `yaml:"user" required:"true" help:"who logs in; it needs configure, write and read on queues named eris-*"`
	PasswordFile string        `yaml:"password_file" help:"file whose first line is the password"`
	PasswordEnv  string        `yaml:"password_env" help:"name of the variable of the environment that has the password, instead of a file"`
	Vhost        string        `yaml:"vhost" help:"virtual host"`
	TLS          bool          `yaml:"tls" help:"speak TLS, and verify the broker's certificate"`
	CA           string        `yaml:"ca" help:"file of the authorities by which that is verified; empty: those of this machine"`
	Heartbeat    time.Duration `yaml:"heartbeat" help:"a connection on which nothing has come for half as long again is lost, from 2s on; 60s is oslo.messaging's heartbeat_timeout_threshold"`
}

// newAccess has the defaults.
func newAccess() Access { return Access{Vhost: "/", Heartbeat: time.Minute} }

// Validate says what is wrong with the arguments.
func (a *Access) Validate() error {
	var errs []error
	for _, address := range a.Addresses {
		errs = append(errs, dataplane.Check(address))
	}
	if a.User == "" {
		errs = append(errs, errors.New("user: must not be empty"))
	}
	if (a.PasswordFile == "") == (a.PasswordEnv == "") {
		errs = append(errs, errors.New("password_file: either it or password_env has to say where the password is"))
	}
	if a.Vhost == "" {
		errs = append(errs, errors.New("vhost: must not be empty"))
	}
	if a.CA != "" && !a.TLS {
		errs = append(errs, errors.New("ca: is for tls: true"))
	}
	if a.Heartbeat < 2*time.Second {
		errs = append(errs, fmt.Errorf("heartbeat: %s is less than 2s", a.Heartbeat))
	}
	return errors.Join(errs...)
}

// services are RabbitMQ's names in an inventory.
func services() []string { return []string{"rabbitmq", "rabbitmq-server"} }

// open reads what the arguments refer to; nothing is sent.
func (a *Access) open(env loadgen.Env) (*brokers, error) {
	b := &brokers{access: a, dial: env.Dial, addresses: a.Addresses, run: env.Run, load: env.Load}
	for _, name := range services() {
		if len(b.addresses) == 0 {
			b.addresses = env.Members[name]
		}
	}
	if len(b.addresses) == 0 {
		return nil, errors.New("addresses: there are none, and the inventory has no service rabbitmq or rabbitmq-server")
	}
	if b.dial == nil {
		b.dial = (&net.Dialer{KeepAlive: 15 * time.Second}).DialContext
	}
	var err error
	if b.password, err = a.password(env.Variable); err != nil {
		return nil, err
	}
	b.authorities, err = dataplane.Authorities(a.CA)
	return b, err
}

// Secrets implements loadgen.Secretive.
func (a *Access) Secrets() []string {
	if a.PasswordEnv == "" {
		return nil
	}
	return []string{a.PasswordEnv}
}

func (a *Access) password(variable func(string) (string, bool)) (string, error) {
	if a.PasswordEnv != "" {
		if variable == nil {
			variable = os.LookupEnv
		}
		password, is := variable(a.PasswordEnv)
		if !is {
			return "", fmt.Errorf("password_env: there is no variable %s", a.PasswordEnv)
		}
		return password, nil
	}
	text, err := os.ReadFile(a.PasswordFile)
	if err != nil {
		return "", fmt.Errorf("read password_file: %w", err)
	}
	password, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSuffix(password, "\r"), nil
}

// brokers is the cluster: whichever of its members lets somebody in.
type brokers struct {
	access      *Access
	addresses   []string
	password    string
	authorities *x509.CertPool
	dial        func(ctx context.Context, network, address string) (net.Conn, error)
	run, load   string
	turn        atomic.Uint32 // whose turn it is
}

// connectMost is how long logging in to one broker may take.
const connectMost = 5 * time.Second

// line is a connection with one channel.
type line struct {
	raw     net.Conn
	conn    *amqp.Connection
	channel *amqp.Channel
}

// close ends it at once, whatever waits on it: the broker is not asked, since it may
// not answer.
func (l *line) close() {
	_ = l.raw.Close()
	_ = l.conn.CloseDeadline(time.Now()) // what runs for it ends
}

// farewell is how long a broker is waited for that is told of a connection's end.
const farewell = 2 * time.Second

// leave tells the broker that it ends.
func (l *line) leave() {
	stop := time.AfterFunc(farewell, func() { _ = l.raw.Close() })
	defer stop.Stop()
	_ = l.conn.CloseDeadline(time.Now().Add(farewell))
	_ = l.raw.Close()
}

// connect logs in to the first broker that lets it, each once.
func (b *brokers) connect(ctx context.Context, purpose string) (*line, error) {
	var last error
	for range b.addresses {
		address := b.addresses[int(b.turn.Load())%len(b.addresses)]
		l, err := b.login(ctx, address, purpose)
		if err == nil {
			return l, nil
		}
		b.turn.Add(1)
		if last = err; ctx.Err() != nil {
			break
		}
	}
	return nil, last
}

func (b *brokers) login(ctx context.Context, address, purpose string) (*line, error) {
	limited, cancel := context.WithTimeout(ctx, connectMost)
	defer cancel()
	raw, err := b.dial(limited, "tcp", address)
	if err != nil {
		return nil, dataplane.Told(ctx, err)
	}
	if b.access.TLS {
		host, _, _ := net.SplitHostPort(address) // it was checked
		raw = tls.Client(raw, &tls.Config{ServerName: host, RootCAs: b.authorities, MinVersion: tls.VersionTLS12})
	}
	stop := context.AfterFunc(limited, func() { _ = raw.Close() })
	conn, err := amqp.Open(raw, amqp.Config{
		SASL:  []amqp.Authentication{&amqp.PlainAuth{Username: b.access.User, Password: b.password}},
		Vhost: b.access.Vhost, Heartbeat: b.access.Heartbeat, Locale: "en_US",
		Properties: amqp.Table{"product": "eris", "connection_name": "eris " + b.run + " " + b.load + " " + purpose},
	})
	if err != nil {
		stop()
		_ = raw.Close()
		return nil, said(limited, err)
	}
	l := &line{raw: raw, conn: conn}
	if l.channel, err = conn.Channel(); err != nil {
		stop()
		l.close()
		return nil, said(limited, err)
	}
	if !stop() {
		l.close()
		return nil, limited.Err()
	}
	return l, nil
}

// said is an error as it is told: what the broker has said, in its words, or what became
// of the connection.
func said(ctx context.Context, err error) error {
	why, is := errors.AsType[*amqp.Error](err)
	seen, looked := errors.AsType[*saysError](err)
	switch {
	case looked:
		return seen
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, amqp.ErrCredentials): // RabbitMQ hangs up without a word
		return errors.New("the broker hung up when it was told user and password")
	case !is || why.Code == amqp.ErrClosed.Code:
		return errLost
	}
	return told(why)
}

var errLost = errors.New("the connection was lost")
