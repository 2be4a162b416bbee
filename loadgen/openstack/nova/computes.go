package nova

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// up and down are how Nova takes a nova-compute to be.
const (
	up   = "up"
	down = "down"
)

// computes are how Nova takes the nova-compute of each host to be.
func (s *evacuating) computes(ctx context.Context) (map[string]string, loadgen.Outcome) {
	var said struct {
		Services []struct {
			Binary string `json:"binary"`
			Host   string `json:"host"`
			State  string `json:"state"`
		} `json:"services"`
	}
	answer := openstack.Call(ctx, s.later, http.MethodGet, s.later.ServiceURL("os-services")+"?binary=nova-compute", nil, &said, http.StatusOK)
	o := openstack.Ended(answer)
	if o.Class == record.OK && said.Services == nil {
		o = openstack.Wrong(errors.New("list services: the answer has none, not even an empty one"), answer.Header)
	}
	hosts := map[string]string{}
	for _, each := range said.Services {
		if each.Binary == "nova-compute" {
			hosts[each.Host] = each.State
		}
	}
	return hosts, o
}

// running is the power state of a guest that runs.
const running = 1

// powerWord is a power state in Nova's words.
//
// Source: https://docs.openstack.org/api-ref/compute/ (OS-EXT-STS:power_state)
func powerWord(state int) string {
	word := map[int]string{0: "NOSTATE", running: "RUNNING", 3: "PAUSED", 4: "SHUTDOWN", 6: "CRASHED", 7: "SUSPENDED"}[state]
	return cmp.Or(word, "none of Nova's")
}

// runs tells whether a server is as it was, with its guest. Its status alone does not: Nova
// leaves ACTIVE what was on a host that it has lost.
func (s *evacuating) runs(ctx context.Context, server openstack.Made) loadgen.Outcome {
	if o := server.Is(ctx, "ACTIVE"); o.Class != record.OK {
		return o
	}
	now, o := s.where(ctx, server)
	if o.Class != record.OK {
		return o
	}
	computes, told := s.computes(ctx)
	if told.Class != record.OK { // which is neither well nor a loss: it tells nothing of the server
		return loadgen.Outcome{Class: record.Aborted, RequestID: told.RequestID, SentID: told.SentID, Err: told.Err}
	}
	state, known := computes[now.host]
	var wrong string
	switch {
	case !known:
		wrong = fmt.Sprintf("it is on host %q, of which Nova has no nova-compute", now.host)
	case state != up:
		wrong = fmt.Sprintf("it is on host %q, whose nova-compute is %s", now.host, state)
	case now.power == nil:
		wrong = "its power state is not told"
	case *now.power != running:
		wrong = fmt.Sprintf("its power state is %s (%d), and not %s", powerWord(*now.power), *now.power, powerWord(running))
	default:
		return o
	}
	return loadgen.Outcome{Class: record.WrongResult, RequestID: o.RequestID, SentID: o.SentID, Err: fmt.Errorf("show server %s: %s", server.ID, wrong)}
}
