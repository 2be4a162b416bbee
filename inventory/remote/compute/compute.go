// Package compute talks to the Nova of an OpenStack, and to its Cinder of what volumes
// Nova's servers have, as an entry of a clouds.yaml says. Its credentials are read from that file alone, anew for each request, and
// appear in no error.
package compute

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/config/clouds"
)

// Cloud is one Nova, as the user whom its entry names at each request. It is safe for
// concurrent use.
type Cloud struct {
	file, entry string
	at          string // URL of its Keystone
	within      time.Duration
	dial        Dial
}

// Dial opens a connection, as [net.Dialer.DialContext] does; nil is the plain one.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Open reads an entry of a clouds.yaml. It sends nothing. within bounds one request.
func Open(file, entry string, within time.Duration, dial Dial) (*Cloud, error) {
	auth, _, _, err := read(file, entry)
	if err != nil {
		return nil, err
	}
	return Of(file, entry, auth.IdentityEndpoint, within, dial), nil
}

// Of is the cloud at that URL of a Keystone, by an entry that may be unreadable now: it
// is read at each request.
func Of(file, entry, at string, within time.Duration, dial Dial) *Cloud {
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	return &Cloud{file, entry, at, within, dial}
}

// At is the URL of the cloud's Keystone.
func (c *Cloud) At() string { return c.at }

// read reads an entry of clouds.yaml, and of the secure.yaml beside it. They alone
// count: what a shell's environment says is of another cloud, perhaps, and who undoes
// a fault may have another.
func read(file, entry string) (gophercloud.AuthOptions, gophercloud.EndpointOpts, *tls.Config, error) {
	named := certificatesOf(file, entry)
	auth, endpoint, secure, err := clouds.Parse(clouds.WithLocations(file), clouds.WithCloudName(entry),
		clouds.WithRegion(""), clouds.WithEndpointType(""),
		clouds.WithCACertPath(named.CA), clouds.WithClientCertPath(named.Cert), clouds.WithClientKeyPath(named.Key))
	if err != nil {
		return auth, endpoint, nil, fmt.Errorf("read entry %s of %s: %w", entry, file, err)
	}
	if secure == nil {
		secure = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if named.CA == "" && os.Getenv("OS_CACERT") != "" {
		secure.RootCAs = nil // this machine's own
	}
	if named.Cert == "" && os.Getenv("OS_CERT") != "" {
		secure.Certificates = nil
	}
	return auth, endpoint, secure, nil
}

// Ask authenticates and does something with Nova. It reads the entry and logs in anew
// each time: neither a token nor a password outlives what the file says. An entry that
// leads to another Keystone by now is an error, and nothing is sent.
func (c *Cloud) Ask(ctx context.Context, do func(c *gophercloud.ServiceClient) error) error {
	provider, endpoint, err := c.logIn(ctx)
	if err != nil {
		return err
	}
	nova, err := openstack.NewComputeV2(provider, endpoint)
	if err != nil {
		return err
	}
	return do(nova)
}

func (c *Cloud) logIn(ctx context.Context) (*gophercloud.ProviderClient, gophercloud.EndpointOpts, error) {
	auth, endpoint, secure, err := read(c.file, c.entry)
	if err != nil {
		return nil, endpoint, err
	}
	if auth.IdentityEndpoint != c.at {
		return nil, endpoint, fmt.Errorf("read entry %s of %s: it leads to %s, and the cloud that is meant is at %s", c.entry, c.file, auth.IdentityEndpoint, c.at)
	}
	provider, err := openstack.NewClient(c.at)
	if err != nil {
		return nil, endpoint, err
	}
	provider.HTTPClient = http.Client{
		Timeout:   c.within,
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: c.dial, TLSClientConfig: secure, DisableKeepAlives: true},
	}
	if err := openstack.Authenticate(ctx, provider, auth); err != nil {
		return nil, endpoint, fmt.Errorf("log in: %w", err)
	}
	return provider, endpoint, nil
}

// Code is the HTTP status of an error of OpenStack; 0 where it is none.
func Code(err error) int {
	if answer, is := errors.AsType[gophercloud.ErrUnexpectedResponseCode](err); is {
		return answer.Actual
	}
	return 0
}
