package openstack

import (
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// Quota is how many resources a project may have, and has.
type Quota struct {
	Limit int // -1: no limit
	Used  int
}

// Fits tells whether one iteration fits into a project's quotas: what it needs
// of each. A quota that the service does not tell is met in the load.
func Fits(needs map[string]int, quotas map[string]Quota) error {
	for _, name := range slices.Sorted(maps.Keys(needs)) {
		quota, told := quotas[name]
		if told && quota.Limit >= 0 && quota.Limit-quota.Used < needs[name] {
			err := fmt.Errorf("quota of %s: the project uses %d of %d, and one iteration needs %d", name, quota.Used, quota.Limit, needs[name])
			return &loadgen.OpenError{Outcome: loadgen.Outcome{Class: record.Quota, Err: err}}
		}
	}
	return nil
}

// ReadQuotas reads a service's answer about quotas into a document. It is false
// where the service has none, or does not tell them to this user.
func ReadQuotas(answer gophercloud.Result, into any) (bool, error) {
	o := Ended(answer)
	if o.Status == http.StatusForbidden || o.Status == http.StatusNotFound {
		return false, nil
	}
	if o.Err == nil {
		if err := answer.ExtractInto(into); err != nil {
			o = Wrong(fmt.Errorf("read quotas: %w", err), answer.Header)
		}
	}
	if o.Err != nil {
		return false, &loadgen.OpenError{Outcome: o}
	}
	return true, nil
}

// Limits reads the quotas of the names that are wanted out of the answer that
// Nova and Cinder give about limits: each by the keys of its limit and its use.
func Limits(answer gophercloud.Result, wanted map[string][2]string) (map[string]Quota, error) {
	var said struct {
		Limits struct {
			Absolute map[string]int `json:"absolute"`
		} `json:"limits"`
	}
	if told, err := ReadQuotas(answer, &said); !told || err != nil {
		return nil, err
	}
	quotas := map[string]Quota{}
	for name, keys := range wanted {
		limit, limited := said.Limits.Absolute[keys[0]]
		used, counted := said.Limits.Absolute[keys[1]]
		if limited && counted {
			quotas[name] = Quota{Limit: limit, Used: used}
		}
	}
	return quotas, nil
}
