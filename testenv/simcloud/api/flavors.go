package api

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// sizing is what Nova's database has beside the flavors that are there.
type sizing struct {
	retired map[string]object          // flavors that were deleted: servers know theirs all the same
	access  map[string]map[string]bool // projects by the id of a flavor that is not public
}

func newSizing() sizing {
	return sizing{retired: map[string]object{}, access: map[string]map[string]bool{}}
}

// sized is a flavor that a server has, also one that was deleted since. The caller holds the lock.
func (s *Store) sized(id string) object {
	if row := s.flavors[id]; row != nil {
		return row
	}
	return s.retired[id]
}

// flavor is the one of that id if the user may have it; nil otherwise. The caller holds the lock.
func (c *call) flavor(id string) object {
	row := c.service.store.flavors[id]
	if row == nil || row[isPublic] == true || c.admin() || c.service.store.access[id][c.token.Project] {
		return row
	}
	return nil
}

// mayHave tells whether the user may boot a server of a flavor.
func (c *call) mayHave(flavor string) bool {
	c.service.store.mu.Lock()
	defer c.service.store.mu.Unlock()
	return c.flavor(flavor) != nil
}

const isPublic = "os-flavor-access:is_public"

// flavors serves flavors as of microversion 2.1.
func (s *Service) flavors() {
	for _, path := range []string{"", "/detail"} {
		s.locked("GET /v2.1/flavors"+path, novaWork, listFlavors)
	}
	of := func(answer func(c *call, row object)) func(*call) {
		return func(c *call) {
			id := c.r.PathValue("id")
			if row := c.flavor(id); row != nil {
				answer(c, row)
				return
			}
			c.fail(http.StatusNotFound, "Flavor "+id+" could not be found.")
		}
	}
	s.locked("GET /v2.1/flavors/{id}", novaWork/2, of(func(c *call, row object) { c.json(http.StatusOK, object{"flavor": row}) }))
	s.locked("POST /v2.1/flavors", novaWork, createFlavor)
	s.locked("DELETE /v2.1/flavors/{id}", novaWork, managing(of(func(c *call, row object) {
		id, _ := row["id"].(string)
		s.store.retired[id] = row
		delete(s.store.flavors, id)
		delete(s.store.access, id)
		c.w.WriteHeader(http.StatusAccepted)
	})))
	specs := func(c *call, row object) { c.json(http.StatusOK, object{"extra_specs": row["extra_specs"]}) }
	s.locked("GET /v2.1/flavors/{id}/os-extra_specs", novaWork, of(specs))
	s.locked("POST /v2.1/flavors/{id}/os-extra_specs", novaWork, managing(of(func(c *call, row object) {
		if c.specifies(row) {
			specs(c, row)
		}
	})))
	s.locked("GET /v2.1/flavors/{id}/os-flavor-access", novaWork, managing(of(func(c *call, row object) {
		if row[isPublic] == true {
			c.fail(http.StatusNotFound, "Access list not available for public flavors.")
			return
		}
		c.accesses(row)
	})))
	s.locked("POST /v2.1/flavors/{id}/action", novaWork, managing(of(grantFlavor)))
}

// managing is for administrators.
func managing(answer func(*call)) func(*call) {
	return func(c *call) {
		if !c.admin() {
			c.fail(http.StatusForbidden, "Policy doesn't allow os_compute_api:os-flavor-manage to be performed.")
			return
		}
		answer(c)
	}
}

// listFlavors lists those that the user may have. An administrator may ask for those that are not
// public, and for all; nobody else is heeded in that.
func listFlavors(c *call) {
	store, rows := c.service.store, []object{}
	asked := strings.ToLower(c.r.URL.Query().Get("is_public"))
	if c.admin() && asked != "" && !slices.Contains([]string{"none", "true", "false", "t", "f", "1", "0", "yes", "no", "on", "off"}, asked) {
		c.fail(http.StatusBadRequest, "Invalid is_public filter ["+asked+"]")
		return
	}
	all, hidden := c.admin() && asked == "none", c.admin() && slices.Contains([]string{"false", "f", "0", "no", "off"}, asked)
	for _, id := range slices.Sorted(maps.Keys(store.flavors)) {
		row := store.flavors[id]
		public := row[isPublic] == true
		switch {
		case all, hidden && !public, !hidden && (public || store.access[id][c.token.Project]):
			rows = append(rows, maps.Clone(row))
		}
	}
	c.json(http.StatusOK, object{"flavors": rows})
}

