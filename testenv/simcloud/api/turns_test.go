package api_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// booted is a script with a server that is ACTIVE, and the id of an image.
func booted(t *testing.T) *script {
	t.Helper()
	s := newScript(t)
	s.kept["image"] = idOf(t, s.ask("glance-api", "GET /v2/images").Body.Bytes(), "images")
	s.run("nova-api", step{`POST /v2.1/servers < {"server": {"name": "a", "flavorRef": "1", "imageRef": "{image}"}}`, 202, "", "server"})
	time.Sleep(time.Minute)
	return s
}

func TestAServerGoesThroughItsStatuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := booted(t)
		for _, each := range []struct {
			ask          string
			code         int
			during, then string
		}{
			{`"pause": null`, 202, "ACTIVE", "PAUSED"},
			{`"suspend": null`, 409, "PAUSED", "PAUSED"},
			{`"unpause": null`, 202, "PAUSED", "ACTIVE"},
			{`"suspend": null`, 202, "ACTIVE", "SUSPENDED"},
			{`"resume": null`, 202, "SUSPENDED", "ACTIVE"},
			{`"unshelve": null`, 409, "ACTIVE", "ACTIVE"},
			{`"shelve": null`, 202, "ACTIVE", "SHELVED_OFFLOADED"},
			{`"os-getConsoleOutput": {}`, 409, "SHELVED_OFFLOADED", "SHELVED_OFFLOADED"},
			{`"unshelve": null`, 202, "SHELVED_OFFLOADED", "ACTIVE"},
			{`"reboot": {"type": "SOFT"}`, 202, "REBOOT", "ACTIVE"},
			{`"reboot": {"type": "HARD"}`, 202, "HARD_REBOOT", "ACTIVE"},
			{`"reboot": {"type": "LUKEWARM"}`, 400, "ACTIVE", "ACTIVE"},
			{`"rebuild": {"imageRef": "none"}`, 400, "ACTIVE", "ACTIVE"},
			{`"rebuild": {"imageRef": "{image}"}`, 202, "REBUILD", "ACTIVE"},
			{`"resize": {"flavorRef": "1"}`, 400, "ACTIVE", "ACTIVE"},
			{`"resize": {"flavorRef": "9"}`, 400, "ACTIVE", "ACTIVE"},
			{`"confirmResize": null`, 409, "ACTIVE", "ACTIVE"},
			{`"resize": {"flavorRef": "2"}`, 202, "RESIZE", "VERIFY_RESIZE"},
			{`"revertResize": null`, 202, "REVERT_RESIZE", "ACTIVE"},
			{`"resize": {"flavorRef": "2"}`, 202, "RESIZE", "VERIFY_RESIZE"},
			{`"confirmResize": null`, 204, "ACTIVE", "ACTIVE"},
			{`"os-stop": null`, 202, "ACTIVE", "SHUTOFF"},
			{`"os-start": null`, 202, "SHUTOFF", "ACTIVE"},
			{`"dance": null`, 400, "ACTIVE", "ACTIVE"},
			{`"pause": null, "unpause": null`, 400, "ACTIVE", "ACTIVE"},
		} {
			s.run("nova-api",
				step{fmt.Sprintf(`POST /v2.1/servers/{server}/action < {%s}`, each.ask), each.code, "", ""},
				step{`GET /v2.1/servers/{server}`, 200, fmt.Sprintf(`"status":%q`, each.during), ""},
			)
			if each.during != each.then {
				s.run("nova-api", step{`POST /v2.1/servers/{server}/action < {"pause": null}`, 409, "while it is in vm_state", ""})
			}
			time.Sleep(time.Second)
			s.run("nova-api", step{`GET /v2.1/servers/{server}`, 200, fmt.Sprintf(`"status":%q`, each.then), ""})
		}
		s.run("nova-api", step{`GET /v2.1/servers/{server}`, 200, `"original_name":"small"`, ""})
	})
}

func TestALockedServerIsOnlyForAdministrators(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := booted(t)
		admin := s.token
		s.member()
		s.run("nova-api",
			step{`POST /v2.1/servers < {"server": {"name": "own", "flavorRef": "1", "imageRef": "{image}"}}`, 202, "", "own"},
			step{`POST /v2.1/servers/{own}/action < {"lock": null}`, 202, "", ""},
			step{`DELETE /v2.1/servers/{own}`, 409, "is locked", ""},
			step{`POST /v2.1/servers/{own}/action < {"os-stop": null}`, 409, "is locked", ""},
			step{`POST /v2.1/servers/{own}/action < {"unlock": null}`, 202, "", ""},
			step{`POST /v2.1/servers/{own}/action < {"lock": null}`, 202, "", ""},
		)
		s.token = admin
		s.run("nova-api", step{`DELETE /v2.1/servers/{own}`, 204, "", ""})
	})
}

func TestAnImageOfAServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := booted(t)
		s.run("nova-api",
			step{`POST /v2.1/servers/{server}/action < {"createImage": {}}`, 400, "required", ""},
			step{`POST /v2.1/servers/{server}/action < {"createImage": {"name": "shot", "metadata": {"who": "me"}}}`, 202, "", ""},
			step{`POST /v2.1/servers/{server}/action < {"createImage": {"name": "shot"}}`, 409, "createImage", ""},
		)
		s.keep("shot", s.ask("glance-api", "GET /v2/images?name=shot"))
		s.run("glance-api", step{`GET /v2/images/{shot}`, 200, `"status":"queued"`, ""})
		s.run("nova-api", step{`POST /v2.1/servers/{server}/action < {"os-getConsoleOutput": {}}`, 200, `{"output":"`, ""})
		time.Sleep(time.Second)
		s.run("glance-api", step{`GET /v2/images/{shot}`, 200, `"status":"active"`, ""}, step{`GET /v2/images/{shot}`, 200, `"who":"me"`, ""})
		s.run("nova-api", step{`POST /v2.1/servers/{server}/action < {"forceDelete": null}`, 202, "", ""})
	})
}

func TestAServerIsBootedFromAVolume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := booted(t)
		s.run("cinder-api",
			step{`POST /v3/{project}/volumes < {"volume": {"name": "v", "size": 1, "imageRef": "{image}"}}`, 202, "", "volume"},
			step{`POST /v3/{project}/volumes < {"volume": {"name": "w", "size": 1}}`, 202, "", "empty"},
		)
		boot := func(device string) string {
			return `POST /v2.1/servers < {"server": {"name": "b", "flavorRef": "1", "block_device_mapping_v2": [` + device + `]}}`
		}
		s.run("nova-api",
			step{boot(`{"uuid": "{empty}", "source_type": "volume", "destination_type": "volume"}`), 400, "not bootable", ""},
			step{boot(`{"uuid": "none", "source_type": "volume", "destination_type": "volume"}`), 400, "Invalid", ""},
			step{boot(`{"uuid": "{image}", "source_type": "image", "destination_type": "volume"}`), 400, "embedded", ""},
			step{boot(``), 400, "imageRef", ""},
			step{boot(`{"uuid": "{volume}", "source_type": "volume", "destination_type": "volume"}`), 202, "", "b"},
			step{boot(`{"uuid": "{volume}", "source_type": "volume", "destination_type": "volume"}`), 400, "not available", ""},
		)
		time.Sleep(time.Minute)
		s.run("cinder-api", step{`GET /v3/{project}/volumes/{volume}`, 200, `"status":"in-use"`, ""})
		s.run("nova-api", step{`GET /v2.1/servers/{b}`, 200, `"status":"ACTIVE"`, ""}, step{`DELETE /v2.1/servers/{b}`, 204, "", ""})
		time.Sleep(time.Minute)
		s.run("cinder-api", step{`GET /v3/{project}/volumes/{volume}`, 200, `"status":"available"`, ""}, step{`DELETE /v3/{project}/volumes/{volume}`, 202, "", ""})
	})
}

func TestAServerIsMovedToAnotherHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		hear := func(hosts ...string) {
			for _, host := range hosts {
				s.store.Heard(host, time.Now())
			}
		}
		hear("a", "b")
		s.kept["image"] = idOf(t, s.ask("glance-api", "GET /v2/images").Body.Bytes(), "images")
		s.run("nova-api", step{`POST /v2.1/servers < {"server": {"name": "a", "flavorRef": "1", "imageRef": "{image}"}}`, 202, "", "server"})
		time.Sleep(50 * time.Second)
		on := func(host, status string) {
			t.Helper()
			s.run("nova-api",
				step{`GET /v2.1/servers/{server}`, 200, fmt.Sprintf(`"OS-EXT-SRV-ATTR:host":%q`, host), ""},
				step{`GET /v2.1/servers/{server}`, 200, fmt.Sprintf(`"status":%q`, status), ""},
				step{`GET /v2.1/servers/{server}`, 200, `"original_name":"tiny"`, ""},
			)
		}
		for _, each := range []struct{ ask, during, then, from, to string }{
			{`"os-migrateLive": {"host": null, "block_migration": "auto"}`, "MIGRATING", "ACTIVE", "a", "b"},
			{`"migrate": null`, "RESIZE", "VERIFY_RESIZE", "b", "a"},
			{`"revertResize": null`, "REVERT_RESIZE", "ACTIVE", "a", "b"},
			{`"migrate": null`, "RESIZE", "VERIFY_RESIZE", "b", "a"},
		} {
			s.run("nova-api", step{`POST /v2.1/servers/{server}/action < {` + each.ask + `}`, 202, "", ""})
			on(each.from, each.during)
			time.Sleep(time.Second)
			on(each.to, each.then)
		}
		s.run("nova-api", step{`POST /v2.1/servers/{server}/action < {"confirmResize": null}`, 204, "", ""})
		on("a", "ACTIVE")
		time.Sleep(2 * time.Minute)
		hear("a")
		s.run("nova-api", step{`POST /v2.1/servers/{server}/action < {"os-migrateLive": {"host": null}}`, 400, "No valid host was found", ""})
		s.member()
		s.run("nova-api",
			step{`POST /v2.1/servers < {"server": {"name": "own", "flavorRef": "1", "imageRef": "{image}"}}`, 202, "", "own"},
			step{`POST /v2.1/servers/{own}/action < {"os-migrateLive": {"host": null}}`, 403, "migrate_live", ""},
		)
	})
}

// What is shelved has an image until it is there again, or is deleted. What is deleted
// before it is shelved leaves it.
func TestAShelvedServerHasAnImage(t *testing.T) {
	for _, each := range []struct {
		name  string
		after []string // what is asked of it, with a second before each
		left  bool
	}{
		{"unshelved", []string{`POST /v2.1/servers/{server}/action < {"shelve": null}`, `POST /v2.1/servers/{server}/action < {"unshelve": null}`}, false},
		{"deleted", []string{`POST /v2.1/servers/{server}/action < {"shelve": null}`, `DELETE /v2.1/servers/{server}`}, false},
		{"not yet", []string{`POST /v2.1/servers/{server}/action < {"shelve": null}`}, true},
	} {
		t.Run(each.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := booted(t)
				for _, ask := range each.after {
					code := 202
					if strings.HasPrefix(ask, "DELETE") {
						code = 204
					}
					s.run("nova-api", step{ask, code, "", ""})
					time.Sleep(time.Second)
				}
				require.Equal(t, each.left, len(s.store.Named("a-shelved")) > 0, "%v", s.store.Named(""))
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s := booted(t)
		s.run("nova-api", step{`POST /v2.1/servers/{server}/action < {"shelve": null}`, 202, "", ""}, step{`DELETE /v2.1/servers/{server}`, 204, "", ""})
		time.Sleep(time.Minute)
		s.keep("shot", s.ask("glance-api", "GET /v2/images?name=a-shelved"))
		s.run("glance-api", step{`GET /v2/images/{shot}`, 200, `"status":"active"`, ""})
	})
}

// Where deleted servers are kept, one is there until its time is over or it is deleted by
// force.
func TestADeletedServerIsKept(t *testing.T) {
	for name, end := range map[string]step{"its time": {}, "force": {`POST /v2.1/servers/{server}/action < {"forceDelete": null}`, 202, "", ""}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := booted(t)
				s.store.Reclaim = 20 * time.Minute
				s.run("nova-api",
					step{`DELETE /v2.1/servers/{server}`, 204, "", ""},
					step{`GET /v2.1/servers/{server}`, 200, `"status":"SOFT_DELETED"`, ""},
					step{`GET /v2.1/servers/detail`, 200, `{"servers":[]}`, ""},
					step{`GET /v2.1/servers/detail?status=SOFT_DELETED`, 200, `{"servers":[]}`, ""},
					step{`GET /v2.1/servers/detail?status=SOFT_DELETED&changes-since=1970-01-01T00:00:00Z`, 200, `"status":"SOFT_DELETED"`, ""},
					step{`GET /v2.1/servers/detail?status=ACTIVE&changes-since=1970-01-01T00:00:00Z`, 200, `{"servers":[]}`, ""},
				)
				time.Sleep(15 * time.Minute)
				s.run("nova-api", step{`GET /v2.1/servers/{server}`, 200, `"status":"SOFT_DELETED"`, ""})
				if end.ask != "" {
					s.run("nova-api", end)
				}
				time.Sleep(10 * time.Minute)
				s.run("nova-api", step{`GET /v2.1/servers/{server}`, 404, "", ""})
			})
		})
	}
}
