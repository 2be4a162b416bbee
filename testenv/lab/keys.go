package lab

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// keys are everything secret of one lab: one random seed, from which
// passwords and host keys are derived, and the key pair of its user.
type keys struct {
	seed  []byte
	user  sshPair
	hosts map[string]sshPair
}

type sshPair struct {
	private string // OpenSSH PEM
	public  string // authorized_keys form, no newline
}

// loadKeys reads the lab's seed, or makes one; all else follows from it.
func loadKeys(p paths, profile *Profile) (*keys, error) {
	if _, err := os.Stat(p.secret); os.IsNotExist(err) {
		seed := make([]byte, 32)
		if _, err = rand.Read(seed); err == nil {
			err = os.WriteFile(p.secret, seed, 0o600)
		}
		if err != nil {
			return nil, fmt.Errorf("make the lab's secret: %w", err)
		}
	}
	return readKeys(p, profile)
}

// readKeys reads the seed of a lab that is there.
func readKeys(p paths, profile *Profile) (*keys, error) {
	seed, err := os.ReadFile(p.secret)
	if err != nil {
		return nil, fmt.Errorf("read the lab's secret: %w", err)
	}
	return newKeys(seed, profile)
}

func newKeys(seed []byte, profile *Profile) (*keys, error) {
	if len(seed) < 32 {
		return nil, fmt.Errorf("read the lab's secret: %d bytes, want 32 (was its writing cut off? take the lab down)", len(seed))
	}
	k := &keys{seed: seed, hosts: map[string]sshPair{}}
	var err error
	if k.user, err = k.pair("user", "eris-lab"); err != nil {
		return nil, err
	}
	for _, n := range profile.Nodes {
		if k.hosts[n.Name], err = k.pair("host "+n.Name, n.Name); err != nil {
			return nil, err
		}
	}
	return k, nil
}

func (k *keys) derive(purpose string) []byte {
	mac := hmac.New(sha256.New, k.seed)
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}

func (k *keys) password(name string) string {
	return hex.EncodeToString(k.derive("password " + name)[:12])
}

// fernet is a key as the cryptography package's Fernet takes it: 32 bytes in
// URL-safe base64.
func (k *keys) fernet(name string) string {
	return base64.URLEncoding.EncodeToString(k.derive("fernet " + name))
}

func (k *keys) hex(purpose, of string, bytes int) string {
	return hex.EncodeToString(k.derive(purpose + " " + of)[:bytes])
}

func (k *keys) pair(purpose, comment string) (sshPair, error) {
	private := ed25519.NewKeyFromSeed(k.derive("ssh " + purpose))
	block, err := ssh.MarshalPrivateKey(private, comment)
	if err != nil {
		return sshPair{}, fmt.Errorf("encode key of %s: %w", purpose, err)
	}
	public, err := ssh.NewPublicKey(private.Public())
	if err != nil {
		return sshPair{}, fmt.Errorf("encode key of %s: %w", purpose, err)
	}
	return sshPair{
		private: strings.TrimSuffix(string(pem.EncodeToMemory(block)), "\n"),
		public:  strings.TrimSuffix(string(ssh.MarshalAuthorizedKey(public)), "\n"),
	}, nil
}

// write leaves what an SSH client needs in the lab's folder.
func (k *keys) write(p paths, profile *Profile) error {
	var known strings.Builder
	for _, n := range profile.Nodes {
		key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(k.hosts[n.Name].public))
		if err != nil {
			return fmt.Errorf("read host key of %s: %w", n.Name, err)
		}
		known.WriteString(knownhosts.Line([]string{n.Address.String()}, key) + "\n")
	}
	for _, f := range []struct {
		path, text string
		mode       os.FileMode
	}{
		{p.key, k.user.private + "\n", 0o600},
		{p.key + ".pub", k.user.public + "\n", 0o644},
		{p.known, known.String(), 0o644},
	} {
		if err := os.WriteFile(f.path, []byte(f.text), f.mode); err != nil {
			return fmt.Errorf("write %s: %w", filepath.Base(f.path), err)
		}
	}
	return nil
}
