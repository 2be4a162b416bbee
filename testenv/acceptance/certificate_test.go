package acceptance

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// expiring is a scenario of two loads, each of which asks an HTTPS server of its own.
const expiring = `version: eris/v1
name: expiring
phases: {warmup: 0s, baseline: 2s, chaos: 4s, recovery: 2s}
loads:
  struck: {workload: http.get, args: {url: STRUCK, ca: FIRST}, arrivals: {rate: 10/s}, timeout: 5s}
  other: {workload: http.get, args: {url: OTHER, ca: SECOND}, arrivals: {rate: 10/s}, timeout: 5s}
stop_when: {none: it is short}
objectives:
  - availability("other") >= 100%
  - availability("struck") >= 90%
`

// secure is an HTTPS server with a connection for each request, and the file of the authority
// that its certificate is good by. Once it has answered as many requests, the certificate that
// it shows has expired.
func secure(t *testing.T, most int64) (server *httptest.Server, authority string, answered *atomic.Int64) {
	t.Helper()
	answered = &atomic.Int64{}
	server = httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { answered.Add(1) }))
	server.Config.SetKeepAlivesEnabled(false)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	var expired tls.Certificate
	server.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		if answered.Load() < most {
			return nil, nil // its own
		}
		return &tls.Config{Certificates: []tls.Certificate{expired}, MinVersion: tls.VersionTLS12}, nil
	}}
	server.StartTLS()
	t.Cleanup(server.Close)
	own := server.TLS.Certificates[0]
	old, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(-24 * time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}, server.Certificate(), server.Certificate().PublicKey, own.PrivateKey)
	require.NoError(t, err)
	expired = tls.Certificate{Certificate: [][]byte{old}, PrivateKey: own.PrivateKey}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	return server, file(t, "authority.pem", string(text)), answered
}

// A certificate that expires in the middle of a run is the outcome of each arrival that meets
// it, counted and named; the other load goes on, and so does the run.
func TestACertificateThatExpiresInTheMiddleIsCountedAndNamedAndOtherLoadsGoOn(t *testing.T) {
	t.Parallel()
	const good = 30
	struck, first, answered := secure(t, good)
	other, second, served := secure(t, 1<<40)
	run := eris(t, "run", scenario(t, expiring, "STRUCK", struck.URL, "FIRST", first, "OTHER", other.URL, "SECOND", second), "--plain")
	require.Equal(t, 3, run.exit(t), "%s", run.stderr())

	reader, err := record.Open(run.record(t))
	require.NoError(t, err)
	classes := map[string]map[record.Class]int64{"struck": {}, "other": {}}
	for load, by := range classes {
		for s, err := range reader.Samples(load) {
			require.NoError(t, err)
			by[s.Class]++
		}
	}
	require.Equal(t, map[record.Class]int64{record.OK: served.Load()}, classes["other"])
	require.InDelta(t, 80, served.Load(), 2)
	wrong := classes["struck"][record.TLS]
	require.Equal(t, map[record.Class]int64{record.OK: answered.Load(), record.TLS: wrong}, classes["struck"])
	require.InDelta(t, 80, answered.Load()+wrong, 2, "each of its arrivals")
	require.InDelta(t, good, answered.Load(), 5, "those on their way then")
	require.Contains(t, run.stdout.String(), "certificate has expired or is not yet valid")
}
