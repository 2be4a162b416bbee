package ssh

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"golang.org/x/crypto/ssh"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory/remote/hostkey"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane"
)

// Login connects to an instance, proves who it is with a key, and runs a command that
// does nothing: how long somebody waits until he can work there. Nobody is asked for a
// password, and none is sent.
type Login struct {
	Address    string `yaml:"address" required:"true" help:"host:port, port 22 as a rule"`
	User       string `yaml:"user" required:"true" help:"who logs in, such as debian"`
	Key        string `yaml:"key" required:"true" help:"file of the private key, without a passphrase"`
	KnownHosts string `yaml:"known_hosts" help:"file with a host key of the instance, which is asked for that one; empty: any host key is taken, as with an instance that has just been made"`
	Command    string `yaml:"command" help:"what is run; it has to exit with 0"`
}

// NewLogin has the defaults.
func NewLogin() *Login { return &Login{Command: "true"} }

// Validate says what is wrong with the arguments.
func (w *Login) Validate() error {
	errs := []error{dataplane.Check(w.Address)}
	for name, value := range map[string]string{"user": w.User, "key": w.Key, "command": w.Command} {
		if value == "" {
			errs = append(errs, fmt.Errorf("%s: must not be empty", name))
		}
	}
	return errors.Join(errs...)
}

// Open reads the key and the known hosts; nothing is sent.
func (w *Login) Open(_ context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("ssh.login: %w", err)
	}
	text, err := os.ReadFile(w.Key)
	if err != nil {
		return nil, fmt.Errorf("ssh.login: read key: %w", err)
	}
	key, err := ssh.ParsePrivateKey(text)
	if err != nil {
		return nil, fmt.Errorf("ssh.login: read key %s: %w", w.Key, err)
	}
	config := &ssh.ClientConfig{User: w.User, Auth: []ssh.AuthMethod{ssh.PublicKeys(key)}, HostKeyCallback: ssh.InsecureIgnoreHostKey()} //nolint:gosec // the arguments say so
	if w.KnownHosts != "" {
		known, err := hostkey.Read([]string{w.KnownHosts}, w.Address)
		if err != nil {
			return nil, fmt.Errorf("ssh.login: %w", err)
		}
		config.HostKeyCallback = func(_ string, _ net.Addr, key ssh.PublicKey) error { return known.Verify(key) }
		config.HostKeyAlgorithms = known.Algorithms()
	}
	return &logging{*w, env, config}, nil
}

type logging struct {
	Login
	env    loadgen.Env
	config *ssh.ClientConfig
}

// Iterate logs in once. A command that fails is a wrong result; a host key or a user
// that is refused is a failure to connect.
func (s *logging) Iterate(ctx context.Context, _ int64, rec loadgen.Recorder) loadgen.Outcome {
	conn, err := dataplane.Dial(ctx, s.env, "tcp", s.Address)
	if err != nil {
		return dataplane.Failed(err)
	}
	defer func() { _ = conn.Close() }() // with all that stands on it
	var client *ssh.Client
	o := s.step(ctx, rec, "ssh.login", func() error {
		c, channels, requests, err := ssh.NewClientConn(conn, s.Address, s.config)
		if err != nil {
			return err
		}
		client = ssh.NewClient(c, channels, requests)
		return nil
	})
	if o.Class != record.OK {
		return o
	}
	defer func() { _ = client.Close() }()
	return s.step(ctx, rec, "ssh.command", func() error {
		session, err := client.NewSession()
		if err != nil {
			return err
		}
		return session.Run(s.Command)
	})
}

func (*logging) step(ctx context.Context, rec loadgen.Recorder, name string, do func() error) (o loadgen.Outcome) {
	end := rec.Operation(name)
	if err := dataplane.Told(ctx, do()); err != nil {
		o = dataplane.Failed(err)
		if exit, is := errors.AsType[*ssh.ExitError](err); is {
			o = loadgen.Outcome{Class: record.WrongResult, Err: fmt.Errorf("the command ended with code %d", exit.ExitStatus())}
		}
	}
	end(o)
	return o
}

// Close has nothing to close.
func (*logging) Close(context.Context) error { return nil }
