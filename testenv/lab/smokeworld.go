package lab

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/keypairs"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/extensions/layer3/floatingips"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/v2/openstack/networking/v2/ports"
	"golang.org/x/crypto/ssh"
)

// smokeWorld is what the steps of the smoke check work on and have made.
type smokeWorld struct {
	dial     dialFunc
	web      *client
	renderer *renderer
	name     string // of everything that it makes
	notes    string // folder of the notes of checks
	key      ssh.Signer

	compute, image, network *gophercloud.ServiceClient

	imageID, flavorID, privateID, externalID string

	server, host, address string
	floating              string // id
	// What was asked for, also when the answer was lost.
	keyAsked, serverAsked, floatingAsked bool
	hostKey                              ssh.PublicKey
}

func newSmokeWorld(dial dialFunc, r *renderer, notes string) (*smokeWorld, error) {
	suffix := make([]byte, 4)
	_, errRandom := rand.Read(suffix)
	_, private, errKey := ed25519.GenerateKey(rand.Reader)
	if err := errors.Join(errRandom, errKey); err != nil {
		return nil, err
	}
	key, err := ssh.NewSignerFromKey(private)
	if err != nil {
		return nil, err
	}
	web := &client{http: &http.Client{
		Timeout: 30 * time.Second, Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true},
	}}
	return &smokeWorld{dial: dial, web: web, renderer: r, name: "eris-smoke-" + hex.EncodeToString(suffix), notes: notes, key: key}, nil
}

func (w *smokeWorld) logIn(ctx context.Context) error {
	provider, err := openstack.NewClient(w.renderer.authURL())
	if err != nil {
		return err
	}
	provider.HTTPClient = *w.web.http
	err = openstack.Authenticate(ctx, provider, gophercloud.AuthOptions{
		IdentityEndpoint: w.renderer.authURL(), Username: "admin", Password: w.renderer.keys.password("admin"),
		DomainName: "Default", TenantName: "admin", AllowReauth: true,
	})
	if err != nil {
		return err
	}
	at := gophercloud.EndpointOpts{Region: w.renderer.profile.Region}
	var errs [3]error
	w.compute, errs[0] = openstack.NewComputeV2(provider, at)
	w.image, errs[1] = openstack.NewImageV2(provider, at)
	w.network, errs[2] = openstack.NewNetworkV2(provider, at)
	return errors.Join(errs[:]...)
}

func (w *smokeWorld) find(ctx context.Context) error {
	pages, err := images.List(w.image, images.ListOpts{Name: "probe"}).AllPages(ctx)
	if err != nil {
		return err
	}
	found, err := images.ExtractImages(pages)
	if err != nil || len(found) == 0 {
		return errors.Join(err, errors.New("no image probe"))
	}
	w.imageID = found[0].ID
	if pages, err = flavors.ListDetail(w.compute, nil).AllPages(ctx); err != nil {
		return err
	}
	sizes, err := flavors.ExtractFlavors(pages)
	for _, size := range sizes {
		if size.Name == "tiny" {
			w.flavorID = size.ID
		}
	}
	if err != nil || w.flavorID == "" {
		return errors.Join(err, errors.New("no flavor tiny"))
	}
	w.privateID, err = w.findNetwork(ctx, "private")
	if err == nil {
		w.externalID, err = w.findNetwork(ctx, "ext")
	}
	return err
}

func (w *smokeWorld) findNetwork(ctx context.Context, name string) (string, error) {
	pages, err := networks.List(w.network, networks.ListOpts{Name: name}).AllPages(ctx)
	if err != nil {
		return "", err
	}
	found, err := networks.ExtractNetworks(pages)
	if err != nil || len(found) == 0 {
		return "", errors.Join(err, fmt.Errorf("no network %s", name))
	}
	return found[0].ID, nil
}

