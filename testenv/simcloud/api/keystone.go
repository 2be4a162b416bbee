package api

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

// How long Keystone works: figures of a lab with cheap password hashes, as a client of it
// finds them while something is wrong elsewhere (20 ms to 30 ms, of which 2 ms are the way there).
const (
	issueWork    = 21 * time.Millisecond
	validateWork = 21 * time.Millisecond
	coldWork     = 75 * time.Millisecond // more, when the cache is cold
	listWork     = 10 * time.Millisecond
)

func (s *Service) keystone() {
	s.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		c := s.call(w, r)
		c.json(http.StatusMultipleChoices, object{"versions": object{"values": []object{identityVersion(c)}}})
	})
	for _, pattern := range []string{"GET /v3", "GET /v3/{$}"} {
		s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			c := s.call(w, r)
			c.json(200, object{"version": identityVersion(c)})
		})
	}
	s.handle("POST /v3/auth/tokens", need{work: issueWork, open: true}, s.issueToken)
	s.mux.HandleFunc("GET /v3/auth/tokens", s.validate)
	s.mux.HandleFunc("HEAD /v3/auth/tokens", s.validate)
	s.handle("DELETE /v3/auth/tokens", need{work: validateWork, write: true}, func(c *call) {
		token, err := s.recognized(c.r.Header.Get("X-Subject-Token"))
		if err != nil {
			c.fail(404, "This is not a recognized Fernet token.")
			return
		}
		s.store.revoke(token)
		c.w.WriteHeader(204)
	})
	s.handle("GET /v3/auth/catalog", need{work: validateWork}, func(c *call) {
		c.json(200, object{"catalog": s.store.catalog(c.token.Project)})
	})
	s.locked("GET /v3/auth/projects", validateWork, func(c *call) {
		rows := []object{}
		for _, id := range slices.Sorted(maps.Keys(s.store.projects)) {
			if len(s.store.assigned[grant{c.token.User, id}]) > 0 {
				rows = append(rows, s.store.projects[id])
			}
		}
		c.json(200, object{"projects": rows})
	})
	s.directory()
	s.grants()
	s.applications()
	domain := object{"id": "default", "name": "Default", "enabled": true, "description": "The default domain", "options": object{}}
	s.handle("GET /v3/domains", need{work: validateWork}, func(c *call) { c.json(200, object{"domains": []object{domain}}) })
	s.handle("GET /v3/domains/{id}", need{work: validateWork}, func(c *call) { c.json(200, object{"domain": domain}) })
	s.handle("GET /v3/services", need{work: listWork}, func(c *call) { c.json(200, object{"services": s.store.services()}) })
	s.handle("GET /v3/regions", need{work: listWork}, func(c *call) {
		c.json(200, object{"regions": []object{{"id": Region, "description": "", "parent_region_id": nil}}})
	})
}

func identityVersion(c *call) object {
	v := version("v3.14", "stable", "", "", c.base()+"/v3/")
	v["media-types"] = []object{{"base": "application/json", "type": "application/vnd.openstack.identity-v3+json"}}
	return v
}

// validate shows what a token is worth. When it is in the cache no database is
// needed; cold, it takes longer.
func (s *Service) validate(w http.ResponseWriter, r *http.Request) {
	c := s.call(w, r)
	if !c.authorized() {
		return
	}
	text := r.Header.Get("X-Subject-Token")
	if !s.host.Cached(r.Context(), "token"+text) {
		if s.host.Work(r.Context(), coldWork) != nil {
			return // the process is gone
		}
		if err := s.host.Database(r.Context(), false); err != nil {
			if r.Context().Err() == nil {
				c.fail(500, "An unexpected error prevented the server from fulfilling your request.")
			}
			return
		}
	}
	if s.host.Work(r.Context(), validateWork) != nil {
		return // the process is gone
	}
	token, err := s.recognized(text)
	if err != nil {
		s.host.Forget("token" + text)
		c.fail(404, "This is not a recognized Fernet token.")
		return
	}
	s.host.Remember(text)
	w.Header().Set("X-Subject-Token", text)
	w.Header().Set("Vary", "X-Auth-Token")
	c.json(200, object{"token": s.store.describe(token)})
}
