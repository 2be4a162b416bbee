package nova_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
	"github.com/openstack-eris/eris/loadgen/openstack/openstacktest"
)

type object = map[string]any

// compute is a small Nova with an image and two networks beside it. Servers
// are ACTIVE at the second question, and gone after the first look at them since
// they were deleted.
type compute struct {
	*openstacktest.Cloud
	mu      sync.Mutex
	servers map[string]*machine
	asked   []object // bodies of what was booted
	broken  func(w http.ResponseWriter, r *http.Request) bool
}

type machine struct {
	name    string
	shown   int
	fate    string // its status in the end
	deleted bool
}

func newCompute(t *testing.T) *compute {
	t.Helper()
	c := &compute{Cloud: openstacktest.New(t), servers: map[string]*machine{}}
	mux := http.NewServeMux()
	fixed := func(pattern, body string) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, body) })
	}
	fixed("GET /compute/v2.1/flavors/detail", `{"flavors": [{"id": "2", "name": "small", "ram": 512}, {"id": "1", "name": "tiny", "ram": 64}]}`)
	fixed("GET /image/v2/images", `{"images": [{"id": "i1", "name": "big", "size": 900}, {"id": "i2", "name": "probe", "size": 10}]}`)
	fixed("GET /network/v2.0/networks", `{"networks": [{"id": "n1", "name": "public", "router:external": true, "subnets": ["s1"]},
		{"id": "n2", "name": "private", "router:external": false, "subnets": ["s2"], "shared": true}, {"id": "n3", "name": "bare", "subnets": []},
		{"id": "n4", "name": "another project's", "subnets": ["s4"], "project_id": "p4"}]}`)
	mux.HandleFunc("POST /compute/v2.1/servers", c.boot)
	mux.HandleFunc("GET /compute/v2.1/servers", c.list)
	mux.HandleFunc("GET /compute/v2.1/servers/detail", c.list)
	mux.HandleFunc("GET /compute/v2.1/servers/{id}", c.show)
	mux.HandleFunc("DELETE /compute/v2.1/servers/{id}", c.remove)
	c.Answer = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		c.mu.Lock()
		broken := c.broken
		c.mu.Unlock()
		if broken == nil || !broken(w, r) {
			mux.ServeHTTP(w, r)
		}
	}
	return c
}

// breaks answers requests of that method instead of Nova; "" is none.
func (c *compute) breaks(method string, answer http.HandlerFunc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken = func(w http.ResponseWriter, r *http.Request) bool {
		if method != r.Method || !strings.Contains(r.URL.Path, "/servers") {
			return false
		}
		answer(w, r)
		return true
	}
}

func (c *compute) boot(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var body struct {
		Server object `json:"server"`
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	c.asked = append(c.asked, body.Server)
	id := fmt.Sprintf("vm-%d", len(c.asked))
	name, _ := body.Server["name"].(string)
	c.servers[id] = &machine{name: name, fate: "ACTIVE"}
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(object{"server": object{"id": id}})
}

func (c *compute) list(w http.ResponseWriter, _ *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	rows := []object{}
	for id, vm := range c.servers {
		rows = append(rows, object{"id": id, "name": vm.name})
		if vm.deleted {
			delete(c.servers, id)
		}
	}
	_ = json.NewEncoder(w).Encode(object{"servers": rows})
}

func (c *compute) show(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := r.PathValue("id")
	vm := c.servers[id]
	if vm == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	vm.shown++
	status := "BUILD"
	if vm.shown > 1 {
		status = vm.fate
	}
	if vm.deleted {
		delete(c.servers, id)
	}
	_ = json.NewEncoder(w).Encode(object{"server": object{"id": id, "status": status, "fault": object{"message": "No valid host was found."}}})
}

func (c *compute) remove(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	vm := c.servers[r.PathValue("id")]
	switch {
	case vm == nil:
		w.WriteHeader(http.StatusNotFound)
		return
	case vm.fate != "ACTIVE" || vm.shown < 2: // what never ran is gone at once
		delete(c.servers, r.PathValue("id"))
	}
	vm.deleted = true
	w.WriteHeader(http.StatusNoContent)
}

// left are the names of the servers that there are.
func (c *compute) left() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	names := []string{}
	for _, vm := range c.servers {
		names = append(names, vm.name)
	}
	return names
}

// session opens the workload with a short poll interval.
func (c *compute) session(t *testing.T, change func(*nova.BootAndDeleteServer)) loadgen.Session {
	t.Helper()
	w := nova.NewBootAndDeleteServer()
	w.Poll = 20 * time.Millisecond
	if change != nil {
		change(w)
	}
	env := c.Env
	env.Load = "boots"
	s, err := w.Open(t.Context(), env)
	require.NoError(t, err)
	return s
}

func closed(t *testing.T, s loadgen.Session) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
	defer cancel()
	require.NoError(t, s.Close(ctx))
}

// operations keeps what an iteration reports. It is for one at a time.
type operations struct {
	names []string
	ended []loadgen.Outcome
	took  []time.Duration
}

func (o *operations) Operation(name string) func(loadgen.Outcome) {
	o.names = append(o.names, name)
	start := time.Now()
	return func(end loadgen.Outcome) {
		o.ended = append(o.ended, end)
		o.took = append(o.took, time.Since(start))
	}
}
