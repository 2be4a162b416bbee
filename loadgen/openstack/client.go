package openstack

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/config/clouds"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/openstack-eris/eris/loadgen"
)

// Client is a connection to one cloud as one user. It is safe for many
// iterations at once.
type Client struct {
	Provider *gophercloud.ProviderClient
	Auth     gophercloud.AuthOptions
	Endpoint gophercloud.EndpointOpts

	microversions map[string]string // by the names that Find is given
	renewed       func()
	moved         func(service, from, to string)
	moves         moves
	resending     *resending
	transport     *loadgen.Transport // nil when the run gave one
}

// NewClient reads the environment's clouds.yaml. It sends nothing.
func NewClient(env loadgen.Env) (*Client, error) {
	var options []clouds.ParseOption
	if env.Clouds != "" {
		options = append(options, clouds.WithLocations(env.Clouds))
	}
	if env.Account == nil {
		env.Account = &loadgen.Account{}
	}
	if name := cmp.Or(env.Account.Cloud, env.Cloud); name != "" {
		options = append(options, clouds.WithCloudName(name))
	}
	auth, endpoint, tls, err := clouds.Parse(options...)
	if err != nil {
		return nil, fmt.Errorf("read clouds.yaml: %w", err)
	}
	auth = as(auth, *env.Account)
	provider, err := openstack.NewClient(auth.IdentityEndpoint)
	if err != nil {
		return nil, fmt.Errorf("read identity endpoint: %w", err)
	}
	c := &Client{Provider: provider, Auth: auth, Endpoint: endpoint, microversions: env.Microversions, renewed: env.Reauthenticated, moved: env.Moved}
	if env.Transport != nil {
		provider.HTTPClient.Transport = env.Transport
	} else {
		c.transport = loadgen.NewTransport(env.Dial, tls)
		provider.HTTPClient.Transport = c.transport
	}
	provider.HTTPClient.CheckRedirect = redirected
	c.resending = &resending{next: &following{&tokened{newAsked(provider.HTTPClient.Transport, env.Run), provider}, c}, provider: provider}
	provider.HTTPClient.Transport = c.resending
	// A retry would turn a fault that the user of a plain client meets into a
	// slow success. These are gophercloud's defaults; they are stated so that
	// they stay.
	provider.RetryFunc, provider.RetryBackoffFunc = nil, nil
	provider.UserAgent.Prepend("eris/" + env.Run)
	return c, nil
}

// redirected makes a redirection an answer of its own, so that each request has an outcome:
// what a load asks for is nowhere else. Who looks for a service goes on to where it says
// that it is, on the same server and nowhere else: net/http takes the token, which is no
// header that it knows, along to any host.
func redirected(to *http.Request, via []*http.Request) error {
	from := via[len(via)-1].URL
	if to.Context().Value(searchKey{}) == nil || to.URL.Host != from.Host || to.URL.Scheme != from.Scheme || len(via) >= 10 {
		return http.ErrUseLastResponse
	}
	return nil
}

// searchKey is that of a context in which a service is looked for.
type searchKey struct{}

// searching is a context in which a service is looked for.
func searching(ctx context.Context) context.Context { return context.WithValue(ctx, searchKey{}, true) }

// as is how an account logs in where an entry of clouds.yaml says how its own
// user does.
func as(entry gophercloud.AuthOptions, account loadgen.Account) gophercloud.AuthOptions {
	if account.User != "" {
		entry = gophercloud.AuthOptions{IdentityEndpoint: entry.IdentityEndpoint, UserID: account.User, Password: account.Password}
	}
	if account.Project != "" {
		entry.TenantID, entry.TenantName = "", ""
		entry.Scope = &gophercloud.AuthScope{ProjectID: account.Project}
	}
	return entry
}

// Authenticate gets a token and the catalogue. When the token ends, it is
// renewed once for all iterations, and counted; the iteration that does it has that as an
// operation. Where the catalogue that comes with the new token has a service elsewhere, it is
// asked there once the iteration is over.
func (c *Client) Authenticate(ctx context.Context) error {
	auth := c.Auth
	auth.AllowReauth = true
	if err := openstack.AuthenticateV3(ctx, c.Provider, &auth, gophercloud.EndpointOpts{}); err != nil {
		return fmt.Errorf("authenticate: %w", &loadgen.OpenError{Outcome: Outcome(err, nil)})
	}
	renew := c.Provider.ReauthFunc
	c.Provider.ReauthFunc = func(ctx context.Context) error {
		if c.renewed != nil {
			c.renewed()
		}
		end := loadgen.Within(ctx).Operation("keystone.renew_token")
		err := renew(asListed(loadgen.Bounded(ctx)))
		end(Outcome(err, nil))
		if err == nil {
			c.resending.renewed.Add(1)
		}
		if err == nil && !loadgen.Afterwards(ctx, func(ctx context.Context, _ loadgen.Recorder) { c.followToken(ctx) }) {
			c.followToken(ctx) // who has no iteration waits for it
		}
		return err
	}
	return nil
}

