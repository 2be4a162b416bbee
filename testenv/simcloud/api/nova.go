package api

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

const (
	novaWork = 12 * time.Millisecond
	novaMax  = "2.79" // the last version before Yoga's changes to flavors in servers
)

// server is a virtual machine. Its state follows from the time.
type server struct {
	id, name, project, user string
	flavor, image           string
	created                 time.Time
	active                  time.Time // zero: the request has reached no compute node yet
	deleted                 time.Time // when it will be gone; zero: nobody asked
	reclaimed               time.Time // when it will be deleted, which somebody has asked for; zero: nobody has
	shelf                   string    // the image that was made when it was shelved
	build                   time.Duration
	ports                   []string
	host                    string // where it is; empty where no host was valid
	invalid                 bool   // no host was
	metadata                any
	locked                  bool
	before, came            string   // the flavor and the host that a resize can go back to
	disks                   int      // how often its disk was made anew
	keyName                 any      // nil for none
	authorized              string   // the public key that was injected
	groups                  []string // names or ids of the security groups that were asked for
	turn                    turn
}

func (s *Service) nova() {
	doc := func(c *call) object { return version("v2.1", "CURRENT", "2.1", novaMax, c.base()+"/v2.1/") }
	s.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		c := s.call(w, r)
		c.json(200, object{"versions": []object{doc(c)}})
	})
	for _, pattern := range []string{"GET /v2.1", "GET /v2.1/{$}"} {
		s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			c := s.call(w, r)
			c.json(200, object{"version": doc(c)})
		})
	}
	s.handle("GET /v2.1/servers", need{work: novaWork}, s.listServers)
	s.handle("GET /v2.1/servers/detail", need{work: 2 * novaWork}, s.listServers)
	s.handle("GET /v2.1/servers/{id}", need{work: novaWork}, s.showServer)
	s.handle("POST /v2.1/servers", need{work: 4 * novaWork, write: true}, s.bootServer)
	s.handle("DELETE /v2.1/servers/{id}", need{work: novaWork, write: true}, s.deleteServer)
	s.handle("POST /v2.1/servers/{id}/action", need{work: 2 * novaWork, write: true}, s.actOnServer)
	s.attachments()
	s.flavors()
	s.locked("GET /v2.1/limits", novaWork, showLimits)
	s.quotaSets("/v2.1", novaWork, s.store.novaQuotas, s.store.novaUse)
	s.keypairs()
	s.hypervisors()
	s.handle("GET /v2.1/os-services", need{work: novaWork}, s.listComputes)
	s.handle("PUT /v2.1/os-services/{id}", need{work: novaWork, write: true}, s.updateCompute)
	s.handle("GET /v2.1/os-availability-zone", need{work: novaWork}, func(c *call) {
		c.json(200, object{"availabilityZoneInfo": []object{{"zoneName": "nova", "zoneState": object{"available": true}, "hosts": nil}}})
	})
}

func (s *Service) bootServer(c *call) {
	var body struct {
		Server struct {
			Name     string       `json:"name"`
			Flavor   any          `json:"flavorRef"`
			Image    string       `json:"imageRef"`
			Networks any          `json:"networks"`
			Metadata any          `json:"metadata"`
			Devices  []bootDevice `json:"block_device_mapping_v2"`
			Key      string       `json:"key_name"`
			Groups   []struct {
				Name string `json:"name"`
			} `json:"security_groups"`
		} `json:"server"`
	}
	if !c.decode(&body) {
		return
	}
	flavor, image := path.Base(fmt.Sprint(body.Server.Flavor)), path.Base(body.Server.Image) // of an id or of an address
	switch {
	case body.Server.Name == "":
		c.fail(400, "Invalid input for field/attribute server. 'name' is a required property")
		return
	case !c.mayHave(flavor):
		c.fail(400, "Flavor "+flavor+" could not be found.")
		return
	case body.Server.Image == "" && len(body.Server.Devices) > 0:
		image = ""
	case s.store.get(s.store.images, image) == nil:
		c.fail(400, "Invalid imageRef provided.")
		return
	}
	if !c.hasRoom(flavor) {
		return
	}
	vm := &server{
		name: body.Server.Name, project: c.token.Project, user: c.token.User, flavor: flavor, image: image, created: time.Now(), metadata: body.Server.Metadata,
	}
	for _, group := range body.Server.Groups {
		vm.groups = append(vm.groups, group.Name)
	}
	if !c.equipped(vm, body.Server.Key) {
		return
	}
	if err := s.host.Message(c.r.Context()); err == nil {
		vm.active = vm.created // becomes ACTIVE after its build time
	} else if c.r.Context().Err() != nil {
		return
	}
	if !c.boots(vm, body.Server.Networks, body.Server.Devices) {
		return
	}
	self := c.base() + "/v2.1/servers/" + vm.id
	c.w.Header().Set("Location", self)
	c.json(202, object{"server": object{
		"id": vm.id, "adminPass": "unused", "OS-DCF:diskConfig": "MANUAL", "security_groups": []object{{"name": "default"}},
		"links": []object{{"rel": "self", "href": self}},
	}})
}

