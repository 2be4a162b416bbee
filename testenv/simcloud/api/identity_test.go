package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// idOf is the id of the first in a list.
func idOf(t *testing.T, answer []byte, many string) string {
	t.Helper()
	var document map[string][]struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(answer, &document) // what is beside the list does not matter
	require.NotEmpty(t, document[many], "%s", answer)
	return document[many][0].ID
}

// member makes a user with a role in a project of its own, and logs in as it.
func (s *script) member() {
	s.t.Helper()
	s.run("keystone",
		step{`POST /v3/projects < {"project": {"name": "other", "tags": ["t"]}}`, 201, `"enabled":true`, "other"},
		step{`POST /v3/users < {"user": {"name": "alice", "password": "secret"}}`, 201, `"name":"alice"`, "alice"},
		step{`GET /v3/roles?name=member`, 200, `"id":"member"`, ""},
		step{`PUT /v3/projects/{other}/users/{alice}/roles/member`, 204, "", ""},
		step{`HEAD /v3/projects/{other}/users/{alice}/roles/member`, 204, "", ""},
	)
	s.login("alice", "secret", "other")
}

func TestUsersProjectsAndRoles(t *testing.T) {
	newScript(t).run("keystone",
		step{`POST /v3/users < {"user": {"password": "secret"}}`, 400, "'name' is a required property", ""},
		step{`POST /v3/users < {"user": {"name": 5}}`, 400, "Invalid input for field 'name'", ""},
		step{`POST /v3/users < {"user": {"name": "u", "domain_id": "none"}}`, 404, "Could not find domain", ""},
		step{`POST /v3/users < {"user": {"name": "bob-1", "password": "secret", "enabled": false}}`, 201, `"enabled":false`, "bob"},
		step{`POST /v3/users < {"user": {"name": "bob-1"}}`, 409, "Duplicate entry", ""},
		step{`GET /v3/users?name__startswith=bob-`, 200, "bob-1", ""},
		step{`GET /v3/users?name__startswith=bobby`, 200, `"users":[]`, ""},
		step{`PUT /v3/projects/{project}/users/{bob}/roles/none`, 404, "Could not find role", ""},
		step{`PUT /v3/projects/none/users/{bob}/roles/member`, 404, "Could not find project", ""},
		step{`PUT /v3/projects/{project}/users/none/roles/member`, 404, "Could not find user", ""},
		step{`DELETE /v3/projects/{project}/users/{bob}/roles/member`, 404, "Could not find role assignment", ""},
		step{`PUT /v3/projects/{project}/users/{bob}/roles/member`, 204, "", ""},
		step{`GET /v3/projects/{project}/users/{bob}/roles`, 200, `"name":"member"`, ""},
		step{`DELETE /v3/projects/{project}/users/{bob}/roles/member`, 204, "", ""},
		step{`DELETE /v3/users/{bob}`, 204, "", ""},
		step{`DELETE /v3/users/{bob}`, 404, "Could not find user", ""},
	)
}

func TestNobodySeesAPassword(t *testing.T) {
	s := newScript(t)
	require.NotContains(t, s.ask("keystone", `POST /v3/users < {"user": {"name": "bob", "password": "secret"}}`).Body.String(), "secret")
	require.NotContains(t, s.ask("keystone", `GET /v3/users`).Body.String(), "secret")
}

// A token of a project is for who has a role in it, with the right password.
func TestWhoMayLogIn(t *testing.T) {
	s := newScript(t)
	admin := s.token
	s.member()
	login := func(user, password, project string) int {
		return s.ask("keystone", `POST /v3/auth/tokens < {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "`+user+`", "password": "`+password+`"}}}, "scope": {"project": {"name": "`+project+`"}}}}`).Code
	}
	require.Equal(t, http.StatusCreated, login("alice", "secret", "other"))
	require.Equal(t, http.StatusUnauthorized, login("alice", "secret", "admin"), "no role there")
	require.Equal(t, http.StatusUnauthorized, login("alice", s.store.Password, "other"))
	require.Equal(t, http.StatusUnauthorized, login("admin", "secret", "admin"))
	require.Contains(t, s.ask("keystone", "GET /v3/auth/projects").Body.String(), `"name":"other"`)
	require.NotContains(t, s.ask("keystone", "GET /v3/auth/projects").Body.String(), `"name":"admin"`)

	alice := s.token
	s.token = admin
	s.run("keystone", step{`DELETE /v3/users/{alice}`, 204, "", ""})
	require.Equal(t, http.StatusUnauthorized, login("alice", "secret", "other"))
	s.token = alice
	s.run("neutron-api", step{`GET /v2.0/networks`, 401, "", ""})
}

// Who is no administrator sees the own project and what is shared.
func TestProjectsAreApart(t *testing.T) {
	s := newScript(t)
	s.run("neutron-api", step{`POST /v2.0/networks < {"network": {"name": "theirs"}}`, 201, "", "theirs"})
	s.run("glance-api",
		step{`POST /v2/images < {"name": "theirs", "container_format": "bare", "disk_format": "raw"}`, 201, "", "image"},
		step{`GET /v2/images?name=probe`, 200, "", "probe"},
	)
	s.member()
	s.run("keystone",
		step{`GET /v3/users`, 403, "not authorized", ""},
		step{`POST /v3/projects < {"project": {"name": "p"}}`, 403, "not authorized", ""},
		step{`GET /v3/users/{alice}`, 200, "alice", ""},
	)
	s.run("neutron-api",
		step{`GET /v2.0/networks/{theirs}`, 404, "NetworkNotFound", ""},
		step{`DELETE /v2.0/networks/{theirs}`, 404, "NetworkNotFound", ""},
		step{`GET /v2.0/networks/{private}`, 200, "", ""},
		step{`DELETE /v2.0/networks/{private}`, 403, "PolicyNotAuthorized", ""},
		step{`POST /v2.0/networks < {"network": {"name": "n", "shared": true}}`, 403, "PolicyNotAuthorized", ""},
		step{`POST /v2.0/networks < {"network": {"name": "n", "project_id": "another"}}`, 403, "PolicyNotAuthorized", ""},
		step{`POST /v2.0/networks < {"network": {"name": "mine"}}`, 201, "", "mine"},
		step{`PUT /v2.0/quotas/{project} < {"quota": {"network": 5}}`, 403, "PolicyNotAuthorized", ""},
		step{`GET /v2.0/quotas/another`, 403, "PolicyNotAuthorized", ""},
	)
	require.NotContains(t, s.ask("neutron-api", "GET /v2.0/networks").Body.String(), "theirs")
	s.run("glance-api",
		step{`GET /v2/images/{image}`, 404, "No image found", ""},
		step{`DELETE /v2/images/{probe}`, 403, "not permitted", ""},
		step{`POST /v2/images < {"name": "n", "visibility": "public"}`, 403, "publicize_image", ""},
	)
	require.NotContains(t, s.ask("glance-api", "GET /v2/images").Body.String(), "theirs")
}
