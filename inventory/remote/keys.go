package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// signers returns the keys to offer: the one that the inventory names, or else
// those of the agent and then the files of ~/.ssh. done is called after the
// handshake, until which the agent has to be reachable.
func (s *settings) signers(ctx context.Context, r route) (signers []ssh.Signer, done func(), err error) {
	held, done := s.agentSigners(ctx)
	if r.key != "" {
		signer, err := readKey(r.key, held)
		if err != nil {
			done()
			return nil, nil, err
		}
		return []ssh.Signer{signer}, done, nil
	}
	signers = held
	var problems []error
	for _, file := range r.keys {
		signer, err := readKey(file, held)
		switch {
		case err == nil:
			signers = append(signers, signer)
		case !errors.Is(err, fs.ErrNotExist):
			problems = append(problems, err)
		}
	}
	if len(signers) == 0 {
		done()
		return nil, nil, errors.Join(append(problems, errors.New("there is no key to offer: no agent, and none in ~/.ssh"))...)
	}
	return signers, done, nil
}

// agentSigners lists the agent's keys; none when there is no agent.
func (s *settings) agentSigners(ctx context.Context) ([]ssh.Signer, func()) {
	if s.agent == "" {
		return nil, func() {}
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unix", s.agent)
	if err != nil {
		return nil, func() {}
	}
	signers, err := agent.NewClient(conn).Signers()
	if err != nil {
		signers = nil
	}
	return signers, func() { _ = conn.Close() } // nothing was written that could be lost
}

// readKey reads a private key. One with a passphrase is looked for in the agent.
func readKey(file string, held []ssh.Signer) (ssh.Signer, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	signer, err := ssh.ParsePrivateKey(text)
	var locked *ssh.PassphraseMissingError
	if !errors.As(err, &locked) {
		if err != nil {
			return nil, fmt.Errorf("read key %s: %w", file, err)
		}
		return signer, nil
	}
	for _, s := range held {
		if locked.PublicKey != nil && bytes.Equal(s.PublicKey().Marshal(), locked.PublicKey.Marshal()) {
			return s, nil
		}
	}
	return nil, fmt.Errorf("read key %s: it has a passphrase and is not in the agent", file)
}
