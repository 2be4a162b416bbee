// Package api answers for the OpenStack services of a simulated cloud:
// Keystone, Nova, Neutron, Glance, Cinder, Placement, Swift, Heat, Octavia and Horizon, as far as gophercloud
// and the openstack command line client need them. One Store is the cloud's
// database; each process of a service is a handler of its own that pays for
// its work, its database and its messages through a Host.
package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Cache is what the processes of a cloud share in memcached, and the keys that the
// node's Keystone has of its own.
type Cache interface {
	// Cached tells whether a key is in the cache, and puts it there.
	Cached(ctx context.Context, key string) bool
	// Forget takes a key out of the cache again.
	Forget(key string)
	// Keys are those of the node's Keystone for its tokens, the primary one first.
	Keys() []string
	// Remember leaves a token that is good in the cache for the other Keystones;
	// it takes no time, and no figure counts it.
	Remember(token string)
	// Remembers tells whether one has been left there.
	Remembers(token string) bool
}

// Data is where the services keep theirs.
type Data interface {
	// Database fails when the database cannot serve a read, or a write.
	Database(ctx context.Context, write bool) error
	// Replicas fails when too few of the nodes that have Swift's disks are reached to
	// read, or to write.
	Replicas(ctx context.Context, write bool) error
	// Log writes a line into the service's log file in its project's folder, after the
	// time and the process.
	Log(project, line string)
}

// Messages are what services say to one another.
type Messages interface {
	// Message fails when no message can be sent to the other services.
	Message(ctx context.Context) error
	// Asked fails when no process of that service has answered one within the time that
	// is waited for that.
	Asked(ctx context.Context, service string) error
}

// Host is the node on which one process of a service runs.
type Host interface {
	// Work takes the time that a piece of work of that median takes here. It
	// fails when the process ends meanwhile; then nobody answers.
	Work(ctx context.Context, median time.Duration) error
	Data
	Cache
	Messages
	// Identity asks the cloud's Keystone, through its balancer.
	Identity(r *http.Request) (status int)
}

// Service is one process of an OpenStack service.
type Service struct {
	store *Store
	host  Host
	name  string
	mux   *http.ServeMux
}

// Names lists the services that New knows, with their ports.
func Names() map[string]int {
	return map[string]int{
		"keystone": 5000, "nova-api": 8774, "neutron-api": 9696, "glance-api": 9292, "cinder-api": 8776, "placement-api": 8778,
		"swift-proxy": 8080, "heat-api": 8004, "horizon": 80, "octavia-api": 9876,
	}
}

// New returns a process of the service of that name.
func New(name string, store *Store, host Host) *Service {
	s := &Service{store: store, host: host, name: name, mux: http.NewServeMux()}
	routes := map[string]func(){
		"keystone": s.keystone, "nova-api": s.nova, "neutron-api": s.neutron, "glance-api": s.glance, "cinder-api": s.cinder,
		"placement-api": s.placement, "swift-proxy": s.swift, "heat-api": s.heat, "horizon": s.horizon, "octavia-api": s.octavia,
	}[name]
	if routes == nil {
		panic(fmt.Sprintf("api: no service %q", name))
	}
	if name != "horizon" { // which has no such path, and leads from all others to its form
		s.mux.HandleFunc("GET /healthcheck", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
			fmt.Fprint(w, "OK")
		})
		s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
			s.call(w, r).fail(http.StatusNotFound, "The resource could not be found.")
		})
	}
	routes()
	return s
}

// ServeHTTP answers one request, unless the process ends in the middle of it.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := "req-" + s.store.NewID()
	if s.name == "swift-proxy" {
		id = "tx" + strings.ReplaceAll(id, "-", "")[3:24] + fmt.Sprintf("-%010x", time.Now().Unix())
		w.Header().Set("X-Trans-Id", id)
	}
	if s.name != "horizon" {
		w.Header().Set("X-Openstack-Request-Id", id)
	}
	answer := &answering{ResponseWriter: w}
	s.mux.ServeHTTP(answer, r)
	s.log(id, answer.status, r)
}

// call is one request.
type call struct {
	service *Service
	w       http.ResponseWriter
	r       *http.Request
	token   Token
}

func (s *Service) call(w http.ResponseWriter, r *http.Request) *call {
	return &call{service: s, w: w, r: r}
}

// need says what a request costs and whether it is for users only.
type need struct {
	work  time.Duration
	write bool
	open  bool // needs no token
}

// handle serves a pattern: the token is checked, the work is paid for, then
// the answer is made.
func (s *Service) handle(pattern string, n need, answer func(*call)) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		c := s.call(w, r)
		if !n.open && !c.authorized() {
			return
		}
		if err := s.host.Work(r.Context(), n.work); err != nil {
			return // the process is gone, or the client is
		}
		if !c.stores(n.write) {
			return
		}
		if !c.pages() {
			return
		}
		answer(c)
	})
}

