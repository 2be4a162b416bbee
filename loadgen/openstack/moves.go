package openstack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// A client of OpenStack knows where a service is from the catalogue that came with its token,
// and keeps to that until it logs in again. A load lives longer than most programs. So the
// catalogue is read again with each token, and, at most every rereadEvery, after a request to
// which no service has answered. What moved is asked for at its new address from then on; what
// failed until then has failed. The reading is an operation of its own, after the arrival that
// gave the reason.

const (
	rereadEvery = 5 * time.Second
	rereadMost  = 5 * time.Second
)

// located is a service that was found in the catalogue.
type located struct {
	name     string
	find     Finder
	wanted   gophercloud.EndpointOpts // as find asks for it
	listed   []string                 // what the catalogue has for that; the first is in words
	endpoint string                   // at which its client sends, whatever becomes of it
}

// move has what is sent below one address sent below another.
type move struct{ from, to *url.URL }

// moves is what a client knows of addresses that have changed.
type moves struct {
	now    atomic.Pointer[[]move] // nil: none has
	reread atomic.Int64           // when the catalogue was read for the last time, ns since the epoch
	places atomic.Pointer[[]*url.URL]

	mu    sync.Mutex
	known []*located
}

// locates notes a service that was found; the locator has said what find asked for.
func (m *moves) locates(l *located) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if slices.ContainsFunc(m.known, func(k *located) bool { return k.name == l.name && k.endpoint == l.endpoint }) {
		return
	}
	at, err := url.Parse(l.endpoint)
	if err != nil {
		return
	}
	m.known = append(m.known, l)
	var places []*url.URL
	if before := m.places.Load(); before != nil {
		places = slices.Clone(*before)
	}
	places = append(places, at)
	m.places.Store(&places)
}

// listed is what a catalogue has for a service.
func listed(catalog *tokens.ServiceCatalog, wanted gophercloud.EndpointOpts) []string {
	var urls []string
	for _, entry := range catalog.Entries {
		if !slices.Contains(wanted.Types(), entry.Type) || wanted.Name != "" && entry.Name != wanted.Name {
			continue
		}
		for _, e := range entry.Endpoints {
			if wanted.Availability == gophercloud.Availability(e.Interface) && (wanted.Region == "" || e.Region == wanted.Region || e.RegionID == wanted.Region) {
				urls = append(urls, e.URL)
			}
		}
	}
	return urls
}

// errMissing is that of a catalogue which has a service no longer.
var errMissing = errors.New("it is in the catalogue no longer")

// asListedKey is that of a request for what says where services are, which is sent to where
// clouds.yaml has Keystone, wherever the catalogue has it.
type asListedKey struct{}

func asListed(ctx context.Context) context.Context {
	return context.WithValue(ctx, asListedKey{}, true)
}

// follow takes over what a new catalogue says of the services that were found.
func (c *Client) follow(ctx context.Context, catalog *tokens.ServiceCatalog) error {
	c.moves.mu.Lock()
	defer c.moves.mu.Unlock()
	var wrong []error
	for _, l := range c.moves.known {
		urls := listed(catalog, l.wanted)
		if slices.Equal(urls, l.listed) {
			continue
		}
		if len(urls) == 0 {
			wrong = append(wrong, fmt.Errorf("find %s: %w", l.name, errMissing))
			continue
		}
		if err := c.follows(ctx, catalog, l); err != nil {
			wrong = append(wrong, fmt.Errorf("find %s at its new endpoint %s: %w", l.name, urls[0], err))
			continue
		}
		was := l.listed
		l.listed = urls
		if c.moved != nil && was[0] != urls[0] {
			c.moved(l.name, was[0], urls[0])
		}
	}
	return errors.Join(wrong...)
}

