package api

import (
	"crypto/rand"
	"crypto/subtle"
)

// application is a credential by which a user logs in to one project.
type application struct {
	grant
	name, secret string
}

// applied is where the credential of that id and secret lets its user in.
func (s *Store) applied(id, secret string) (grant, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	own, found := s.applying[id]
	same := subtle.ConstantTimeCompare([]byte(secret), []byte(own.secret)) == 1
	lives := s.users[own.user]["enabled"] == true && s.projects[own.project]["enabled"] == true && len(s.assigned[own.grant]) > 0
	return own.grant, found && same && lives
}

// applications serves the application credentials of users, each for itself.
func (s *Service) applications() {
	const path = " /v3/users/{user}/application_credentials"
	own := func(c *call) bool {
		if c.r.PathValue("user") != c.token.User {
			c.fail(403, "You are not authorized to perform the requested action.")
			return false
		}
		return true
	}
	s.locked("POST"+path, 2*issueWork, func(c *call) {
		var ask map[string]struct {
			Name   string `json:"name"`
			Secret string `json:"secret"`
		}
		if !own(c) || !c.decode(&ask) {
			return
		}
		given := ask["application_credential"]
		if given.Name == "" {
			c.fail(400, "'name' is a required property")
			return
		}
		if given.Secret == "" {
			given.Secret = rand.Text()
		}
		id := s.store.hexID()
		s.store.applying[id] = application{grant{c.token.User, c.token.Project}, given.Name, given.Secret}
		c.json(201, object{"application_credential": object{
			"id": id, "name": given.Name, "secret": given.Secret, "project_id": c.token.Project, "unrestricted": false, "description": nil,
			"expires_at": nil, "roles": s.store.holds(grant{c.token.User, c.token.Project}),
		}})
	})
	s.locked("DELETE"+path+"/{id}", listWork, func(c *call) {
		if !own(c) {
			return
		}
		id := c.r.PathValue("id")
		if s.store.applying[id].user != c.token.User {
			c.fail(404, "Could not find application credential: "+id+".")
			return
		}
		delete(s.store.applying, id)
		c.w.WriteHeader(204)
	})
}
