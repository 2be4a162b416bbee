package api

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

// quotaSets serves the quotas that a project has of its own, as Nova and Cinder
// do: those are the resources that are limited, with what is set for all. What is used
// is told in detail, where there may be more of them, without a limit.
func (s *Service) quotaSets(prefix string, work time.Duration, general func() map[string]int, use func(project string) map[string]int) {
	path := prefix + "/os-quota-sets/{of}"
	answer := func(c *call) {
		of, set := c.r.PathValue("of"), object{}
		for name, limit := range general() {
			set[name] = s.store.limitOf(of, name, limit)
		}
		c.json(200, object{"quota_set": set})
	}
	detailed := func(c *call) {
		of := c.r.PathValue("of")
		if of != c.token.Project && !c.admin() {
			c.fail(403, "Policy doesn't allow quota sets to be shown.")
			return
		}
		used, set := use(of), object{"id": of}
		limits := maps.Clone(general())
		for name := range used {
			if _, limited := limits[name]; !limited {
				limits[name] = -1
			}
		}
		for name, limit := range limits {
			set[name] = object{"limit": s.store.limitOf(of, name, limit), "in_use": used[name], "reserved": 0}
		}
		c.json(200, object{"quota_set": set})
	}
	s.locked("GET "+path, work, func(c *call) {
		if asked := strings.ToLower(c.r.URL.Query().Get("usage")); s.name == "cinder-api" && asked == "true" {
			detailed(c)
			return
		}
		answer(c)
	})
	if s.name == "nova-api" {
		s.locked("GET "+path+"/detail", work, detailed)
	}
	s.locked("PUT "+path, work, func(c *call) {
		var body struct {
			Set map[string]any `json:"quota_set"`
		}
		if c.ruled() && c.decode(&body) && c.sets(general(), body.Set) {
			answer(c)
		}
	})
	s.locked("DELETE "+path, work, func(c *call) {
		if c.ruled() {
			c.unset(c.r.PathValue("of"), general())
			c.w.WriteHeader(map[string]int{"cinder-api": 200, "nova-api": 202}[s.name])
		}
	})
}

// ruled tells whether an administrator asks; otherwise the answer has been made.
func (c *call) ruled() bool {
	if c.admin() {
		return true
	}
	c.fail(403, "Policy doesn't allow quota sets to be changed.")
	return false
}

// sets gives the project quotas of its own; a name that is not limited is
// refused. The caller holds the lock.
func (c *call) sets(general map[string]int, asked map[string]any) bool {
	fresh := map[string]int{}
	for name, value := range asked {
		limit, whole := value.(float64)
		if _, known := general[name]; !known || !whole || limit < -1 {
			c.fail(400, "Invalid input for field/attribute "+name+".")
			return false
		}
		fresh[fmt.Sprint(c.r.PathValue("of"), " ", name)] = int(limit)
	}
	maps.Copy(c.service.store.overrides, fresh)
	return true
}

// unset takes a project's own quotas of those resources away. The caller holds
// the lock.
func (c *call) unset(project string, general map[string]int) {
	for name := range general {
		delete(c.service.store.overrides, project+" "+name)
	}
}

// Quotas are those that a project has of its own, by the names of the resources.
func (s *Store) Quotas(project string) map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	own := map[string]int{}
	for name, limit := range s.overrides {
		if resource, of := strings.CutPrefix(name, project+" "); of {
			own[resource] = limit
		}
	}
	return own
}