func (w *smokeWorld) boot(ctx context.Context) error {
	w.keyAsked = true
	public := string(ssh.MarshalAuthorizedKey(w.key.PublicKey()))
	if _, err := keypairs.Create(ctx, w.compute, keypairs.CreateOpts{Name: w.name, PublicKey: public}).Extract(); err != nil {
		return fmt.Errorf("make a key pair: %w", err)
	}
	w.serverAsked = true
	made, err := servers.Create(ctx, w.compute, keypairs.CreateOptsExt{KeyName: w.name, CreateOptsBuilder: servers.CreateOpts{
		Name: w.name, ImageRef: w.imageID, FlavorRef: w.flavorID, SecurityGroups: []string{"probe"},
		Networks: []servers.Network{{UUID: w.privateID}},
	}}, nil).Extract()
	if err != nil {
		return err
	}
	w.server = made.ID
	return nil
}

func (w *smokeWorld) waitActive(ctx context.Context) error {
	var failed error
	err := poll(ctx, "server "+w.server, 500*time.Millisecond, func() error {
		s, err := servers.Get(ctx, w.compute, w.server).Extract()
		if err != nil {
			return err
		}
		w.host = s.HypervisorHostname
		switch s.Status {
		case "ACTIVE":
			return nil
		case "ERROR":
			failed = fmt.Errorf("server %s on %s is in ERROR: %d %s", s.ID, orNone(w.host), s.Fault.Code, s.Fault.Message)
			return nil
		}
		return fmt.Errorf("it is %s on %s", s.Status, orNone(w.host))
	})
	return errors.Join(err, failed)
}

func (w *smokeWorld) addAddress(ctx context.Context) error {
	pages, err := ports.List(w.network, ports.ListOpts{DeviceID: w.server}).AllPages(ctx)
	if err != nil {
		return err
	}
	found, err := ports.ExtractPorts(pages)
	if err != nil || len(found) != 1 {
		return errors.Join(err, fmt.Errorf("server %s has %d ports, not one", w.server, len(found)))
	}
	w.floatingAsked = true
	made, err := floatingips.Create(ctx, w.network, floatingips.CreateOpts{
		FloatingNetworkID: w.externalID, PortID: found[0].ID, Description: w.name,
	}).Extract()
	if err != nil {
		return err
	}
	w.floating, w.address = made.ID, made.FloatingIP
	return nil
}

// askWeb waits until the server's own page names the server: it has an
// address, a way out, and has learnt its identity from the metadata service.
func (w *smokeWorld) askWeb(ctx context.Context) error {
	return poll(ctx, "http://"+w.address+"/ on "+orNone(w.host), 200*time.Millisecond, func() error {
		body, err := w.web.get(ctx, "http://"+w.address+"/")
		if err != nil {
			return err
		}
		var page struct {
			Instance string `json:"instance_id"`
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return fmt.Errorf("%w: %.200s", err, body)
		}
		if page.Instance != w.server {
			return fmt.Errorf("the page is that of server %q", page.Instance)
		}
		return nil
	})
}

func (w *smokeWorld) ping(ctx context.Context) error {
	return poll(ctx, "an echo from "+w.address, 200*time.Millisecond, func() error { return ping(ctx, w.dial, w.address) })
}

