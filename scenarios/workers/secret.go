package workers

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"time"

	"github.com/nats-io/nats.go"
)

// Secret is what a worker must know to join a run. All else follows from it: the password of
// the embedded server and the key of its certificate, so that either side knows the other, and
// the subjects, so that runs on one NATS do not hear each other.
type Secret string

// NewSecret draws one.
func NewSecret() Secret {
	var text [24]byte
	_, _ = rand.Read(text[:]) // documented never to fail
	return Secret(hex.EncodeToString(text[:]))
}

var secretPattern = regexp.MustCompile(`^[0-9A-Za-z_-]{32,128}$`)

// ReadSecret takes one that somebody has made.
func ReadSecret(text string) (Secret, error) {
	if !secretPattern.MatchString(text) {
		return "", errors.New("a worker's token has 32 to 128 letters, digits, hyphens and underscores")
	}
	return Secret(text), nil
}

// derive is what follows from the secret for a purpose.
func (s Secret) derive(purpose string) []byte {
	return hmacOf([]byte(s), "eris workers: "+purpose)
}

func hmacOf(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// talk is that of who knows it.
func (s Secret) talk(conn *nats.Conn) talk { return talk{conn, s.derive("words")} }

func (s Secret) password() string { return hex.EncodeToString(s.derive("password")) }

// scope begins all subjects of the run.
func (s Secret) scope() string { return "eris." + hex.EncodeToString(s.derive("subjects")[:10]) }

func (s Secret) key() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(s.derive("key")) }

// serve is the TLS of the embedded server.
func (s Secret) serve() (*tls.Config, error) {
	key := s.key()
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "eris run"},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(365 * 24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	certificate, err := x509.CreateCertificate(rand.Reader, about, about, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{{Certificate: [][]byte{certificate}, PrivateKey: key}}}, nil
}

// dial is the TLS of who joins: whoever has the key is the run, whatever its address is.
func (s Secret) dial() *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS13,
		InsecureSkipVerify: true, //nolint:gosec // no authority has signed it; its key is compared below
		VerifyConnection: func(state tls.ConnectionState) error {
			own, _ := s.key().Public().(ed25519.PublicKey)
			if len(state.PeerCertificates) == 0 || !own.Equal(state.PeerCertificates[0].PublicKey) {
				return errors.New("who answers there does not know this token: it is another run, or none")
			}
			return nil
		},
	}
}
