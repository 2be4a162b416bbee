package openstack

import (
	"cmp"
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

// Takes is what a session takes of the quotas of one service, by the service's own names.
type Takes struct {
	Service string
	One     map[string]int // an iteration, while it lasts
	Shared  map[string]int // what all of them use
	Keep    int            // iterations of which all is kept
}

// Fits tells whether one iteration fits into a project's quotas, with what is kept and shared. A
// quota that is not told is met in the load. Who only looks is told what is needed and how the
// quotas stand, or, where they are not told, why.
func (t Takes) Fits(env loadgen.Env, quotas map[string]Quota, untold string) error {
	all := maps.Clone(t.Shared)
	if all == nil {
		all = map[string]int{}
	}
	for name, n := range t.One {
		all[name] += n * t.Keep
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		need := loadgen.Need{Service: t.Service, Resource: name, Each: t.One[name], Shared: all[name]}
		if quota, told := quotas[name]; told {
			need.Limit, need.Used = quota.Limit, quota.Used
		} else {
			need.Unknown = cmp.Or(untold, "the service does not tell it")
		}
		if env.Needs != nil {
			env.Needs(need)
			continue
		}
		if left, limited := need.Left(); limited && left < need.For(1) {
			err := fmt.Errorf("quota of %s: the project uses %d of %d, and one iteration needs %d", name, need.Used, need.Limit, need.For(1))
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
