package ssh

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory/remote/sshclient"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane"
)

// Key is one that was made for instances of a load. It is in no file.
type Key struct{ signer ssh.Signer }

// NewKey makes one.
func NewKey() (*Key, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	return &Key{signer}, nil
}

// Public is its public half, as a line of authorized_keys without its end.
func (k *Key) Public() string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(k.signer.PublicKey())))
}

// Instance is one that has just been made, so that nobody knows its host key. The first
// one that it shows when it lets somebody in is noted, and no other is taken afterwards.
type Instance struct {
	Address string // host:port
	User    string
	Key     *Key

	host ssh.PublicKey // nil until it has let somebody in
}

// oneTry is the longest that one attempt to log in may take, and oneDial that its connection
// may: nothing answers where a machine is not up yet, or not reached.
const (
	oneTry  = 10 * time.Second
	oneDial = time.Second
)

// Await waits until it lets its user in, and tries that again and again at that
// distance, one try at a time, since nobody can know when it has come up. When that was is
// known to that distance, but to a second where a connect is not answered, and to ten where
// a handshake hangs. If it has not within that time, that is a time-out, with what came of
// the last try.
func (i *Instance) Await(ctx context.Context, env loadgen.Env, within, every time.Duration) loadgen.Outcome {
	waiting, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	end, _ := waiting.Deadline()
	last := errors.New("it did not answer")
	quick := dataplane.Quick(env, oneDial)
	for start := time.Now(); ; {
		one, stop := context.WithTimeout(waiting, oneTry)
		client, err := i.login(one, quick)
		stop()
		if err == nil {
			_ = client.Close()
			return loadgen.Outcome{}
		}
		switch {
		case waiting.Err() != nil, !time.Now().Before(end): // what the end of all cuts off tells nothing
		case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded): // which of them a dialler tells is chance
			last = errors.New("it did not answer")
		default:
			last = err
		}
		turn := time.Since(start)/every + 1
		timer := time.NewTimer(time.Until(start.Add(turn * every)))
		select {
		case <-timer.C:
			continue
		case <-waiting.Done():
			timer.Stop()
		}
		if ctx.Err() != nil {
			return dataplane.Failed(fmt.Errorf("wait for SSH: %w; before: %v", ctx.Err(), last)) //nolint:errorlint // the class is that of the end
		}
		return loadgen.Outcome{Class: record.Timeout, Err: fmt.Errorf("wait for SSH: nobody was let in within %s: %w", within, last)}
	}
}

// login connects and proves who it is.
func (i *Instance) login(ctx context.Context, env loadgen.Env) (*ssh.Client, error) {
	conn, err := dataplane.Dial(ctx, env, "tcp", i.Address)
	if err != nil {
		return nil, err
	}
	var shown ssh.PublicKey
	client, err := sshclient.New(conn, i.Address, &ssh.ClientConfig{
		User: i.User, Auth: []ssh.AuthMethod{ssh.PublicKeys(i.Key.signer)},
		HostKeyCallback: func(_ string, _ net.Addr, key ssh.PublicKey) error {
			if i.host != nil && !bytes.Equal(i.host.Marshal(), key.Marshal()) {
				return wrong("another machine answers at the address: it shows another host key than before")
			}
			shown = key
			return nil
		},
	})
	if err != nil {
		_ = conn.Close()
		return nil, dataplane.Told(ctx, err)
	}
	i.host = shown
	return client, nil
}

// Run runs a command there, and returns what it wrote to its output. A code that is not
// 0, and one that is not over within that time, is a failure.
func (i *Instance) Run(ctx context.Context, env loadgen.Env, command string, within time.Duration) (said string, o loadgen.Outcome) {
	limited, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	client, err := i.login(limited, env)
	if err == nil {
		said, err = runs(client, command)
		_ = client.Close()
	}
	switch err = dataplane.Told(limited, err); {
	case err == nil:
		return said, loadgen.Outcome{}
	case limited.Err() != nil && ctx.Err() == nil:
		return said, loadgen.Outcome{Class: record.Timeout, Err: fmt.Errorf("run command: it was not over within %s", within)}
	}
	o = dataplane.Failed(fmt.Errorf("run command: %w", err))
	if _, is := errors.AsType[*wrongError](err); is {
		o.Class = record.WrongResult
	}
	return said, o
}

// mostHeard bounds what a command may say, bytes.
const mostHeard = 1 << 20

// runs runs a command.
func runs(client *ssh.Client, command string) (string, error) {
	session, err := client.NewSession()
	if err != nil {
		return "", err
	}
	said, errs := loadgen.Capped{Most: mostHeard}, loadgen.Capped{Most: mostHeard}
	session.Stdout, session.Stderr = &said, &errs
	err = session.Run(command)
	if exit, is := errors.AsType[*ssh.ExitError](err); is {
		return string(said.Bytes()), wrong("it ended with code %d%s", exit.ExitStatus(), lastWords(errs.Bytes()))
	}
	if err == nil && said.Over() {
		err = wrong("it said more than %d MiB", mostHeard>>20)
	}
	return string(said.Bytes()), err
}