// stores tells whether what the service keeps its data in serves a read, or a write;
// otherwise the answer has been made.
func (c *call) stores(write bool) bool {
	host, ctx := c.service.host, c.r.Context()
	if c.service.name == "swift-proxy" {
		err := host.Replicas(ctx, write)
		if err != nil && ctx.Err() == nil {
			c.fail(http.StatusServiceUnavailable, "The server is currently unavailable. Please try again at a later time.")
		}
		return err == nil
	}
	err := host.Database(ctx, write)
	if err != nil && ctx.Err() == nil {
		c.fail(http.StatusInternalServerError, "An unexpected error prevented the server from fulfilling your request.")
	}
	return err == nil
}

// pages tells whether a request wants no page that cannot be; otherwise the answer
// has been made. Keystone and Swift heed no limit that is none.
func (c *call) pages() bool {
	limit := c.r.URL.Query().Get("limit")
	if n, err := strconv.Atoi(limit); c.r.Method == http.MethodGet && limit != "" && !slices.Contains([]string{"keystone", "swift-proxy"}, c.service.name) && (err != nil || n < 0) {
		c.fail(http.StatusBadRequest, "Invalid input for query parameters limit. Value: "+limit)
		return false
	}
	return true
}

// authorized checks the request's token as keystonemiddleware does: a token
// that is not in the cache is shown to Keystone.
func (c *call) authorized() bool {
	text := c.r.Header.Get("X-Auth-Token")
	read := c.service.recognized
	if c.service.name != "keystone" { // which has no keys, and asks
		read = func(text string) (Token, error) { return c.service.store.read(text, nil) }
	}
	token, err := read(text)
	if err != nil {
		c.challenge()
		c.fail(http.StatusUnauthorized, "The request you have made requires authentication.")
		return false
	}
	c.token = token
	if c.service.name == "keystone" || c.service.host.Cached(c.r.Context(), c.service.name+text) {
		return true
	}
	ask, err := http.NewRequestWithContext(c.r.Context(), http.MethodGet, "/v3/auth/tokens", http.NoBody)
	if err != nil {
		return false
	}
	ask.Header.Set("X-Auth-Token", text)
	ask.Header.Set("X-Subject-Token", text)
	ask.RemoteAddr = c.service.name
	switch status := c.service.host.Identity(ask); {
	case status == http.StatusOK:
		return true
	case c.r.Context().Err() != nil:
	case status == http.StatusUnauthorized || status == http.StatusNotFound:
		c.service.host.Forget(c.service.name + text)
		c.fail(http.StatusUnauthorized, "The request you have made requires authentication.")
	default:
		c.fail(http.StatusServiceUnavailable, "The Keystone service is temporarily unavailable.")
	}
	return false
}

// challenge says where a token is to be had.
func (c *call) challenge() {
	told := `Keystone uri="` + c.service.store.Endpoint("keystone") + `"`
	if account, _, _ := strings.Cut(c.r.PathValue("path"), "/"); c.service.name == "swift-proxy" {
		told = `Swift realm="` + account + `"`
	}
	c.w.Header().Set("Www-Authenticate", told)
}

// json answers with a document.
func (c *call) json(status int, document any) { c.jsonAs("application/json", status, document) }

func (c *call) jsonAs(kind string, status int, document any) {
	data, err := json.Marshal(document)
	if err != nil {
		c.fail(http.StatusInternalServerError, err.Error())
		return
	}
	c.send(kind, status, data)
}

func (c *call) send(kind string, status int, data []byte) {
	c.w.Header().Set("Content-Type", kind)
	c.w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	c.w.WriteHeader(status)
	_, _ = c.w.Write(data) // the client may be gone
}

// fail answers with an error in the form of the service.
func (c *call) fail(status int, message string) {
	title := http.StatusText(status)
	body := map[string]any{"code": status, "message": message, "title": title}
	name := "error"
	switch c.service.name {
	case "swift-proxy":
		c.page(status, message)
		return
	case "octavia-api":
		c.json(status, object{"faultcode": map[bool]string{true: "Client", false: "Server"}[status < 500], "faultstring": message, "debuginfo": nil})
		return
	case "neutron-api":
		name = "NeutronError"
		body = map[string]any{"type": strings.ReplaceAll(title, " ", ""), "message": message, "detail": ""}
	case "nova-api", "cinder-api":
		name = map[int]string{404: "itemNotFound", 400: "badRequest", 401: "unauthorized", 403: "forbidden", 409: "conflictingRequest", 413: "overLimit"}[status]
		if name == "" {
			name = "computeFault"
		}
	}
	c.json(status, map[string]any{name: body})
}

// decode reads the request's document.
func (c *call) decode(into any) bool {
	if err := json.NewDecoder(c.r.Body).Decode(into); err != nil {
		c.fail(http.StatusBadRequest, "The server could not comply with the request since it is either malformed or otherwise incorrect.")
		return false
	}
	return true
}

// base is the URL under which the client reached the service.
func (c *call) base() string {
	if c.r.TLS != nil {
		return "https://" + c.r.Host
	}
	return "http://" + c.r.Host
}

type object = map[string]any

// version is an entry of a version document.
func version(id, status, low, high, href string) object {
	v := object{"id": id, "status": status, "updated": "2022-01-01T00:00:00Z", "links": []object{{"rel": "self", "href": href}}}
	if high != "" {
		v["version"], v["min_version"], v["max_version"] = high, low, high
	}
	return v
}
