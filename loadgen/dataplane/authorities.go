package dataplane

import (
	"crypto/x509"
	"fmt"
	"os"
)

// Authorities are those of a file, by which a certificate is verified: the argument ca of
// loads that speak TLS. nil, where no file is named, is those of this machine.
func Authorities(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil //nolint:nilnil // as crypto/tls has it
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read ca: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("read ca %s: there is no certificate in it", file)
	}
	return pool, nil
}
