package api_test

import "testing"

func TestAProjectMayHaveQuotasOfItsOwn(t *testing.T) {
	s := newScript(t)
	s.run("nova-api",
		step{`PUT /v2.1/os-quota-sets/{project} < {"quota_set": {"dances": 1}}`, 400, "Invalid input", ""},
		step{`PUT /v2.1/os-quota-sets/{project} < {"quota_set": {"instances": 7}}`, 200, `"instances":7`, ""},
		step{`GET /v2.1/os-quota-sets/another`, 200, `"instances":1000`, ""},
		step{`GET /v2.1/limits`, 200, `"maxTotalInstances":7`, ""},
	)
	s.run("cinder-api",
		step{`PUT /v3/{project}/os-quota-sets/{project} < {"quota_set": {"volumes": 0}}`, 200, `"volumes":0`, ""},
		step{`POST /v3/{project}/volumes < {"volume": {"name": "v", "size": 1}}`, 413, "VolumeLimitExceeded", ""},
		step{`DELETE /v3/{project}/os-quota-sets/{project}`, 200, "", ""},
		step{`POST /v3/{project}/volumes < {"volume": {"name": "v", "size": 1}}`, 202, "", ""},
	)
	s.run("nova-api",
		step{`GET /v2.1/os-quota-sets/{project}`, 200, `"instances":7`, ""},
		step{`DELETE /v2.1/os-quota-sets/{project}`, 202, "", ""},
		step{`GET /v2.1/os-quota-sets/{project}`, 200, `"instances":1000`, ""},
	)
	s.run("neutron-api",
		step{`PUT /v2.0/quotas/{project} < {"quota": {"network": 3}}`, 200, `"network":3`, ""},
		step{`DELETE /v2.0/quotas/{project}`, 204, "", ""},
		step{`GET /v2.0/quotas/{project}`, 200, `"network":100`, ""},
	)
	s.member()
	s.run("nova-api", step{`PUT /v2.1/os-quota-sets/{project} < {"quota_set": {"instances": 7}}`, 403, "Policy", ""})
	s.run("cinder-api", step{`DELETE /v3/{project}/os-quota-sets/{project}`, 403, "Policy", ""})
	s.run("neutron-api", step{`DELETE /v2.0/quotas/{project}`, 403, "PolicyNotAuthorized", ""})
}
