package octavia

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/loadbalancer/v2/loadbalancers"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// Service is Octavia, for whoever looks for what loads left.
func Service() openstack.Service {
	return openstack.Service{
		Name: "load-balancer", Find: services.NewLoadBalancerV2, Loads: []string{"octavia"}, Barring: true,
		Kinds: func(client *openstack.Client, octavia *gophercloud.ServiceClient) []*openstack.Kind {
			return []*openstack.Kind{balancersOf(octavia, client.Project())}
		},
	}
}

// balancersOf are the project's. One is deleted with all that belongs to it.
func balancersOf(octavia *gophercloud.ServiceClient, project string) *openstack.Kind {
	return &openstack.Kind{
		One: "loadbalancer", Many: "loadbalancers", Ready: "ACTIVE", Gone: []string{"DELETED"},
		List: func(string) pagination.Pager {
			return loadbalancers.List(octavia, loadbalancers.ListOpts{ProjectID: project})
		},
		Delete: func(ctx context.Context, id string) gophercloud.Result {
			return loadbalancers.Delete(ctx, octavia, id, loadbalancers.DeleteOpts{Cascade: true}).Result
		},
		Show: func(ctx context.Context, id string) gophercloud.Result {
			return shown(loadbalancers.Get(ctx, octavia, id).Result)
		},
	}
}

// shown has what Octavia says of a balancer in the words of the other services.
func shown(answer gophercloud.Result) gophercloud.Result {
	var said struct {
		Balancer *struct {
			ID     string `json:"id"`
			Status string `json:"provisioning_status"`
		} `json:"loadbalancer"`
	}
	if answer.Err != nil {
		return answer
	}
	text, err := json.Marshal(answer.Body)
	if err == nil && json.Unmarshal(text, &said) == nil && said.Balancer != nil {
		answer.Body = map[string]any{"loadbalancer": map[string]string{"id": said.Balancer.ID, "status": said.Balancer.Status}}
	}
	return answer
}

// room tells whether what is needed of load_balancer, listener and pool fits into the
// project's quotas. Octavia tells how many there may be, and what there is has to be
// counted.
func room(ctx context.Context, env loadgen.Env, octavia *gophercloud.ServiceClient, project string, takes openstack.Takes) error {
	var said struct {
		Quota map[string]*int `json:"quota"`
	}
	answer := openstack.Call(ctx, octavia, http.MethodGet, octavia.ServiceURL("lbaas", "quotas", project), nil, new(any), http.StatusOK)
	told, err := openstack.ReadQuotas(answer, &said)
	if err != nil {
		return err
	}
	if !told {
		return takes.Fits(env, nil, "Octavia does not tell it to this user")
	}
	quotas := map[string]openstack.Quota{}
	var errs []error
	for name, many := range map[string]string{"load_balancer": "loadbalancers", "listener": "listeners", "pool": "pools"} {
		limit := said.Quota[name]
		if limit == nil {
			continue
		}
		if *limit < 0 {
			quotas[name] = openstack.Quota{Limit: -1}
			continue
		}
		used, err := count(ctx, octavia, many, project)
		errs = append(errs, err)
		quotas[name] = openstack.Quota{Limit: *limit, Used: used}
	}
	return errors.Join(append(errs, takes.Fits(env, quotas, ""))...)
}

// count is how many of something the project has, on the first page at least.
func count(ctx context.Context, octavia *gophercloud.ServiceClient, many, project string) (int, error) {
	var said map[string]any
	answer := openstack.Call(ctx, octavia, http.MethodGet, octavia.ServiceURL("lbaas", many)+"?fields=id&project_id="+project, nil, &said, http.StatusOK)
	if o := openstack.Ended(answer); o.Err != nil {
		return 0, &loadgen.OpenError{Outcome: o}
	}
	rows, _ := said[many].([]any)
	return len(rows), nil
}
