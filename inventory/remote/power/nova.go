package power

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/config/clouds"

	"github.com/openstack-eris/eris/inventory"
)

// nova switches a node that is a server of another OpenStack.
type nova struct {
	at       *inventory.Power
	auth     gophercloud.AuthOptions
	endpoint gophercloud.EndpointOpts
	client   http.Client
}

// openNova reads the entry of clouds.yaml.
func openNova(p *inventory.Power, dial Dial) (Driver, error) {
	auth, endpoint, secure, err := readClouds(p)
	if err != nil {
		return nil, fmt.Errorf("read entry %s of %s: %w", p.Cloud, p.CloudsFile, err)
	}
	return &nova{p, auth, endpoint, http.Client{
		Timeout:   httpsWithin,
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: dial, TLSClientConfig: secure, DisableKeepAlives: true},
	}}, nil
}

// readClouds reads a node's entry of clouds.yaml, and of the secure.yaml beside it.
// They alone count: what a shell's environment says is of another cloud, perhaps, and
// who gives the power back may have another.
func readClouds(p *inventory.Power) (gophercloud.AuthOptions, gophercloud.EndpointOpts, *tls.Config, error) {
	named := certificatesOf(p)
	auth, endpoint, secure, err := clouds.Parse(clouds.WithLocations(p.CloudsFile), clouds.WithCloudName(p.Cloud),
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

// Status implements Driver.
func (d *nova) Status(ctx context.Context) (State, error) {
	state := Unknown
	err := d.compute(ctx, func(c *gophercloud.ServiceClient) error {
		server, err := servers.Get(ctx, c, d.at.Machine).Extract()
		switch {
		case err != nil:
			return err
		case server.TaskState != "": // it is on its way from one to the other
			return fmt.Errorf("it is %s, and Nova is %s", server.Status, server.TaskState)
		case server.Status == "ACTIVE":
			state = On
		case server.Status == "SHUTOFF":
			state = Off
		default:
			return fmt.Errorf("it is %s", server.Status)
		}
		return nil
	})
	if err != nil {
		return Unknown, fmt.Errorf("read power of %s: %w", d.at.Place(), short(err))
	}
	return state, nil
}

// Do implements Driver. Nova has no off that a guest cannot hold up: a stop asks the
// guest first, for as long as the cloud's shutdown_timeout says.
func (d *nova) Do(ctx context.Context, action Action) error {
	id := d.at.Machine
	act, known := map[Action]func(c *gophercloud.ServiceClient) error{
		TurnOn:  func(c *gophercloud.ServiceClient) error { return servers.Start(ctx, c, id).ExtractErr() },
		TurnOff: func(c *gophercloud.ServiceClient) error { return servers.Stop(ctx, c, id).ExtractErr() },
		Reset: func(c *gophercloud.ServiceClient) error {
			return servers.Reboot(ctx, c, id, servers.RebootOpts{Type: servers.HardReboot}).ExtractErr()
		},
	}[action]
	if !known {
		return fmt.Errorf("power %s of %s: no such action", action, d.at.Place())
	}
	err := d.compute(ctx, func(c *gophercloud.ServiceClient) error { return sent(act(c), code) })
	if err != nil {
		return fmt.Errorf("power %s of %s: %w", action, d.at.Place(), short(err))
	}
	return nil
}

// compute authenticates anew each time: a token outlives neither its driver nor a
// password that was changed.
func (d *nova) compute(ctx context.Context, do func(c *gophercloud.ServiceClient) error) error {
	provider, err := openstack.NewClient(d.auth.IdentityEndpoint)
	if err != nil {
		return err
	}
	provider.HTTPClient = d.client
	if err := openstack.Authenticate(ctx, provider, d.auth); err != nil {
		return fmt.Errorf("log in: %w", err)
	}
	c, err := openstack.NewComputeV2(provider, d.endpoint)
	if err != nil {
		return err
	}
	return do(c)
}

// code is the HTTP status of an error of OpenStack; 0 where it is none.
func code(err error) int {
	if answer, is := errors.AsType[gophercloud.ErrUnexpectedResponseCode](err); is {
		return answer.Actual
	}
	return 0
}
