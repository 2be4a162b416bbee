package api_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/api"
)

const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8mXkCqzQ4mVYB7zzQkJrHVDfGrGvv7T6MhDhJ3bO9q"

func TestKeyPairsAreOfTheirUser(t *testing.T) {
	s := newScript(t)
	s.store.Limit("key_pairs", 1)
	const make = `POST /v2.1/os-keypairs < {"keypair": {"name": "k", "public_key": "` + publicKey + `"}}`
	s.run("nova-api",
		step{`POST /v2.1/os-keypairs < {"keypair": {"name": "k", "public_key": "none"}}`, 400, "Keypair data is invalid", ""},
		step{`POST /v2.1/os-keypairs < {"keypair": {"public_key": "` + publicKey + `"}}`, 400, "name", ""},
		step{make, 200, `"fingerprint":"`, ""},
		step{make, 409, "Key pair 'k' already exists.", ""},
		step{`POST /v2.1/os-keypairs < {"keypair": {"name": "l", "public_key": "` + publicKey + `"}}`, 403, "Quota exceeded, too many key pairs.", ""},
		step{`GET /v2.1/os-keypairs`, 200, `[{"keypair":{"fingerprint":`, ""},
		step{`GET /v2.1/os-keypairs/k`, 200, publicKey, ""},
		step{`GET /v2.1/limits`, 200, `"maxTotalKeypairs":1`, ""},
	)
	admin := s.token
	s.member()
	s.run("nova-api", step{`GET /v2.1/os-keypairs`, 200, `{"keypairs":[]}`, ""}, step{`GET /v2.1/os-keypairs/k`, 404, "not found", ""})
	s.version = "compute 2.10"
	s.run("nova-api", step{make, 201, `"type":"ssh"`, ""}, step{`GET /v2.1/os-keypairs?user_id=other`, 403, "os-keypairs", ""})
	s.token = admin
	s.run("nova-api",
		step{`DELETE /v2.1/os-keypairs/k?user_id={alice}`, 204, "", ""},
		step{`GET /v2.1/os-keypairs?user_id={alice}`, 200, `{"keypairs":[]}`, ""},
	)
	s.version = ""
	s.run("nova-api", step{`DELETE /v2.1/os-keypairs/k`, 202, "", ""}, step{`DELETE /v2.1/os-keypairs/k`, 404, "not found", ""})
}

// A server answers at its floating IP while it runs and its security group admits that.
func TestWhichServersAnswerOutside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		s.kept["image"] = idOf(t, s.ask("glance-api", "GET /v2/images").Body.Bytes(), "images")
		answer := func(port int) []api.Guest { return s.store.Guests(time.Now(), port) }
		s.run("neutron-api",
			step{`POST /v2.0/security-groups < {"security_group": {"name": "g"}}`, 201, "", "group"},
			step{`POST /v2.0/floatingips < {"floatingip": {"floating_network_id": "{public}"}}`, 201, `"floating_ip_address":"198.51.100.`, "floating"},
		)
		s.run("nova-api",
			step{`POST /v2.1/os-keypairs < {"keypair": {"name": "k", "public_key": "` + publicKey + `"}}`, 200, "", ""},
			step{`POST /v2.1/servers < {"server": {"name": "vm", "flavorRef": "1", "imageRef": "{image}", "key_name": "none"}}`, 400, "Invalid key_name provided.", ""},
			step{`POST /v2.1/servers < {"server": {"name": "vm", "flavorRef": "1", "imageRef": "{image}", "security_groups": [{"name": "none"}]}}`, 400, "Security group none not found", ""},
			step{`POST /v2.1/servers < {"server": {"name": "vm", "flavorRef": "1", "imageRef": "{image}", "key_name": "k", "security_groups": [{"name": "g"}]}}`, 202, "", "server"},
			step{`GET /v2.1/servers/{server}`, 200, `"key_name":"k"`, ""},
		)
		s.keep("port", s.ask("neutron-api", "GET /v2.0/ports?device_id={server}"))
		s.run("neutron-api", step{`PUT /v2.0/floatingips/{floating} < {"floatingip": {"port_id": "{port}"}}`, 200, `"status":"ACTIVE"`, ""})
		time.Sleep(30 * time.Second)
		require.Empty(t, answer(22), "no rule admits it")
		s.run("neutron-api", step{`POST /v2.0/security-group-rules < {"security_group_rule": {"direction": "ingress", "security_group_id": "{group}", "protocol": "tcp", "port_range_min": 20, "port_range_max": 22}}`, 201, "", ""})
		found := answer(22)
		require.Len(t, found, 1)
		require.Equal(t, []string{"vm", publicKey}, []string{found[0].Name, found[0].Key})
		require.Regexp(t, `^198\.51\.100\.`, found[0].Address)
		require.Regexp(t, `^192\.0\.2\.`, found[0].Fixed)
		require.Empty(t, answer(23))
		s.run("nova-api", step{`POST /v2.1/servers/{server}/action < {"os-stop": null}`, 202, "", ""})
		time.Sleep(time.Second)
		require.Empty(t, answer(22), "it is off")
		s.run("nova-api", step{`POST /v2.1/servers/{server}/action < {"os-start": null}`, 202, "", ""})
		time.Sleep(500 * time.Millisecond)
		require.Empty(t, answer(22), "it comes up")
		time.Sleep(time.Second)
		require.Equal(t, found, answer(22))
		s.run("nova-api", step{`POST /v2.1/servers/{server}/action < {"createImage": {"name": "i"}}`, 202, "", ""})
		require.Equal(t, found, answer(22), "it runs on")
		time.Sleep(time.Second)
		s.run("nova-api", step{`POST /v2.1/servers/{server}/action < {"pause": null}`, 202, "", ""})
		time.Sleep(time.Second)
		require.Empty(t, answer(22))
		s.run("nova-api", step{`POST /v2.1/servers/{server}/action < {"unpause": null}`, 202, "", ""})
		time.Sleep(350 * time.Millisecond)
		require.Equal(t, found, answer(22), "it does not start anew")
		s.run("nova-api", step{`POST /v2.1/servers/{server}/action < {"reboot": {"type": "HARD"}}`, 202, "", ""})
		require.Empty(t, answer(22))
		time.Sleep(2 * time.Second)
		require.Equal(t, found, answer(22))
		s.run("neutron-api", step{`PUT /v2.0/floatingips/{floating} < {"floatingip": {"port_id": null}}`, 200, "", ""})
		require.Empty(t, answer(22))
	})
}
