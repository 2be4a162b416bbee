package api_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestALoadBalancerIsImmutableWhileItIsChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		const lbaas, listener = " /v2.0/lbaas/", `{"listener": {"loadbalancer_id": "{b}", "protocol": "HTTP", "protocol_port": 80}}`
		s.run("octavia-api",
			step{"GET /", 200, `"id":"v2.0"`, ""},
			step{"POST" + lbaas + `loadbalancers < {"loadbalancer": {"name": "b"}}`, 400, `"faultstring":"Validation failure: VIP must contain one of`, ""},
			step{"POST" + lbaas + `loadbalancers < {"loadbalancer": {"name": "b", "vip_network_id": "none"}}`, 400, "not found", ""},
			step{"POST" + lbaas + `loadbalancers < {"loadbalancer": {"name": "b", "vip_network_id": "{private}"}}`, 201, `"provisioning_status":"PENDING_CREATE"`, "b"},
			step{"POST" + lbaas + "listeners < " + listener, 409, "is immutable and cannot be updated", ""},
			step{"DELETE" + lbaas + "loadbalancers/{b}", 409, "is immutable", ""},
		)
		s.run("neutron-api", step{"GET /v2.0/ports?name=octavia-lb-{b}", 200, `"device_owner":"Octavia"`, ""})
		time.Sleep(time.Second)
		s.run("octavia-api",
			step{"GET" + lbaas + "loadbalancers/{b}", 200, `"provisioning_status":"ACTIVE"`, ""},
			step{"GET" + lbaas + "loadbalancers/{b}", 200, `"vip_address":"192.0.2.`, ""},
			step{"POST" + lbaas + `listeners < {"listener": {"loadbalancer_id": "{b}", "protocol": "HTTP"}}`, 400, "Mandatory field missing", ""},
			step{"POST" + lbaas + "listeners < " + listener, 201, `"provisioning_status":"PENDING_CREATE"`, "l"},
			step{"GET" + lbaas + "loadbalancers/{b}", 200, `"provisioning_status":"PENDING_UPDATE"`, ""},
		)
		time.Sleep(time.Second)
		s.run("octavia-api", step{"POST" + lbaas + `pools < {"pool": {"listener_id": "{l}", "protocol": "HTTP", "lb_algorithm": "ROUND_ROBIN"}}`, 201, "", "p"})
		time.Sleep(time.Second)
		s.run("octavia-api",
			step{"POST" + lbaas + `pools/{p}/members < {"member": {"address": "192.0.2.1", "protocol_port": 80}}`, 201, "", "m"},
			step{"POST" + lbaas + `pools/none/members < {"member": {"address": "192.0.2.1", "protocol_port": 80}}`, 404, "not found", ""},
			step{"GET" + lbaas + "listeners?project_id={project}", 200, `"id":"{l}"`, ""},
			step{"GET" + lbaas + "listeners/{l}", 200, `"loadbalancers":[{"id":"{b}"}]`, ""},
			step{"GET" + lbaas + "listeners/none", 404, "listener none not found.", ""},
			step{"GET" + lbaas + "listeners?project_id=other", 200, `"listeners":[]`, ""},
			step{"GET" + lbaas + "loadbalancers/{b}", 200, `"pools":[{"id":"{p}"}]`, ""},
		)
		time.Sleep(time.Second)
		s.run("octavia-api",
			step{"GET" + lbaas + "pools/{p}", 200, `"provisioning_status":"ACTIVE"`, ""},
			step{"DELETE" + lbaas + "loadbalancers/{b}", 400, "it has children", ""},
			step{"DELETE" + lbaas + "loadbalancers/{b}?cascade=true", 204, "", ""},
			step{"GET" + lbaas + "loadbalancers/{b}", 200, `"provisioning_status":"PENDING_DELETE"`, ""},
		)
		require.Equal(t, []string{"load balancer b"}, s.store.Named("b"))
		time.Sleep(time.Second)
		require.Empty(t, s.store.Named("b"))
		s.run("octavia-api",
			step{"GET" + lbaas + "loadbalancers/{b}", 404, "Load Balancer {b} not found.", ""},
			step{"GET" + lbaas + "listeners", 200, `"listeners":[]`, ""},
		)
		s.run("neutron-api", step{"GET /v2.0/ports?name=octavia-lb-{b}", 200, `"ports":[]`, ""})
		s.store.Limit("load_balancer", 0)
		s.run("octavia-api",
			step{"POST" + lbaas + `loadbalancers < {"loadbalancer": {"name": "b", "vip_network_id": "{private}"}}`, 403, "Quota has been met for resources: Load Balancer", ""},
			step{"GET" + lbaas + "quotas/{project}", 200, `"load_balancer":0`, ""},
		)
	})
}

// Where no worker is heard of, what a balancer was told waits.
func TestALoadBalancerWaitsForAWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		const balancers = " /v2.0/lbaas/loadbalancers"
		s.store.Works("octavia-worker", time.Now())
		s.run("octavia-api", step{"POST" + balancers + ` < {"loadbalancer": {"name": "b", "vip_network_id": "{private}"}}`, 201, "", "b"})
		for range 10 {
			time.Sleep(500 * time.Millisecond)
			s.run("octavia-api", step{"GET" + balancers + "/{b}", 200, `"PENDING_CREATE"`, ""})
		}
		for range 10 {
			time.Sleep(100 * time.Millisecond)
			s.store.Works("octavia-worker", time.Now())
		}
		s.run("octavia-api", step{"GET" + balancers + "/{b}", 200, `"ACTIVE"`, ""})
	})
}