// boot stores a server with the ports that it asked for. The caller holds the
// lock.
func (s *Store) boot(vm *server, networks any) {
	vm.id = s.newID()
	host, valid := s.place(vm.created, "")
	vm.host, vm.invalid = host, !valid
	vm.build = time.Duration(float64(s.build) * math.Exp(0.3*s.rand.NormFloat64()))
	wanted, listed := networks.([]any)
	if text, isText := networks.(string); isText && text == "none" {
		wanted, listed = nil, true
	}
	if !listed {
		wanted = []any{map[string]any{}}
	}
	for _, each := range wanted {
		ask, _ := each.(map[string]any)
		network, _ := ask["uuid"].(string)
		if s.networks[network] == nil {
			network, _ = find(s.networks, "", "private")
		}
		port, _ := ask["port"].(string)
		if s.ports[port] == nil {
			port = s.port(network, vm.project)
			if len(vm.groups) > 0 {
				s.ports[port]["security_groups"] = vm.groups
			}
		}
		s.ports[port]["device_id"], s.ports[port]["device_owner"] = vm.id, "compute:nova"
		vm.ports = append(vm.ports, port)
	}
	s.servers[vm.id] = vm
}

func (s *Service) deleteServer(c *call) {
	s.store.mu.Lock()
	vm := s.store.servers[c.r.PathValue("id")]
	found := c.serves(vm)
	locked := found && vm.locked && !c.admin()
	if found && !locked && !s.store.softly(vm) {
		s.store.unboot(vm)
	}
	s.store.mu.Unlock()
	switch {
	case !found:
		c.fail(404, "Instance "+c.r.PathValue("id")+" could not be found.")
		return
	case locked:
		c.fail(409, "Instance "+vm.id+" is locked")
		return
	}
	c.w.WriteHeader(204)
}

// unboot deletes a server. The caller holds the lock.
func (s *Store) unboot(vm *server) {
	if !vm.deleted.IsZero() {
		return
	}
	s.unshelf(vm)
	vm.deleted = time.Now().Add(vm.build / 4)
	for _, port := range vm.ports {
		s.dropPort(port)
	}
}

func (v *server) gone(now time.Time) bool { return !v.deleted.IsZero() && now.After(v.deleted) }

func (s *Service) listServers(c *call) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	query := c.r.URL.Query()
	name, host, detail := query.Get("name"), query.Get("host"), strings.HasSuffix(c.r.URL.Path, "/detail")
	if since := query.Get("changes-since"); since != "" {
		if _, err := time.Parse(time.RFC3339, since); err != nil {
			c.fail(400, "Invalid input for query parameters changes-since. Value: "+since)
			return
		}
	}
	s.store.reclaim(time.Now())
	rows := []object{}
	for _, id := range slices.Sorted(maps.Keys(s.store.servers)) {
		vm := s.store.servers[id]
		status, _, _ := vm.status(time.Now())
		switch wanted := query.Get("status"); {
		case vm.gone(time.Now()):
			delete(s.store.servers, id)
		case status == "SOFT_DELETED" && query.Get("changes-since") == "", wanted != "" && wanted != status:
		case vm.project != c.token.Project && (query.Get("all_tenants") == "" || !c.admin()), name != "" && !strings.Contains(vm.name, strings.Trim(name, "^$")), host != "" && host != vm.at(time.Now()):
		case detail:
			rows = append(rows, s.store.view(vm, c))
		default:
			rows = append(rows, object{"id": vm.id, "name": vm.name, "links": []object{}})
		}
	}
	rows, next, known := paged(c, rows)
	if !known {
		c.fail(400, "marker ["+query.Get("marker")+"] not found")
		return
	}
	answer := object{"servers": rows}
	if next != "" {
		answer["servers_links"] = []object{{"rel": "next", "href": next}}
	}
	c.json(200, answer)
}

