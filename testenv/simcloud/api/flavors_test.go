package api_test

import "testing"

// Flavors are made by administrators; one that is not public is there for the projects that were
// given access alone, and what servers have of one outlives it.
func TestFlavorsThatAreNotPublic(t *testing.T) {
	s := newScript(t)
	s.kept["image"] = idOf(t, s.ask("glance-api", "GET /v2/images").Body.Bytes(), "images")
	const boot = `POST /v2.1/servers < {"server": {"name": "a", "flavorRef": "{flavor}", "imageRef": "{image}"}}`
	hidden := `POST /v2.1/flavors < {"flavor": {"name": "hidden", "ram": 128, "vcpus": 2, "disk": 3, "swap": 0, "os-flavor-access:is_public": false}}`
	s.run("nova-api",
		step{`POST /v2.1/flavors < {"flavor": {"name": "x", "vcpus": 2, "disk": 3}}`, 400, "'ram' is a required property", ""},
		step{`POST /v2.1/flavors < {"flavor": {"name": "x", "ram": 0, "vcpus": 2, "disk": 3}}`, 400, "Value of ram", ""},
		step{`POST /v2.1/flavors < {"flavor": {"name": "x", "ram": 1.5, "vcpus": 2, "disk": 3}}`, 400, "Value of ram", ""},
		step{`POST /v2.1/flavors < {"flavor": {"name": "x", "ram": 1, "vcpus": 2, "disk": 3, "description": "d"}}`, 400, "'description' was unexpected", ""},
		step{`POST /v2.1/flavors < {"flavor": {"name": "tiny", "ram": 1, "vcpus": 2, "disk": 3}}`, 409, "already exists", ""},
		step{hidden, 200, `"swap":""`, "flavor"},
		step{hidden, 409, "already exists", ""},
		step{`POST /v2.1/flavors/{flavor}/os-extra_specs < {"extra_specs": {"hw:cpu_policy": "dedicated"}}`, 200, `{"extra_specs":{"hw:cpu_policy":"dedicated"}}`, ""},
		step{`GET /v2.1/flavors/{flavor}/os-extra_specs`, 200, `{"extra_specs":{"hw:cpu_policy":"dedicated"}}`, ""},
		step{`GET /v2.1/flavors/detail?is_public=None`, 200, `"hidden"`, ""},
		step{`GET /v2.1/flavors/detail?is_public=false`, 200, `{"flavors":[{"OS-FLV-DISABLED:disabled":false,"OS-FLV-EXT-DATA:ephemeral":0,"description":null,"disk":3`, ""},
		step{`GET /v2.1/flavors/detail?is_public=maybe`, 400, "Invalid is_public filter", ""},
		step{`GET /v2.1/flavors/1/os-flavor-access`, 404, "not available for public flavors", ""},
		step{`POST /v2.1/flavors/1/action < {"addTenantAccess": {"tenant": "none"}}`, 400, "not a valid project", ""},
	)
	admin := s.token
	s.member()
	s.run("nova-api",
		step{hidden, 403, "Policy doesn't allow", ""},
		step{`DELETE /v2.1/flavors/{flavor}`, 403, "Policy doesn't allow", ""},
		step{`GET /v2.1/flavors/{flavor}`, 404, "could not be found", ""},
		step{boot, 400, "could not be found", ""},
	)
	theirs := s.token
	s.token = admin
	const give = `POST /v2.1/flavors/{flavor}/action < {"addTenantAccess": {"tenant": "{project}"}}`
	s.run("nova-api",
		step{give, 200, `"tenant_id":"{project}"`, ""},
		step{give, 409, "already exists", ""},
		step{`POST /v2.1/flavors/1/action < {"addTenantAccess": {"tenant": "{project}"}}`, 409, "Can not add access to a public flavor", ""},
		step{`GET /v2.1/flavors/{flavor}/os-flavor-access`, 200, `"tenant_id":"{project}"`, ""},
	)
	s.token = theirs
	s.run("nova-api",
		step{`GET /v2.1/flavors/detail`, 200, `"hidden"`, ""},
		step{boot, 202, "", "server"},
	)
	s.token = admin
	s.run("nova-api",
		step{`DELETE /v2.1/flavors/{flavor}`, 202, "", ""},
		step{`DELETE /v2.1/flavors/{flavor}`, 404, "could not be found", ""},
	)
	s.token = theirs
	s.run("nova-api",
		step{`GET /v2.1/servers/{server}`, 200, `"ram":128`, ""},
		step{`GET /v2.1/limits`, 200, `"totalRAMUsed":128`, ""},
		step{boot, 400, "could not be found", ""},
	)
}