// follows finds a service once more, beside what iterations find meanwhile.
func (c *Client) follows(ctx context.Context, catalog *tokens.ServiceCatalog, l *located) error {
	beside := &gophercloud.ProviderClient{
		IdentityBase: c.Provider.IdentityBase, IdentityEndpoint: c.Provider.IdentityEndpoint,
		HTTPClient: c.Provider.HTTPClient, UserAgent: c.Provider.UserAgent, TokenID: c.Provider.Token(),
	}
	beside.EndpointLocator = func(wanted gophercloud.EndpointOpts) (string, error) {
		return openstack.V3Endpoint(searching(ctx), beside, catalog, wanted)
	}
	service, err := l.find(beside, c.Endpoint)
	if err != nil {
		return err
	}
	from, err := url.Parse(l.endpoint)
	if err != nil {
		return err
	}
	to, err := url.Parse(service.Endpoint)
	if err != nil {
		return err
	}
	var all []move
	if before := c.moves.now.Load(); before != nil {
		all = slices.DeleteFunc(slices.Clone(*before), func(m move) bool { return m.from.String() == l.endpoint })
	}
	if from.String() != to.String() {
		all = append(all, move{from, to})
	}
	c.moves.now.Store(&all)
	return nil
}

// reread reads the catalogue, in an operation of its own.
func (c *Client) reread(ctx context.Context, rec loadgen.Recorder) {
	ctx, cancel := context.WithTimeout(asListed(ctx), rereadMost)
	defer cancel()
	end := rec.Operation("keystone.catalog")
	identity, err := c.Identity()
	if err != nil {
		end(Wrong(err, nil))
		return
	}
	var catalog tokens.ServiceCatalog
	answer := Call(ctx, identity, http.MethodGet, identity.ServiceURL("auth", "catalog"), nil, &struct {
		Entries *[]tokens.CatalogEntry `json:"catalog"`
	}{&catalog.Entries}, http.StatusOK)
	o := Ended(answer)
	if o.Class == record.OK {
		if err := c.follow(ctx, &catalog); err != nil {
			o = Outcome(err, answer.Header)
			if errors.Is(err, errMissing) {
				o.Class = record.WrongResult
			}
		}
	}
	end(o)
}

// following sends requests to where the services are now, and has the catalogue read when none
// of them answers.
type following struct {
	next   http.RoundTripper
	client *Client
}

// RoundTrip sends a request.
func (f *following) RoundTrip(r *http.Request) (*http.Response, error) {
	asked := r.URL
	if all := f.client.moves.now.Load(); all != nil && r.Context().Value(asListedKey{}) == nil {
		for _, m := range *all {
			if to := m.of(r.URL); to != nil {
				moved := r.WithContext(r.Context())
				moved.URL, moved.Host = to, ""
				r = moved
				break
			}
		}
	}
	answer, err := f.next.RoundTrip(r)
	if unserved(answer, err) {
		f.client.doubt(r.Context(), asked)
	}
	return answer, err
}

// of is where a request is sent; nil: where it was.
func (m move) of(asked *url.URL) *url.URL {
	if !below(asked, m.from) {
		return nil
	}
	to := *asked
	to.Scheme, to.Host = m.to.Scheme, m.to.Host
	rest := strings.TrimPrefix(asked.EscapedPath(), m.from.EscapedPath())
	escaped := m.to.EscapedPath() + rest
	path, err := url.PathUnescape(escaped)
	if err != nil {
		return nil
	}
	to.Path, to.RawPath = path, escaped
	return &to
}

// below tells whether an address is below another.
func below(asked, place *url.URL) bool {
	return asked.Host == place.Host && asked.Scheme == place.Scheme && strings.HasPrefix(asked.EscapedPath(), place.EscapedPath())
}

// unserved tells that no service has answered: nobody has, or who knows nothing of it, such as a
// proxy. An answer of OpenStack bears an id.
func unserved(answer *http.Response, err error) bool {
	if err != nil {
		return !errors.Is(err, context.Canceled)
	}
	switch answer.StatusCode {
	case http.StatusNotFound, http.StatusGone, http.StatusMisdirectedRequest, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return answer.Header.Get(requestID) == ""
	}
	return false
}

// doubt has the catalogue read after the iteration, unless that has been done lately.
func (c *Client) doubt(ctx context.Context, asked *url.URL) {
	places := c.moves.places.Load()
	if places == nil || !slices.ContainsFunc(*places, func(at *url.URL) bool { return below(asked, at) }) {
		return
	}
	last, now := c.moves.reread.Load(), time.Now()
	if now.UnixNano()-last < int64(rereadEvery) || !c.moves.reread.CompareAndSwap(last, now.UnixNano()) {
		return
	}
	if !loadgen.Afterwards(ctx, c.reread) {
		c.moves.reread.Store(last) // nothing was recorded of it, so nothing is asked
	}
}
