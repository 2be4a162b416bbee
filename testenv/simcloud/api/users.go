package api

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// idKind is a kind of resource that Keystone has in tables.
type idKind struct {
	one, many string
	rows      map[string]object
	given     object // the attributes that a request may give, with their defaults
	dropped   func(id string)
}

func (s *Service) idKinds() []idKind {
	store := s.store
	return []idKind{
		{one: "user", many: "users", rows: store.users, dropped: func(id string) {
			store.drop(id)
			delete(store.passwords, id)
		}, given: object{
			"name": "", "enabled": true, "domain_id": "default", "description": "", "email": "", "password": "", "default_project_id": "", "options": object{},
		}},
		{one: "project", many: "projects", rows: store.projects, dropped: store.drop, given: object{
			"name": "", "enabled": true, "domain_id": "default", "description": "", "parent_id": "default", "is_domain": false, "tags": []string{}, "options": object{},
		}},
		{one: "role", many: "roles", rows: store.roles, dropped: func(id string) {
			for _, roles := range store.assigned {
				delete(roles, id)
			}
		}, given: object{"name": "", "domain_id": nil, "description": nil, "options": object{}}},
	}
}

// directory serves users, projects and roles.
func (s *Service) directory() {
	for _, kind := range s.idKinds() {
		find := func(c *call) (id string, row object) {
			id = c.r.PathValue("id")
			self := id == c.token.User || id == c.token.Project
			if row = kind.rows[id]; row == nil && (self || c.admin()) {
				c.fail(404, "Could not find "+kind.one+": "+id+".")
			} else if !self && !c.administers() {
				return id, nil
			}
			return id, row
		}
		s.locked("GET /v3/"+kind.many, listWork, func(c *call) {
			if c.administers() {
				c.json(200, object{kind.many: searched(kind.rows, c.r.URL.Query()), "links": object{"next": nil, "previous": nil, "self": c.base() + "/v3/" + kind.many}})
			}
		})
		s.locked("GET /v3/"+kind.many+"/{id}", listWork/2, func(c *call) {
			if _, row := find(c); row != nil {
				c.json(200, object{kind.one: row})
			}
		})
		s.locked("DELETE /v3/"+kind.many+"/{id}", listWork, func(c *call) {
			if id, row := find(c); row != nil && c.administers() {
				delete(kind.rows, id)
				kind.dropped(id)
				c.w.WriteHeader(204)
			}
		})
		work := listWork
		if kind.one == "user" {
			work = 2 * issueWork // to hash the password
		}
		s.locked("POST /v3/"+kind.many, work, func(c *call) { c.register(kind) })
	}
}

// administers tells whether the user may manage users; otherwise the answer has
// been made.
func (c *call) administers() bool {
	if !c.admin() {
		c.fail(403, "You are not authorized to perform the requested action.")
		return false
	}
	return true
}

// register makes a user, a project or a role.
func (c *call) register(kind idKind) {
	var document map[string]object
	if !c.administers() || !c.decode(&document) {
		return
	}
	row := maps.Clone(kind.given)
	maps.Copy(row, document[kind.one])
	for name, value := range row {
		if kind.given[name] != nil && kindOf(value) != kindOf(kind.given[name]) {
			c.fail(400, fmt.Sprintf("Invalid input for field '%s': %v is not of type '%s'", name, value, kindOf(kind.given[name])))
			return
		}
	}
	if row["name"] == "" {
		c.fail(400, "'name' is a required property")
		return
	}
	if row["domain_id"] != kind.given["domain_id"] {
		c.fail(404, fmt.Sprintf("Could not find domain: %v.", row["domain_id"]))
		return
	}
	for _, other := range kind.rows {
		if other["name"] == row["name"] {
			c.fail(409, fmt.Sprintf("Conflict occurred attempting to store %s - Duplicate entry found with name %v.", kind.one, row["name"]))
			return
		}
	}
	id := c.service.store.hexID()
	if kind.one == "user" {
		c.service.store.passwords[id], _ = row["password"].(string)
		row["password_expires_at"] = nil
		delete(row, "password")
	}
	row["id"], row["links"] = id, object{"self": c.base() + "/v3/" + kind.many + "/" + id}
	kind.rows[id] = row
	c.json(201, object{kind.one: row})
}

// searched lists the rows that match a query, with Keystone's inexact filters.
func searched(table map[string]object, query url.Values) []object {
	exact, inexact := url.Values{}, map[string]func(string) bool{}
	for name, values := range query {
		field, how, found := strings.Cut(name, "__")
		if !found {
			exact[name] = values
			continue
		}
		compare := map[string]func(string, string) bool{"startswith": strings.HasPrefix, "endswith": strings.HasSuffix, "contains": strings.Contains}[how]
		if compare != nil {
			inexact[field] = func(value string) bool { return compare(value, values[0]) }
		}
	}
	rows := []object{}
	for _, id := range slices.Sorted(maps.Keys(table)) {
		keep := matches(table[id], exact)
		for field, is := range inexact {
			keep = keep && is(fmt.Sprint(table[id][field]))
		}
		if keep {
			rows = append(rows, table[id])
		}
	}
	return rows
}
