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
	"github.com/openstack-eris/eris/inventory/remote/sshclient"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane"
)

// Access is how somebody logs in to an instance. Nobody is asked for a password, and
// none is sent.
type Access struct {
	Address    string `yaml:"address" required:"true" help:"host:port, port 22 as a rule"`
	User       string `yaml:"user" required:"true" help:"who logs in, such as debian"`
	Key        string `yaml:"key" required:"true" help:"file of the private key, without a passphrase"`
	KnownHosts string `yaml:"known_hosts" help:"file with a host key of the instance, which is asked for that one; empty: any host key is taken, as with an instance that has just been made"`
}

// Validate says what is wrong with the arguments.
func (a *Access) Validate() error {
	return errors.Join(dataplane.Check(a.Address), filled(map[string]string{"user": a.User, "key": a.Key}))
}

// filled refuses arguments that are empty.
func filled(args map[string]string) error {
	var errs []error
	for name, value := range args {
		if value == "" {
			errs = append(errs, fmt.Errorf("%s: must not be empty", name))
		}
	}
	return errors.Join(errs...)
}

// open reads the key and the known hosts; nothing is sent.
func (a *Access) open(env loadgen.Env) (*way, error) {
	text, err := os.ReadFile(a.Key)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	key, err := ssh.ParsePrivateKey(text)
	if err != nil {
		return nil, fmt.Errorf("read key %s: %w", a.Key, err)
	}
	config := &ssh.ClientConfig{User: a.User, Auth: []ssh.AuthMethod{ssh.PublicKeys(key)}, HostKeyCallback: ssh.InsecureIgnoreHostKey()} //nolint:gosec // the arguments say so
	if a.KnownHosts != "" {
		known, err := hostkey.Read([]string{a.KnownHosts}, a.Address)
		if err != nil {
			return nil, err
		}
		config.HostKeyCallback = func(_ string, _ net.Addr, key ssh.PublicKey) error { return known.Verify(key) }
		config.HostKeyAlgorithms = known.Algorithms()
	}
	return &way{a.Address, env, config}, nil
}

// way is how an instance is come to.
type way struct {
	address string
	env     loadgen.Env
	config  *ssh.ClientConfig
}

// visit logs in, and does there what is to be done. A host key or a user that is
// refused is a failure to connect.
func (w *way) visit(ctx context.Context, rec loadgen.Recorder, do func(*ssh.Client) loadgen.Outcome) loadgen.Outcome {
	conn, err := dataplane.Dial(ctx, w.env, "tcp", w.address)
	if err != nil {
		return dataplane.Failed(err)
	}
	defer func() { _ = conn.Close() }() // with all that stands on it
	var client *ssh.Client
	o := step(ctx, rec, "ssh.login", func() error {
		var err error
		client, err = sshclient.New(conn, w.address, w.config)
		return err
	})
	if o.Class != record.OK {
		return o
	}
	defer func() { _ = client.Close() }()
	return do(client)
}

// step is an operation. A command that fails is a wrong result.
func step(ctx context.Context, rec loadgen.Recorder, name string, do func() error) (o loadgen.Outcome) {
	end := rec.Operation(name)
	if err := dataplane.Told(ctx, do()); err != nil {
		o = dataplane.Failed(err)
		if exit, is := errors.AsType[*ssh.ExitError](err); is {
			o = loadgen.Outcome{Class: record.WrongResult, Err: fmt.Errorf("the command ended with code %d", exit.ExitStatus())}
		} else if _, is := errors.AsType[*wrongError](err); is {
			o.Class = record.WrongResult
		}
	}
	end(o)
	return o
}

// wrongError is a result that is not as it has to be.
type wrongError struct{ error }

// Unwrap is what is wrong.
func (e *wrongError) Unwrap() error { return e.error }

func wrong(format string, args ...any) error { return &wrongError{fmt.Errorf(format, args...)} }
