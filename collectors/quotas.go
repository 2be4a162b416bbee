package collectors

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Quotas asks Nova, Neutron and Cinder how much of its quotas the project has used whose
// user the inventory names. Tenants that a scenario makes have others.
//
// The answers: https://docs.openstack.org/api-ref/compute/#show-the-detail-of-quota,
// https://docs.openstack.org/api-ref/network/v2/#show-quota-details-for-a-tenant,
// https://docs.openstack.org/api-ref/block-storage/v3/#show-quota-usage-for-a-project
type Quotas struct {
	Patience `yaml:",inline"`

	APIs []string `yaml:"apis" help:"whom to ask: compute, network, volume"`
}

// NewQuotas returns the defaults.
func NewQuotas() *Quotas {
	return &Quotas{Patience: usualPatience(), APIs: []string{"compute", "network", "volume"}}
}

// quotaPaths are where each API has them, of a project.
func quotaPaths() map[string]string {
	return map[string]string{"compute": "os-quota-sets/%s/detail", "network": "quotas/%s/details.json", "volume": "os-quota-sets/%s?usage=true"}
}

// Validate tells all that is wrong with the arguments.
func (q *Quotas) Validate() error {
	wrong := []error{q.Patience.Validate()}
	if len(q.APIs) == 0 {
		wrong = append(wrong, errors.New("apis: there are none"))
	}
	for i, api := range q.APIs {
		if quotaPaths()[api] == "" || slices.Contains(q.APIs[:i], api) {
			wrong = append(wrong, fmt.Errorf("apis: %q is not compute, network or volume, or is there twice", api))
		}
	}
	return errors.Join(wrong...)
}

// Signals names what Quotas publishes.
func (*Quotas) Signals() []SignalInfo {
	labels := []string{"api", "resource"}
	return []SignalInfo{
		{Name: "quotas.up", Unit: "1", Labels: []string{"api"}, Help: "1 when the API (compute, network, volume) told of the quotas, 0 when it did not answer, or with a failure of its own (5xx)"},
		{Name: "quotas.used", Unit: "1", Labels: labels, Help: "what the project has of a resource, with what is reserved for it, in the API's unit (ram: MiB, gigabytes: GiB)"},
		{Name: "quotas.limit", Unit: "1", Labels: labels, Help: "how much of it the project may have, in the same unit; missing where there is no limit"},
	}
}

// Expected is the word on each API itself.
func (q *Quotas) Expected(signal string, _ []*inventory.Service) []map[string]string {
	if signal != "quotas.up" {
		return nil
	}
	var series []map[string]string
	for _, api := range q.APIs {
		series = append(series, map[string]string{"api": api})
	}
	return series
}

// Slowest is the time that the login and all of them may take, one after the other.
func (q *Quotas) Slowest([]*inventory.Service) time.Duration {
	return time.Duration(1+len(q.APIs)) * q.Timeout
}

// Role is what one's own quotas are for by default.
func (*Quotas) Role() string { return "reader" }

// Open implements Direct.
func (q *Quotas) Open(cloud func() (OpenStack, error)) (Asker, error) {
	return question(cloud, q.Timeout, q.Slowest(nil), func(ctx context.Context, cloud OpenStack) ([]record.Reading, error) {
		project, err := q.project(ctx, cloud)
		if err != nil {
			return nil, fmt.Errorf("read quotas: %w", err)
		}
		var all []record.Reading
		for _, api := range q.APIs {
			readings, err := q.of(ctx, cloud, api, project)
			if err != nil {
				return nil, err
			}
			all = append(all, readings...)
		}
		return all, nil
	})
}

func (q *Quotas) project(ctx context.Context, cloud OpenStack) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, q.Timeout)
	defer cancel()
	return cloud.Project(ctx)
}

// of asks one API, which has a time of its own: that another one was slow is not its
// fault.
func (q *Quotas) of(ctx context.Context, cloud OpenStack, api, project string) ([]record.Reading, error) {
	ctx, cancel := context.WithTimeout(ctx, q.Timeout)
	defer cancel()
	return inquiry{
		kind: "quotas", service: api, path: fmt.Sprintf(quotaPaths()[api], project), labels: map[string]string{"api": api},
		read: func(document []byte) ([]record.Reading, error) { return quotasIn(api, document) },
	}.ask(ctx, cloud)
}

// quotasIn reads the answer of one of them. What is used is called in_use by Nova and
// Cinder, and used by Neutron; beside the resources there is the project's id.
func quotasIn(api string, document []byte) ([]record.Reading, error) {
	var answer struct {
		Set   map[string]json.RawMessage `json:"quota_set"`
		Quota map[string]json.RawMessage `json:"quota"`
	}
	if err := json.Unmarshal(document, &answer); err != nil {
		return nil, err
	}
	all := answer.Set
	if api == "network" {
		all = answer.Quota
	}
	if all == nil {
		return nil, fmt.Errorf("there are no quotas in %.200q", document)
	}
	var readings []record.Reading
	for _, resource := range slices.Sorted(maps.Keys(all)) {
		if resource == "id" || resource == "tenant_id" || resource == "project_id" {
			continue
		}
		var quota struct {
			InUse    *float64 `json:"in_use"`
			Used     *float64 `json:"used"`
			Reserved float64  `json:"reserved"`
			Limit    *float64 `json:"limit"`
		}
		if err := json.Unmarshal(all[resource], &quota); err != nil {
			return nil, fmt.Errorf("%s: %w", resource, err)
		}
		used, labels := quota.InUse, map[string]string{"api": api, "resource": resource}
		if used == nil {
			used = quota.Used
		}
		if used == nil || quota.Limit == nil {
			return nil, fmt.Errorf("%s: %.200q does not tell what is used, and of how much", resource, all[resource])
		}
		readings = append(readings, record.Reading{Signal: "quotas.used", Labels: labels, Value: *used + quota.Reserved})
		if *quota.Limit >= 0 {
			readings = append(readings, record.Reading{Signal: "quotas.limit", Labels: labels, Value: *quota.Limit})
		}
	}
	return readings, nil
}