// createFlavor makes one, as an administrator.
func createFlavor(c *call) {
	if managing(func(*call) {})(c); !c.admin() {
		return
	}
	var body struct {
		Flavor object `json:"flavor"`
	}
	if !c.decode(&body) {
		return
	}
	row := object{
		"id": "", "name": "", "ram": 0, "vcpus": 0, "disk": 0, "swap": 0, "rxtx_factor": 1.0, "description": nil,
		isPublic: true, "OS-FLV-EXT-DATA:ephemeral": 0, "OS-FLV-DISABLED:disabled": false, "links": []object{}, "extra_specs": object{},
	}
	if wrong := fillFlavor(row, body.Flavor); wrong != "" {
		c.fail(http.StatusBadRequest, "Invalid input for field/attribute flavor. "+wrong)
		return
	}
	store := c.service.store
	if row["id"] == "" || row["id"] == "auto" {
		row["id"] = store.newID()
	}
	for id, other := range store.flavors {
		if id == row["id"] || other["name"] == row["name"] {
			c.fail(http.StatusConflict, fmt.Sprintf("Flavor with name %v already exists.", row["name"]))
			return
		}
	}
	if row["swap"] == 0 {
		row["swap"] = "" // as Nova tells it before 2.75
	}
	store.flavors[row["id"].(string)] = row
	c.json(http.StatusOK, object{"flavor": row})
}

// fillFlavor puts what is asked for into a row, and says what of it is wrong by Nova's schema.
func fillFlavor(row, asked object) string {
	for _, name := range []string{"name", "ram", "vcpus", "disk"} {
		if asked[name] == nil {
			return "'" + name + "' is a required property"
		}
	}
	least := map[string]int{"ram": 1, "vcpus": 1, "disk": 0, "swap": 0, "OS-FLV-EXT-DATA:ephemeral": 0}
	for name, value := range asked {
		from, number := least[name]
		n, is := value.(float64)
		switch {
		case number && (!is || n != float64(int32(n)) || int(n) < from):
			return fmt.Sprintf("Value of %s: %v is not of type 'integer' from %d", name, value, from)
		case number:
			row[name] = int(n)
		case name == "name" || name == "id" || name == "rxtx_factor" || name == isPublic:
			row[name] = value
		default:
			return fmt.Sprintf("Additional properties are not allowed ('%s' was unexpected)", name)
		}
	}
	_, name := row["name"].(string)
	_, id := row["id"].(string)
	_, public := row[isPublic].(bool)
	if !name || !id || !public || row["name"] == "" {
		return "name, id or is_public is of a wrong type"
	}
	return ""
}

// specifies gives a flavor the extra specs of a request, beside those that it has.
func (c *call) specifies(row object) bool {
	var body struct {
		Specs map[string]string `json:"extra_specs"`
	}
	if !c.decode(&body) {
		return false
	}
	if len(body.Specs) == 0 {
		c.fail(http.StatusBadRequest, "Invalid input for field/attribute extra_specs.")
		return false
	}
	specs := maps.Clone(row["extra_specs"].(object))
	for name, value := range body.Specs {
		specs[name] = value
	}
	row["extra_specs"] = specs
	return true
}

// accesses tells which projects may use a flavor.
func (c *call) accesses(row object) {
	rows, id := []object{}, row["id"].(string)
	for _, project := range slices.Sorted(maps.Keys(c.service.store.access[id])) {
		rows = append(rows, object{"flavor_id": id, "tenant_id": project})
	}
	c.json(http.StatusOK, object{"flavor_access": rows})
}

// grantFlavor gives a project access to a flavor that is not public, or takes it away.
func grantFlavor(c *call, row object) {
	var body map[string]struct {
		Tenant string `json:"tenant"`
	}
	if !c.decode(&body) {
		return
	}
	id, store := row["id"].(string), c.service.store
	add, adds := body["addTenantAccess"]
	drop, drops := body["removeTenantAccess"]
	project := add.Tenant + drop.Tenant
	switch has := store.access[id][project]; {
	case adds == drops:
		c.fail(http.StatusBadRequest, "There is no such action.")
	case store.projects[project] == nil:
		c.fail(http.StatusBadRequest, "Project ID "+project+" is not a valid project.")
	case row[isPublic] == true:
		c.fail(http.StatusConflict, "Can not add access to a public flavor.")
	case adds && has:
		c.fail(http.StatusConflict, "Flavor access already exists for flavor "+id+" and project "+project+" combination.")
	case drops && !has:
		c.fail(http.StatusNotFound, "Flavor access not found for "+id+" / "+project+" combination.")
	default:
		if store.access[id] == nil {
			store.access[id] = map[string]bool{}
		}
		if store.access[id][project] = true; drops {
			delete(store.access[id], project)
		}
		c.accesses(row)
	}
}