// closedPort asks at a port that the security group says nothing of. The guest
// would refuse it at once; that nothing comes back shows that the group filters.
func (w *smokeWorld) closedPort(ctx context.Context) error {
	short, cancel := context.WithTimeout(ctx, silence)
	defer cancel()
	conn, err := w.dial(short, "tcp", w.address+":81")
	if err == nil {
		err = errors.Join(errors.New("connected"), conn.Close())
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var late net.Error
	if errors.As(err, &late) && late.Timeout() {
		return nil
	}
	return fmt.Errorf("%s answers at port 81 (%w): security groups filter nothing; is the kernel's module br_netfilter loaded?", w.address, err)
}

// silence is how long nothing must come back.
const silence = 1500 * time.Millisecond

// readConsole takes the server's host key from its console, which only the
// cloud can have written.
func (w *smokeWorld) readConsole(ctx context.Context) error {
	return poll(ctx, "a host key on the console", time.Second, func() error {
		text, err := servers.ShowConsoleOutput(ctx, w.compute, w.server, servers.ShowConsoleOutputOpts{}).Extract()
		if err != nil {
			return err
		}
		_, line, found := strings.Cut(text, "ssh host key: ")
		if !found {
			return fmt.Errorf("the console says %.200q", text)
		}
		w.hostKey, _, _, _, err = ssh.ParseAuthorizedKey([]byte(line))
		return err
	})
}

func (w *smokeWorld) logInToServer(ctx context.Context) error {
	return poll(ctx, "a login as guest on "+w.address, 500*time.Millisecond, func() error {
		who, err := runBySSH(ctx, w.dial, w.address+":22", &ssh.ClientConfig{
			User: "guest", Auth: []ssh.AuthMethod{ssh.PublicKeys(w.key)},
			HostKeyCallback: ssh.FixedHostKey(w.hostKey), Timeout: 10 * time.Second,
		}, "echo $(id -un) $(hostname)")
		if err == nil && who != "guest "+w.name {
			err = fmt.Errorf("the login is %q, not guest on %s", who, w.name)
		}
		return err
	})
}

// deleteAll takes away what was made, the server first, and waits until the
// cloud knows nothing of it any more.
func (w *smokeWorld) deleteAll(ctx context.Context) error {
	var errs []error
	gone := func(what string, remove func() error) {
		err := poll(ctx, what+" to go", time.Second, func() error {
			err := remove()
			if err == nil {
				return errors.New("it is still there")
			}
			if gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
				return nil
			}
			return err
		})
		if err != nil {
			errs = append(errs, err)
		}
	}
	known := func() {
		if w.server != "" {
			gone("server "+w.server, func() error {
				if err := servers.Delete(ctx, w.compute, w.server).ExtractErr(); err != nil {
					return err
				}
				_, err := servers.Get(ctx, w.compute, w.server).Extract()
				return err
			})
		}
		if w.floating != "" {
			gone("floating IP "+w.address, func() error { return floatingips.Delete(ctx, w.network, w.floating).ExtractErr() })
		}
	}
	lost := w.serverAsked && w.server == "" || w.floatingAsked && w.floating == ""
	known()
	if w.keyAsked {
		gone("key pair "+w.name, func() error { return keypairs.Delete(ctx, w.compute, w.name, nil).ExtractErr() })
	}
	if lost { // looked for last, so that it keeps nothing else from being deleted
		looking, cancel := context.WithTimeout(ctx, lostWithin)
		err := poll(looking, "what was made without an answer", time.Second, func() error { return w.findLost(looking) })
		cancel()
		if err != nil {
			errs = append(errs, err)
		}
		known()
	}
	return errors.Join(errs...)
}

// lostWithin is how long the cloud is asked for what it made without an answer.
const lostWithin = 20 * time.Second

// findLost finds by their name what was asked for without an answer that told
// its id: the cloud may have made it all the same.
func (w *smokeWorld) findLost(ctx context.Context) error {
	if w.serverAsked && w.server == "" {
		pages, err := servers.List(w.compute, servers.ListOpts{Name: "^" + w.name + "$"}).AllPages(ctx)
		if err != nil {
			return err
		}
		found, err := servers.ExtractServers(pages)
		if err != nil {
			return err
		}
		for _, one := range found {
			if one.Name == w.name {
				w.server = one.ID
			}
		}
	}
	if w.floatingAsked && w.floating == "" {
		pages, err := floatingips.List(w.network, floatingips.ListOpts{Description: w.name}).AllPages(ctx)
		if err != nil {
			return err
		}
		found, err := floatingips.ExtractFloatingIPs(pages)
		if err != nil {
			return err
		}
		for _, one := range found {
			if one.Description == w.name {
				w.floating, w.address = one.ID, one.FloatingIP
			}
		}
	}
	return nil
}
