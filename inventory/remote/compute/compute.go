// Package compute talks to the Nova of an OpenStack, as an entry of a clouds.yaml
// says. Its credentials are read from that file alone, at each opening, and appear in
// no error.
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

// Cloud is one Nova, as one user. It is safe for concurrent use.
type Cloud struct {
	auth     gophercloud.AuthOptions
	endpoint gophercloud.EndpointOpts
	client   http.Client
}

// Dial opens a connection, as [net.Dialer.DialContext] does; nil is the plain one.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Open reads an entry of a clouds.yaml. It sends nothing. within bounds one request.
func Open(file, entry string, within time.Duration, dial Dial) (*Cloud, error) {
	auth, endpoint, secure, err := read(file, entry)
	if err != nil {
		return nil, fmt.Errorf("read entry %s of %s: %w", entry, file, err)
	}
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	return &Cloud{auth, endpoint, http.Client{
		Timeout:   within,
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: dial, TLSClientConfig: secure, DisableKeepAlives: true},
	}}, nil
}

// At is the URL of the cloud's Keystone.
func (c *Cloud) At() string { return c.auth.IdentityEndpoint }

// read reads an entry of clouds.yaml, and of the secure.yaml beside it. They alone
// count: what a shell's environment says is of another cloud, perhaps, and who undoes
// a fault may have another.
func read(file, entry string) (gophercloud.AuthOptions, gophercloud.EndpointOpts, *tls.Config, error) {
	named := certificatesOf(file, entry)
	auth, endpoint, secure, err := clouds.Parse(clouds.WithLocations(file), clouds.WithCloudName(entry),
		clouds.WithRegion(""), clouds.WithEndpointType(""),
		clouds.WithCACertPath(named.CA), clouds.WithClientCertPath(named.Cert), clouds.WithClientKeyPath(named.Key))
	if err != nil {
		return auth, endpoint, nil, err
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

// Ask authenticates and does something with Nova. It logs in anew each time: a token
// outlives neither its client nor a password that was changed.
func (c *Cloud) Ask(ctx context.Context, do func(c *gophercloud.ServiceClient) error) error {
	provider, err := openstack.NewClient(c.auth.IdentityEndpoint)
	if err != nil {
		return err
	}
	provider.HTTPClient = c.client
	if err := openstack.Authenticate(ctx, provider, c.auth); err != nil {
		return fmt.Errorf("log in: %w", err)
	}
	nova, err := openstack.NewComputeV2(provider, c.endpoint)
	if err != nil {
		return err
	}
	return do(nova)
}

// Code is the HTTP status of an error of OpenStack; 0 where it is none.
func Code(err error) int {
	if answer, is := errors.AsType[gophercloud.ErrUnexpectedResponseCode](err); is {
		return answer.Actual
	}
	return 0
}
