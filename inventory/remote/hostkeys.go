package remote

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// hostKeys verifies one machine's key against known_hosts files. There is no
// way around it.
type hostKeys struct {
	names   []string // host:port, as known_hosts may call the machine
	files   []string
	lookup  ssh.HostKeyCallback
	refusal error // why the key that was shown is refused
	proven  bool  // the key that was shown is right
}

func readHostKeys(r route) (*hostKeys, error) {
	lookup, err := knownhosts.New(r.knownHosts...)
	if err != nil {
		return nil, fmt.Errorf("read known_hosts: %w", err)
	}
	if len(r.knownHosts) == 0 {
		return nil, fmt.Errorf("there is no known_hosts file: %w", os.ErrNotExist)
	}
	return &hostKeys{names: r.names, files: r.knownHosts, lookup: lookup}, nil
}

// verify looks a key up under every name; the first name that known_hosts has
// an entry for decides.
func (k *hostKeys) verify(remote net.Addr, key ssh.PublicKey) error {
	var unknown *knownhosts.KeyError
	var err error
	for _, name := range k.names {
		err = k.lookup(name, remote, key)
		if !errors.As(err, &unknown) || len(unknown.Want) > 0 {
			return err
		}
	}
	return err
}

// check is the callback of the handshake.
func (k *hostKeys) check(_ string, _ net.Addr, key ssh.PublicKey) error {
	// The network's own idea of the address plays no part: behind a jump host
	// it is that of the jump.
	err := k.verify(&net.TCPAddr{}, key)
	k.proven = err == nil
	if err != nil {
		k.refusal = k.explain(key, err)
	}
	return err
}

func (k *hostKeys) explain(key ssh.PublicKey, err error) error {
	shown := key.Type() + " " + ssh.FingerprintSHA256(key)
	var wrong *knownhosts.KeyError
	switch {
	case errors.As(err, &wrong) && len(wrong.Want) == 0:
		return fmt.Errorf("%s has no entry for %s, which shows %s", strings.Join(k.files, ", "), k.names[0], shown)
	case errors.As(err, &wrong):
		w := wrong.Want[0]
		return fmt.Errorf("%s shows %s where %s:%d has %s %s", k.names[0], shown, w.Filename, w.Line, w.Key.Type(), ssh.FingerprintSHA256(w.Key))
	}
	return err
}

// algorithms lists the key algorithms to ask the machine for: those of the keys
// that are known, because a machine that shows another of its keys could not
// be verified. Nil asks for any, and verification then says what is missing.
func (k *hostKeys) algorithms() []string {
	probe, err := ssh.NewPublicKey(ed25519.PublicKey(make([]byte, ed25519.PublicKeySize)))
	if err != nil {
		return nil
	}
	var known *knownhosts.KeyError
	if !errors.As(k.verify(&net.TCPAddr{}, probe), &known) {
		return nil
	}
	var list []string
	for _, want := range known.Want {
		switch t := want.Key.Type(); t {
		case ssh.KeyAlgoRSA:
			list = append(list, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256)
		default:
			list = append(list, t)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