// followToken takes over what came with a new token, which is good whatever comes of that: all
// that met its end may wait for the new one, and none for what follows.
func (c *Client) followToken(ctx context.Context) {
	ctx, cancel := context.WithTimeout(asListed(ctx), rereadMost)
	defer cancel()
	if catalog, err := c.catalog(); err == nil {
		_ = c.follow(ctx, catalog)
	}
}

// catalog is that of the token.
func (c *Client) catalog() (*tokens.ServiceCatalog, error) {
	issued, ok := c.Provider.GetAuthResult().(tokens.CreateResult)
	if !ok {
		return nil, errors.New("there is no token with a catalogue")
	}
	catalog, err := issued.ExtractServiceCatalog()
	if err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	return catalog, nil
}

// Finder finds a service in the catalogue: openstack.NewComputeV2 and the like.
type Finder func(*gophercloud.ProviderClient, gophercloud.EndpointOpts) (*gophercloud.ServiceClient, error)

// Find finds a service in the catalogue that Authenticate got; name is what
// messages call it. gophercloud asks the service for its versions, under the
// locator's context, which would be none at all if it were not set here.
func (c *Client) Find(ctx context.Context, name string, find Finder) (*gophercloud.ServiceClient, error) {
	catalog, err := c.catalog()
	if err != nil {
		return nil, fmt.Errorf("find %s endpoint: %w", name, err)
	}
	found := &located{name: name, find: find}
	c.Provider.EndpointLocator = func(wanted gophercloud.EndpointOpts) (string, error) {
		found.wanted = wanted
		return openstack.V3Endpoint(searching(ctx), c.Provider, catalog, wanted)
	}
	service, err := find(c.Provider, c.Endpoint)
	if err != nil {
		return nil, fmt.Errorf("find %s endpoint: %w", name, &loadgen.OpenError{Outcome: Outcome(err, nil)})
	}
	service.Microversion = c.microversions[name]
	if found.listed, found.endpoint = listed(catalog, found.wanted), service.Endpoint; len(found.listed) > 0 {
		c.moves.locates(found)
	}
	return service, nil
}

// Connect is NewClient, Authenticate and Find in one.
func Connect(ctx context.Context, env loadgen.Env, name string, find Finder) (*Client, *gophercloud.ServiceClient, error) {
	c, err := NewClient(env)
	if err != nil {
		return nil, nil, err
	}
	if err := c.Authenticate(ctx); err != nil {
		c.Close()
		return nil, nil, err
	}
	service, err := c.Find(ctx, name, find)
	if err != nil {
		c.Close()
		return nil, nil, err
	}
	return c, service, nil
}

// Project is the id of the project that the token is of; empty when it is of
// none.
func (c *Client) Project() string {
	issued, ok := c.Provider.GetAuthResult().(tokens.CreateResult)
	if !ok {
		return ""
	}
	project, err := issued.ExtractProject()
	if err != nil || project == nil {
		return ""
	}
	return project.ID
}

// Place tells one cloud and project from another: the token's project, and a sum of the
// catalogue's endpoints, which are the same by whatever address the cloud is reached.
func (c *Client) Place() (string, error) {
	catalog, err := c.catalog()
	if err != nil {
		return "", err
	}
	var endpoints []string
	for _, service := range catalog.Entries {
		for _, e := range service.Endpoints {
			endpoints = append(endpoints, strings.Join([]string{service.Type, e.Region, e.Interface, e.URL}, " "))
		}
	}
	slices.Sort(endpoints)
	sum := sha256.Sum256([]byte(strings.Join(endpoints, "\n")))
	return fmt.Sprintf("project %s, catalogue %x", cmp.Or(c.Project(), "none"), sum[:6]), nil
}

// Domain is the id and the name of the domain of the token's project; empty before
// Authenticate, or of a token of no project.
func (c *Client) Domain() (id, name string) {
	issued, ok := c.Provider.GetAuthResult().(tokens.CreateResult)
	if !ok {
		return "", ""
	}
	project, err := issued.ExtractProject()
	if err != nil || project == nil {
		return "", ""
	}
	return project.Domain.ID, project.Domain.Name
}

// Identity is Keystone at the endpoint of clouds.yaml; it needs no token.
func (c *Client) Identity() (*gophercloud.ServiceClient, error) {
	client, err := openstack.NewIdentityV3(c.Provider, gophercloud.EndpointOpts{})
	if err != nil {
		return nil, fmt.Errorf("find identity endpoint: %w", err)
	}
	return client, nil
}

// Close closes the connections that are kept.
func (c *Client) Close() {
	if c.transport != nil {
		c.transport.CloseIdleConnections()
	}
}
