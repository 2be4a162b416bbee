package api

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

const neutronWork = 48 * time.Millisecond

// networking is what Neutron's database has beside networks, subnets and ports.
type networking struct {
	routers, groups, rules, floating map[string]object
	limits                           map[string]int // the quotas of every project
}

// newNetworking has Neutron's default quotas.
func newNetworking() networking {
	return networking{
		routers: map[string]object{}, groups: map[string]object{}, rules: map[string]object{}, floating: map[string]object{},
		limits: map[string]int{
			"network": 100, "subnet": 100, "port": 500, "router": 10, "floatingip": 50, "security_group": 10, "security_group_rule": 100,
		},
	}
}

// netKind is one kind of resource of Neutron.
type netKind struct {
	one, many, path string
	name, lost      string            // of its errors, and what one says that is not there
	rows            map[string]object // by id
	remove          func(*call, object) bool
	complete        func(object) object // what is shown beside the row; nil: nothing
}

func (s *Service) netKinds() []netKind {
	store, none := s.store, " could not be found."
	return []netKind{
		{one: "network", many: "networks", path: "networks", name: "Network", lost: "Network %" + none, rows: store.networks, remove: removeNetwork},
		{one: "subnet", many: "subnets", path: "subnets", name: "Subnet", lost: "Subnet %" + none, rows: store.subnets, remove: removeSubnet},
		{one: "port", many: "ports", path: "ports", name: "Port", lost: "Port %" + none, rows: store.ports, remove: removePort},
		{one: "router", many: "routers", path: "routers", name: "Router", lost: "Router %" + none, rows: store.routers, remove: removeRouter},
		{one: "floatingip", many: "floatingips", path: "floatingips", name: "FloatingIP", lost: "Floating IP %" + none, rows: store.floating, remove: removeFloating},
		{one: "security_group", many: "security_groups", path: "security-groups", name: "SecurityGroup", lost: "Security group % does not exist.", rows: store.groups, remove: removeGroup, complete: store.withRules},
		{one: "security_group_rule", many: "security_group_rules", path: "security-group-rules", name: "SecurityGroupRule", lost: "Security group rule % does not exist.", rows: store.rules, remove: removeRule},
	}
}

func (s *Service) neutron() {
	s.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		c := s.call(w, r)
		c.json(200, object{"versions": []object{version("v2.0", "CURRENT", "", "", c.base()+"/v2.0/")}})
	})
	s.mux.HandleFunc("GET /v2.0/{$}", func(w http.ResponseWriter, r *http.Request) {
		s.call(w, r).json(200, object{"resources": []object{}})
	})
	s.handle("GET /v2.0/extensions", need{work: neutronWork}, func(c *call) { c.json(200, object{"extensions": []object{}}) })
	s.agents()
	for _, kind := range s.netKinds() {
		s.locked("GET /v2.0/"+kind.path, neutronWork, func(c *call) { c.listNet(kind) })
		s.locked("GET /v2.0/"+kind.path+"/{id}", neutronWork/2, func(c *call) {
			if row := c.find(kind, c.r.PathValue("id"), c.sees); row != nil {
				c.json(200, object{kind.one: kind.shown(row)})
			}
		})
		s.locked("DELETE /v2.0/"+kind.path+"/{id}", neutronWork, func(c *call) {
			row := c.find(kind, c.r.PathValue("id"), c.owns)
			if row != nil && kind.remove(c, row) {
				delete(kind.rows, c.r.PathValue("id"))
				c.w.WriteHeader(204)
			}
		})
	}
	s.locked("POST /v2.0/networks", 2*neutronWork, createNetwork)
	s.locked("POST /v2.0/subnets", 2*neutronWork, createSubnet)
	s.locked("POST /v2.0/ports", 2*neutronWork, createPort)
	s.locked("POST /v2.0/routers", 3*neutronWork, createRouter)
	s.locked("PUT /v2.0/routers/{id}", 2*neutronWork, updateRouter)
	for _, one := range []string{"network", "subnet", "port", "security_group"} {
		path := strings.ReplaceAll(one, "_", "-") + "s"
		s.locked("PUT /v2.0/"+path+"/{id}", 2*neutronWork, func(c *call) { c.updateNet(one) })
	}
	s.locked("PUT /v2.0/routers/{id}/add_router_interface", 3*neutronWork, addInterface)
	s.locked("PUT /v2.0/routers/{id}/remove_router_interface", 3*neutronWork, removeInterface)
	s.locked("POST /v2.0/floatingips", 3*neutronWork, createFloating)
	s.locked("PUT /v2.0/floatingips/{id}", 3*neutronWork, updateFloating)
	s.locked("POST /v2.0/security-groups", 2*neutronWork, createGroup)
	s.locked("POST /v2.0/security-group-rules", 2*neutronWork, createRule)
	s.locked("GET /v2.0/quotas/{project}", neutronWork, showQuotas)
	s.locked("GET /v2.0/quotas/{project}/details.json", neutronWork, showQuotas)
	s.locked("GET /v2.0/quotas/{project}/details", neutronWork, showQuotas)
	s.locked("PUT /v2.0/quotas/{project}", neutronWork, updateQuotas)
	s.locked("DELETE /v2.0/quotas/{project}", neutronWork, resetQuotas)
}

