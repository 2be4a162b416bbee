// Package hostkey knows machines by the keys that known_hosts files have of
// them. Who reaches nodes and who logs in to instances both stand on it.
package hostkey

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

// Known is what known_hosts files have of one machine. It is safe for use by many
// at once.
type Known struct {
	names  []string
	files  []string
	lookup ssh.HostKeyCallback
}

// Read reads the files for a machine that they may call by any of these names, each
// host:port. No file at all is an error that wraps os.ErrNotExist.
func Read(files []string, names ...string) (*Known, error) {
	lookup, err := knownhosts.New(files...)
	if err != nil {
		return nil, fmt.Errorf("read known_hosts: %w", err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there is no known_hosts file: %w", os.ErrNotExist)
	}
	return &Known{names: names, files: files, lookup: lookup}, nil
}

// Verify says why a key is not the machine's; nil when it is. The first name that the
// files have an entry for decides.
func (k *Known) Verify(key ssh.PublicKey) error {
	if err := k.ask(key); err != nil {
		return k.explain(key, err)
	}
	return nil
}

// ask looks a key up under every name. The network's own idea of the address plays no
// part: behind a jump host it is that of the jump.
func (k *Known) ask(key ssh.PublicKey) error {
	var unknown *knownhosts.KeyError
	var err error
	for _, name := range k.names {
		err = k.lookup(name, &net.TCPAddr{}, key)
		if !errors.As(err, &unknown) || len(unknown.Want) > 0 {
			return err
		}
	}
	return err
}

func (k *Known) explain(key ssh.PublicKey, err error) error {
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

// Algorithms lists the key algorithms to ask the machine for: those of the keys
// that are known, because a machine that shows another of its keys could not
// be verified. Nil asks for any, and verification then says what is missing.
func (k *Known) Algorithms() []string {
	probe, err := ssh.NewPublicKey(ed25519.PublicKey(make([]byte, ed25519.PublicKeySize)))
	if err != nil {
		return nil
	}
	var known *knownhosts.KeyError
	if !errors.As(k.ask(probe), &known) {
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
