package openstack

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// QuotaSet is how a service is told the quotas that a project has of its own.
type QuotaSet struct {
	Path    string // below the endpoint
	Key     string // of the document
	Deleted int    // the status of the answer to a deletion
}

// NovaQuotas are those of Nova.
func NovaQuotas() *QuotaSet { return &QuotaSet{"os-quota-sets", "quota_set", http.StatusAccepted} }

// CinderQuotas are those of Cinder.
func CinderQuotas() *QuotaSet { return &QuotaSet{"os-quota-sets", "quota_set", http.StatusOK} }

// NeutronQuotas are those of Neutron.
func NeutronQuotas() *QuotaSet { return &QuotaSet{"quotas", "quota", http.StatusNoContent} }

// Set gives a project quotas. An answer that does not say them is a wrong result.
func (q QuotaSet) Set(ctx context.Context, service *gophercloud.ServiceClient, project string, quotas map[string]int) loadgen.Outcome {
	var said map[string]map[string]any
	answer := Call(ctx, service, http.MethodPut, service.ServiceURL(q.Path, project), map[string]any{q.Key: quotas}, &said, http.StatusOK)
	o := Ended(answer)
	if o.Class != record.OK {
		return o
	}
	for _, name := range slices.Sorted(maps.Keys(quotas)) {
		if now := said[q.Key][name]; fmt.Sprint(now) != strconv.Itoa(quotas[name]) {
			return Wrong(fmt.Errorf("update quotas: %s is said to be %v, and asked for was %d", name, now, quotas[name]), answer.Header)
		}
	}
	return o
}

// Reset takes them away from it.
func (q QuotaSet) Reset(ctx context.Context, service *gophercloud.ServiceClient, project string) loadgen.Outcome {
	return Ended(Call(ctx, service, http.MethodDelete, service.ServiceURL(q.Path, project), nil, nil, q.Deleted))
}
