package api_test

import "testing"

func TestAProjectHasAQuotaOfInstances(t *testing.T) {
	s := newScript(t)
	s.store.Limit("instances", 1)
	s.kept["image"] = idOf(t, s.ask("glance-api", "GET /v2/images").Body.Bytes(), "images")
	s.run("nova-api",
		step{`GET /v2.1/limits`, 200, `"maxTotalInstances":1`, ""},
		step{`POST /v2.1/servers < {"server": {"name": "a", "flavorRef": "1", "imageRef": "{image}"}}`, 202, "", "server"},
		step{`GET /v2.1/limits`, 200, `"totalInstancesUsed":1`, ""},
		step{`POST /v2.1/servers < {"server": {"name": "b", "flavorRef": "1", "imageRef": "{image}"}}`, 403, `{"forbidden":`, ""},
		step{`POST /v2.1/servers < {"server": {"name": "b", "flavorRef": "1", "imageRef": "{image}"}}`, 403, "Quota exceeded for instances: Requested 1, but already used 1 of 1", ""},
	)
}

func TestServersAreOfTheirProject(t *testing.T) {
	s := newScript(t)
	s.kept["image"] = idOf(t, s.ask("glance-api", "GET /v2/images").Body.Bytes(), "images")
	const boot = `POST /v2.1/servers < {"server": {"name": "theirs", "flavorRef": "1", "imageRef": "{image}"}}`
	s.run("nova-api", step{boot, 202, "", "server"})
	admin := s.token
	s.member()
	s.run("nova-api",
		step{`GET /v2.1/servers/{server}`, 404, "itemNotFound", ""},
		step{`DELETE /v2.1/servers/{server}`, 404, "itemNotFound", ""},
		step{`POST /v2.1/servers/{server}/action < {"os-stop": null}`, 404, "itemNotFound", ""},
		step{`GET /v2.1/servers?all_tenants=1`, 200, `{"servers":[]}`, ""},
		step{`GET /v2.1/limits`, 200, `"totalInstancesUsed":0`, ""},
		step{boot, 202, "", "own"},
		step{`GET /v2.1/servers/{own}`, 200, `"name":"theirs"`, ""},
	)
	s.token = admin
	s.run("nova-api",
		step{`GET /v2.1/servers?all_tenants=1`, 200, "{own}", ""},
		step{`GET /v2.1/servers`, 200, "{server}", ""},
		step{`GET /v2.1/servers/{own}`, 200, "", ""},
		step{`DELETE /v2.1/servers/{own}`, 204, "", ""},
	)
}
