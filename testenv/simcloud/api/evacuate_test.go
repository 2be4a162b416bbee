package api_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// Nova evacuates a server of a host that it takes for down, to another one, for an
// administrator; and of no other.
func TestAServerIsEvacuatedFromAHostThatIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		s.version = "compute 2.14"
		hear := func(hosts ...string) {
			for _, host := range hosts {
				s.store.Heard(host, time.Now())
			}
		}
		hear("a", "b")
		s.kept["image"] = idOf(t, s.ask("glance-api", "GET /v2/images").Body.Bytes(), "images")
		s.run("nova-api", step{`POST /v2.1/servers < {"server": {"name": "a", "flavorRef": "1", "imageRef": "{image}"}}`, 202, "", "server"})
		time.Sleep(40 * time.Second)
		on := func(host, status string) {
			t.Helper()
			s.run("nova-api",
				step{`GET /v2.1/servers/{server}`, 200, fmt.Sprintf(`"OS-EXT-SRV-ATTR:host":%q`, host), ""},
				step{`GET /v2.1/servers/{server}`, 200, fmt.Sprintf(`"status":%q`, status), ""},
			)
		}
		const ask = `POST /v2.1/servers/{server}/action < {"evacuate": {}}`
		s.run("nova-api", step{ask, 400, "Compute service of a is still in use.", ""})
		time.Sleep(30 * time.Second)
		hear("b")
		s.run("nova-api",
			step{`POST /v2.1/servers/{server}/action < {"evacuate": {"onSharedStorage": false}}`, 400, "onSharedStorage", ""},
			step{`POST /v2.1/servers/{server}/action < {"evacuate": {"host": "b"}}`, 400, "host that it chooses", ""},
			step{ask, 200, "", ""},
		)
		on("a", "REBUILD")
		s.run("nova-api", step{ask, 409, "while it is in vm_state", ""})
		time.Sleep(30 * time.Second)
		on("b", "ACTIVE")

		s.version = ""
		s.run("nova-api", step{ask, 400, "onSharedStorage", ""})
		time.Sleep(2 * time.Minute) // both are down
		s.run("nova-api", step{`POST /v2.1/servers/{server}/action < {"evacuate": {"onSharedStorage": false}}`, 200, "adminPass", ""})
		on("b", "ERROR")
		s.run("nova-api", step{`GET /v2.1/servers/{server}`, 200, "No valid host was found.", ""})
		hear("a")
		s.run("nova-api", step{`POST /v2.1/servers/{server}/action < {"evacuate": {"onSharedStorage": false}}`, 200, "", ""})
		on("b", "ERROR")
		time.Sleep(20 * time.Second)
		on("a", "ACTIVE")

		s.member()
		hear("a")
		s.run("nova-api",
			step{`POST /v2.1/servers < {"server": {"name": "own", "flavorRef": "1", "imageRef": "{image}"}}`, 202, "", "own"},
			step{`POST /v2.1/servers/{own}/action < {"evacuate": {"onSharedStorage": false}}`, 403, "os-evacuate", ""},
		)
	})
}
