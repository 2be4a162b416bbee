package misuse

import (
	"math/rand/v2"
	"net/http"
	"strings"

	clients "github.com/gophercloud/gophercloud/v2/openstack"
)

// Sources: https://docs.openstack.org/api-ref/orchestration/v1/, heat/api/openstack/v1/stacks.py
func heat() service {
	const longestName = 255
	return service{
		name: "heat", find: clients.NewOrchestrationV1, named: "stack_name",
		uses: []use{
			looks("stacks", anID, anID), looks("stacks", anID, anID, "resources"), looks("stacks", anID, anID, "events"), deletes("stacks", anID, anID),
			{
				http.MethodPost, []string{"stacks"},
				map[string]any{"stack_name": aName, "template": map[string]any{"heat_template_version": "2016-10-14"}, "timeout_mins": 5, "disable_rollback": true},
				[]field{
					{"stack_name", true, words, longestName}, {"template", true, many, 0}, {"template.heat_template_version", true, which, 0},
					{"timeout_mins", false, count, 0}, {"disable_rollback", false, flag, 0},
				},
			},
			{
				http.MethodPut, []string{"stacks", anID, anID}, map[string]any{"template": map[string]any{"heat_template_version": "2016-10-14"}},
				[]field{{"template", true, many, 0}},
			},
		},
		lists: []list{{[]string{"stacks"}, map[string][]string{"limit": {"many", "-1"}}}},
	}
}

// Sources: https://docs.openstack.org/api-ref/load-balancer/v2/, octavia/api/v2/types
func octavia() service {
	const longestName, ports = 255, 65535
	return service{
		name: "octavia", find: clients.NewLoadBalancerV2,
		uses: []use{
			looks("lbaas", "loadbalancers", anID), looks("lbaas", "listeners", anID), looks("lbaas", "pools", anID), deletes("lbaas", "loadbalancers", anID),
			{
				http.MethodPost, []string{"lbaas", "loadbalancers"}, document("loadbalancer", map[string]any{"name": aName, "vip_network_id": anID, "admin_state_up": false}),
				[]field{
					{"loadbalancer.name", false, words, longestName}, {"loadbalancer.vip_network_id", true, which, 0}, {"loadbalancer.admin_state_up", false, flag, 0},
					{"loadbalancer", true, many, 0},
				},
			},
			{
				http.MethodPost, []string{"lbaas", "listeners"},
				document("listener", map[string]any{"name": aName, "loadbalancer_id": anID, "protocol": "HTTP", "protocol_port": 80}),
				[]field{
					{"listener.loadbalancer_id", true, which, 0}, {"listener.protocol", true, which, 0}, {"listener.protocol_port", true, number, ports},
					{"listener.name", false, words, longestName}, {"listener", true, many, 0},
				},
			},
			{
				http.MethodPost, []string{"lbaas", "pools"},
				document("pool", map[string]any{"name": aName, "loadbalancer_id": anID, "protocol": "HTTP", "lb_algorithm": "ROUND_ROBIN"}),
				[]field{{"pool.loadbalancer_id", true, which, 0}, {"pool.protocol", true, which, 0}, {"pool.lb_algorithm", true, which, 0}, {"pool", true, many, 0}},
			},
		},
		lists: []list{{[]string{"lbaas", "loadbalancers"}, map[string][]string{"limit": {"many"}}}},
	}
}

// Swift has no documents: what can be wrong are names, headers and parameters.
//
// Sources: https://docs.openstack.org/api-ref/object-store/, swift/common/constraints.py
func swift() service {
	const longestContainer, longestObject, longestMetadata, longestList = 256, 1024, 128, "10001"
	update := use{method: http.MethodPost, path: []string{anID}}
	upload := use{method: http.MethodPut, path: []string{anID, anID}}
	return service{
		name: "swift", find: clients.NewObjectStorageV1,
		uses: []use{looks(anID), looks(anID, anID), deletes(anID), deletes(anID, anID), update, upload},
		more: []wrong{
			use{method: http.MethodPut, path: []string{aName}}.long(longestContainer + 1),
			use{method: http.MethodPut, path: []string{anID, aName}}.long(longestObject + 1),
			update.headed("X-Container-Meta-"+strings.Repeat("a", longestMetadata+1), "a"),
			upload.headed("X-Delete-At", "yesterday"),
		},
		lists: []list{{nil, map[string][]string{"limit": {longestList}}}},
	}
}

// long has a name of that length in its path.
func (u use) long(length int) wrong {
	return wrong{way: "wrong_size", make: func(draw *rand.Rand, name string) request {
		return u.about(uuid(draw), padded(length).of(name))
	}}
}

// headed has a header that cannot be.
func (u use) headed(header, value string) wrong {
	return wrong{way: "wrong_header", make: func(draw *rand.Rand, name string) request {
		r := u.asked(draw, name)
		r.header = http.Header{header: {value}}
		return r
	}}
}
