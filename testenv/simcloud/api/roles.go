package api

import (
	"maps"
	"slices"
)

// identity is what Keystone's database has beside users and projects.
type identity struct {
	roles     map[string]object
	passwords map[string]string         // of users; who has none has the store's
	applying  map[string]application    // credentials by id
	assigned  map[grant]map[string]bool // roles by id
}

// grant is where a user has roles: in a project, or in the system where it is
// empty.
type grant struct{ user, project string }

func newIdentity() identity {
	roles := map[string]object{}
	for _, name := range []string{"admin", "member", "reader"} {
		roles[name] = object{"id": name, "name": name, "domain_id": nil, "description": nil, "options": object{}}
	}
	return identity{roles: roles, passwords: map[string]string{}, applying: map[string]application{}, assigned: map[grant]map[string]bool{}}
}

// assign gives a user a role.
func (i identity) assign(to grant, role string) {
	if i.assigned[to] == nil {
		i.assigned[to] = map[string]bool{}
	}
	i.assigned[to][role] = true
}

// holds lists the roles that a user has somewhere.
func (i identity) holds(at grant) []object {
	rows := []object{}
	for _, id := range slices.Sorted(maps.Keys(i.assigned[at])) {
		rows = append(rows, object{"id": id, "name": i.roles[id]["name"]})
	}
	return rows
}

// admin tells whether the request's user is an administrator where its token is
// of. The caller holds the lock.
func (c *call) admin() bool {
	return c.service.store.assigned[grant{c.token.User, c.token.Project}]["admin"]
}

// drop forgets the roles of a user or of a project that is gone.
func (i identity) drop(id string) {
	for at := range i.assigned {
		if at.user == id || at.project == id {
			delete(i.assigned, at)
		}
	}
}

// grants serves the roles of users in projects.
func (s *Service) grants() {
	const path = " /v3/projects/{project}/users/{user}/roles"
	at := func(c *call) (grant, bool) {
		user, project, role := c.r.PathValue("user"), c.r.PathValue("project"), c.r.PathValue("role")
		switch {
		case !c.administers():
			return grant{}, false
		case s.store.users[user] == nil:
			c.fail(404, "Could not find user: "+user+".")
		case s.store.projects[project] == nil:
			c.fail(404, "Could not find project: "+project+".")
		case role != "" && s.store.roles[role] == nil:
			c.fail(404, "Could not find role: "+role+".")
		default:
			return grant{user, project}, true
		}
		return grant{}, false
	}
	s.locked("GET"+path, listWork, func(c *call) {
		if to, ok := at(c); ok {
			c.json(200, object{"roles": s.store.holds(to)})
		}
	})
	for verb, act := range map[string]func(grant, string) bool{
		"PUT": func(to grant, role string) bool {
			s.store.assign(to, role)
			return true
		},
		"HEAD": func(to grant, role string) bool { return s.store.assigned[to][role] },
		"DELETE": func(to grant, role string) bool {
			had := s.store.assigned[to][role]
			delete(s.store.assigned[to], role)
			return had
		},
	} {
		s.locked(verb+path+"/{role}", listWork, func(c *call) {
			to, ok := at(c)
			switch role := c.r.PathValue("role"); {
			case !ok:
			case act(to, role):
				c.w.WriteHeader(204)
			default:
				c.fail(404, "Could not find role assignment with role: "+role+", user or group: "+to.user+", project, domain, or system: "+to.project+".")
			}
		})
	}
}