// paged are the rows behind a request's marker, as many as it wants at most, and the
// address of those that follow: Nova has one also where there are none, once it gave as many
// as were wanted. It is false where nothing has the marker's id.
func paged(c *call, rows []object) (page []object, next string, known bool) {
	query := c.r.URL.Query()
	if marker := query.Get("marker"); marker != "" {
		i := slices.IndexFunc(rows, func(row object) bool { return row["id"] == marker })
		if i < 0 {
			return nil, "", false
		}
		rows = rows[i+1:]
	}
	limit := whole(query.Get("limit"))
	if limit <= 0 || len(rows) < limit {
		return rows, "", true
	}
	rows = rows[:limit]
	query.Set("marker", fmt.Sprint(rows[limit-1]["id"]))
	return rows, c.base() + c.r.URL.Path + "?" + query.Encode(), true
}

func (s *Service) showServer(c *call) {
	reachable := s.host.Message(c.r.Context()) == nil
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.reclaim(time.Now())
	vm := s.store.servers[c.r.PathValue("id")]
	if !c.serves(vm) {
		c.fail(404, "Instance "+c.r.PathValue("id")+" could not be found.")
		return
	}
	if vm.active.IsZero() && reachable {
		vm.active = time.Now() // the message waited in its queue until now
	}
	c.json(200, object{"server": s.store.view(vm, c)})
}

// view is the document of a server.
func (s *Store) view(vm *server, c *call) object {
	status, task, power := vm.status(time.Now())
	if !vm.deleted.IsZero() {
		task = "deleting"
	}
	addresses := object{}
	for _, port := range vm.ports {
		row := s.ports[port]
		if row == nil || status == "BUILD" {
			continue
		}
		network, _ := row["network_id"].(string)
		name, _ := s.networks[network]["name"].(string)
		fixed, _ := row["fixed_ips"].([]object)
		for _, ip := range fixed {
			list, _ := addresses[name].([]object)
			addresses[name] = append(list, object{
				"version": 4, "addr": ip["ip_address"], "OS-EXT-IPS:type": "fixed", "OS-EXT-IPS-MAC:mac_addr": row["mac_address"],
			})
		}
	}
	metadata := vm.metadata
	if metadata == nil {
		metadata = object{}
	}
	self := c.base() + "/v2.1/servers/" + vm.id
	flavor := s.sized(vm.flavor)
	row := object{
		"id": vm.id, "name": vm.name, "status": status, "tenant_id": vm.project, "user_id": vm.user, "metadata": metadata, "hostId": "",
		"image": object{"id": vm.image, "links": []object{}}, "links": []object{{"rel": "self", "href": self}}, "progress": 0,
		"flavor":  object{"id": vm.flavor, "original_name": flavor["name"], "ram": flavor["ram"], "vcpus": flavor["vcpus"], "disk": flavor["disk"], "ephemeral": 0, "swap": 0, "extra_specs": object{}, "links": []object{}},
		"created": iso(vm.created), "updated": iso(vm.created), "addresses": addresses, "accessIPv4": "", "accessIPv6": "", "config_drive": "", "key_name": vm.keyName,
		"OS-DCF:diskConfig": "MANUAL", "OS-EXT-AZ:availability_zone": "nova", "OS-EXT-STS:task_state": task, "OS-EXT-STS:vm_state": vmState(status),
		"OS-EXT-STS:power_state": power, "os-extended-volumes:volumes_attached": s.attachedTo(vm), "security_groups": []object{{"name": "default"}},
		"OS-SRV-USG:launched_at": nil, "OS-SRV-USG:terminated_at": nil, "tags": []string{}, "description": nil, "locked": vm.locked, "OS-EXT-SRV-ATTR:root_device_name": "/dev/vda",
		"OS-EXT-SRV-ATTR:host": nil, "OS-EXT-SRV-ATTR:hypervisor_hostname": nil,
	}
	if host := vm.at(time.Now()); host != "" {
		row["OS-EXT-SRV-ATTR:host"], row["OS-EXT-SRV-ATTR:hypervisor_hostname"] = host, host
	}
	if vm.invalid {
		row["fault"] = object{"code": 500, "created": iso(vm.created), "message": "No valid host was found. "}
	}
	return row
}
