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

// Cores and memory are those of the flavors, and are refused as Nova does; Glance has limits where
// Keystone has been told some.
func TestQuotasOfCoresAndOfImages(t *testing.T) {
	s := newScript(t)
	s.kept["image"] = idOf(t, s.ask("glance-api", "GET /v2/images").Body.Bytes(), "images")
	s.kept["net"] = idOf(t, s.ask("neutron-api", "GET /v2.0/networks?name=private").Body.Bytes(), "networks")
	boot := `POST /v2.1/servers < {"server": {"name": "a", "flavorRef": "1", "imageRef": "{image}", "networks": [{"uuid": "{net}"}]}}`
	s.run("nova-api",
		step{`GET /v2.1/limits`, 200, `"maxTotalCores":-1`, ""},
		step{`PUT /v2.1/os-quota-sets/{project} < {"quota_set": {"cores": 1, "ram": 512}}`, 200, `"cores":1`, ""},
		step{boot, 202, "", ""},
		step{`GET /v2.1/limits`, 200, `"maxTotalCores":1`, ""},
		step{`GET /v2.1/limits`, 200, `"totalCoresUsed":1`, ""},
		step{`GET /v2.1/limits`, 200, `"totalRAMUsed":64`, ""},
		step{`GET /v2.1/os-quota-sets/{project}/detail`, 200, `"cores":{"in_use":1,"limit":1,"reserved":0}`, ""},
		step{boot, 403, "Quota exceeded for cores: Requested 1, but already used 1 of 1 cores", ""},
		step{`PUT /v2.1/os-quota-sets/{project} < {"quota_set": {"cores": -1, "ram": 100}}`, 200, "", ""},
		step{boot, 403, "Quota exceeded for ram: Requested 64, but already used 64 of 100 ram", ""},
	)
	s.run("glance-api", step{`GET /v2/info/usage`, 200, `{"usage":{}}`, ""})
	s.store.Limit("image_count_total", 1)
	s.run("glance-api",
		step{`GET /v2/info/usage`, 200, `{"usage":{"image_count_total":{"limit":1,"usage":1}}}`, ""},
		step{`POST /v2/images < {"name": "b", "disk_format": "raw", "container_format": "bare"}`, 413, "is over a limit for", ""},
	)
}