// refuse answers with an error of Neutron's that has a type.
func (c *call) refuse(status int, kind, message string) {
	c.json(status, object{"NeutronError": object{"type": kind, "message": message, "detail": ""}})
}

// sees tells whether the request's user is shown a row.
func (c *call) sees(row object) bool {
	if network, ok := c.service.store.networks[fmt.Sprint(row["network_id"])]; ok && row["cidr"] != nil {
		row = network // a subnet is shared with its network
	}
	return c.owns(row) || row["shared"] == true || row["router:external"] == true
}

// owns tells whether the request's user may change a row.
func (c *call) owns(row object) bool { return c.admin() || row["project_id"] == c.token.Project }

func (k netKind) shown(row object) object {
	if k.complete != nil {
		return k.complete(row)
	}
	return row
}

// find is the row with an id, of those that may be seen; without one the answer
// has been made.
func (c *call) find(kind netKind, id string, may func(object) bool) object {
	row := kind.rows[id]
	if row == nil || !c.sees(row) {
		c.refuse(404, kind.name+"NotFound", strings.Replace(kind.lost, "%", id, 1))
		return nil
	}
	if !may(row) {
		c.refuse(403, "PolicyNotAuthorized", "rule:"+strings.ToLower(c.r.Method)+"_"+kind.one+" is disallowed by policy")
		return nil
	}
	return row
}

// kind is the one of that key.
func (c *call) kind(one string) netKind {
	kinds := c.service.netKinds()
	return kinds[slices.IndexFunc(kinds, func(k netKind) bool { return k.one == one })]
}

// listNet lists the rows that the user sees and that match the query, sorted by
// id, in pages where a limit is given.
func (c *call) listNet(kind netKind) {
	if kind.one == "security_group" {
		project := c.token.Project
		if asked := c.r.URL.Query().Get("project_id"); asked != "" {
			project = asked
		}
		c.service.store.defaultGroup(project)
	}
	rows, query := []object{}, c.r.URL.Query()
	marker, limit := query.Get("marker"), whole(query.Get("limit"))
	answer := object{}
	for _, id := range slices.Sorted(maps.Keys(kind.rows)) {
		row := kind.rows[id]
		if id <= marker || !c.sees(row) || !matches(row, query) {
			continue
		}
		if limit > 0 && len(rows) == limit {
			query.Set("marker", rows[limit-1]["id"].(string))
			next := c.base() + c.r.URL.Path + "?" + query.Encode()
			answer[kind.many+"_links"] = []object{{"rel": "next", "href": next}}
			break
		}
		rows = append(rows, kind.shown(row))
	}
	answer[kind.many] = rows
	c.json(200, answer)
}
