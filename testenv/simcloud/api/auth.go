package api

import (
	"crypto/subtle"
	"maps"
	"slices"
	"strings"
	"time"
)

// Region is the one region of the cloud.
const Region = "RegionOne"

// authRequest is the body of POST /v3/auth/tokens.
type authRequest struct {
	Auth struct {
		Identity struct {
			Methods  []string `json:"methods"`
			Password struct {
				User struct {
					ID       string `json:"id"`
					Name     string `json:"name"`
					Password string `json:"password"`
				} `json:"user"`
			} `json:"password"`
			Application struct {
				ID     string `json:"id"`
				Secret string `json:"secret"`
			} `json:"application_credential"`
			Token struct {
				ID string `json:"id"`
			} `json:"token"`
		} `json:"identity"`
		Scope any `json:"scope"`
	} `json:"auth"`
}

func (s *Service) issueToken(c *call) {
	var ask authRequest
	if !c.decode(&ask) {
		return
	}
	user, project, ok := s.login(ask)
	if !ok {
		c.fail(401, "The request you have made requires authentication.")
		return
	}
	if scope, scoped := ask.Auth.Scope.(map[string]any); scoped {
		if project, ok = s.store.scope(user, scope); !ok {
			c.fail(401, "The request you have made requires authentication.")
			return
		}
	}
	keys := s.host.Keys()
	if len(keys) == 0 {
		c.fail(500, "An unexpected error prevented the server from fulfilling your request.")
		return
	}
	text, token, err := s.store.issue(user, project, keys[0])
	if err != nil {
		c.fail(500, err.Error())
		return
	}
	s.host.Remember(text)
	c.w.Header().Set("X-Subject-Token", text)
	c.w.Header().Set("Vary", "X-Auth-Token")
	c.json(201, object{"token": s.store.describe(token)})
}

// login returns the id of the user that a request proves to be, and the project
// that an application credential is bound to, which goes with no scope.
func (s *Service) login(ask authRequest) (user, project string, ok bool) {
	if slices.Contains(ask.Auth.Identity.Methods, "application_credential") {
		given := ask.Auth.Identity.Application
		own, ok := s.store.applied(given.ID, given.Secret)
		return own.user, own.project, ok && ask.Auth.Scope == nil
	}
	user, ok = s.known(ask)
	return user, "", ok
}

// known is the user of a token or of a password.
func (s *Service) known(ask authRequest) (string, bool) {
	identity := ask.Auth.Identity
	if slices.Contains(identity.Methods, "token") {
		token, err := s.recognized(identity.Token.ID)
		return token.User, err == nil
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	given := identity.Password.User
	user, found := find(s.store.users, given.ID, given.Name)
	password, own := s.store.passwords[user]
	if !own {
		password = s.store.Password
	}
	same := subtle.ConstantTimeCompare([]byte(given.Password), []byte(password)) == 1
	return user, found && same && s.store.users[user]["enabled"] == true
}

func find(table map[string]object, id, name string) (string, bool) {
	for _, key := range slices.Sorted(maps.Keys(table)) {
		if key == id || name != "" && table[key]["name"] == name {
			return key, true
		}
	}
	return "", false
}

// scope returns the project that a scope asks for, in which the user has a role;
// "" for the system.
func (s *Store) scope(user string, scope map[string]any) (string, bool) {
	project, wanted := scope["project"].(map[string]any)
	if !wanted {
		return "", true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id, _ := project["id"].(string)
	name, _ := project["name"].(string)
	id, found := find(s.projects, id, name)
	return id, found && len(s.assigned[grant{user, id}]) > 0 && s.projects[id]["enabled"] == true
}

// describe is the document of a token.
func (s *Store) describe(token Token) object {
	s.mu.Lock()
	name, project := s.users[token.User]["name"], s.projects[token.Project]["name"]
	roles := s.holds(grant{token.User, token.Project})
	s.mu.Unlock()
	domain := object{"id": "default", "name": "Default"}
	const form = "2006-01-02T15:04:05.000000Z"
	document := object{
		"methods": []string{"password"}, "issued_at": token.Issued.Format(form), "expires_at": token.Expires.Format(form),
		"audit_ids": []string{token.Audit},
		"user":      object{"id": token.User, "name": name, "domain": domain, "password_expires_at": nil},
	}
	if token.Project != "" {
		document["project"] = object{"id": token.Project, "name": project, "domain": domain}
		document["is_domain"] = false
		document["roles"] = roles
		document["catalog"] = s.catalog(token.Project)
	}
	return document
}

// kinds are the types of the services, by their name here.
func kinds() map[string]string {
	return map[string]string{
		"keystone": "identity", "nova-api": "compute", "neutron-api": "network", "glance-api": "image", "cinder-api": "volumev3",
		"placement-api": "placement", "swift-proxy": "object-store", "heat-api": "orchestration", "horizon": "dashboard", "octavia-api": "load-balancer",
	}
}

func (s *Store) services() []object {
	all := []object{}
	for _, name := range slices.Sorted(maps.Keys(kinds())) {
		all = append(all, object{"id": serviceID(name), "name": name, "type": kinds()[name], "enabled": true, "description": ""})
	}
	return all
}

func serviceID(name string) string {
	return strings.Repeat("0", 32-len(name)) + strings.ReplaceAll(name, "-", "0")
}

// catalog lists the endpoints of all services.
func (s *Store) catalog(project string) []object {
	suffix := map[string]string{"nova-api": "/v2.1", "cinder-api": "/v3/" + project, "keystone": "/v3", "swift-proxy": "/v1/AUTH_" + project, "heat-api": "/v1/" + project}
	all := []object{}
	for _, service := range s.services() {
		name, _ := service["name"].(string)
		url := s.Endpoint(name)
		if url == "" {
			continue
		}
		endpoints := []object{}
		for _, face := range []string{"public", "internal", "admin"} {
			endpoints = append(endpoints, object{
				"id": serviceID(name)[1:] + face[:1], "interface": face, "region": Region, "region_id": Region, "url": url + suffix[name],
			})
		}
		all = append(all, object{"id": service["id"], "name": name, "type": service["type"], "endpoints": endpoints})
	}
	return all
}

// iso is a time as most services print it.
func iso(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
