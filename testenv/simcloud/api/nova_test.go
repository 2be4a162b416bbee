package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

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

// A list of servers comes in pages where a limit is given, each with the address of the next
// until fewer came than were wanted; a marker that is no server's is refused.
func TestAListOfServersComesInPages(t *testing.T) {
	s := newScript(t)
	s.kept["image"] = idOf(t, s.ask("glance-api", "GET /v2/images").Body.Bytes(), "images")
	const boot = `POST /v2.1/servers < {"server": {"name": "%s", "flavorRef": "1", "imageRef": "{image}"}}`
	for _, name := range []string{"one", "two", "three"} {
		s.run("nova-api", step{fmt.Sprintf(boot, name), 202, "", name})
	}
	var met []string
	next := "/v2.1/servers?limit=2"
	for pages := 0; next != ""; pages++ {
		require.Less(t, pages, 2)
		var page struct {
			Servers []struct{ ID string }
			Links   []struct{ Rel, Href string } `json:"servers_links"`
		}
		require.NoError(t, json.Unmarshal(s.ask("nova-api", "GET "+strings.TrimPrefix(next, "http://example.com")).Body.Bytes(), &page))
		for _, server := range page.Servers {
			met = append(met, server.ID)
		}
		require.LessOrEqual(t, len(page.Servers), 2)
		if next = ""; len(page.Links) > 0 {
			require.Equal(t, "next", page.Links[0].Rel)
			next = page.Links[0].Href
		}
	}
	require.ElementsMatch(t, []string{s.kept["one"], s.kept["two"], s.kept["three"]}, met)
	s.run("nova-api",
		step{`GET /v2.1/servers/detail?limit=1&marker={one}`, 200, "", ""},
		step{`GET /v2.1/servers?marker=nobody`, 400, "marker [nobody] not found", ""},
	)
}
