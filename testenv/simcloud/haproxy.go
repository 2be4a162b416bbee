package simcloud

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// adminSocket is where every haproxy takes commands.
const adminSocket = "/run/haproxy/admin.sock"

// told is what the nodes' haproxies have been told of servers. It is lost with
// the process that was told.
type told struct {
	mu     sync.Mutex
	states map[server]balancer.Admin
}

// server is one of a backend, as a process of haproxy knows it.
type server struct {
	node          string
	pid           int
	backend, name string
}

func known(m *machine, backend, name string) server {
	status, _ := m.status(partOf("haproxy").unit)
	return server{node: m.Name(), pid: status.PID, backend: backend, name: name}
}

// of is what the haproxy of a node has been told; nil is the node of none.
func (t *told) of(m *machine, backend, name string) balancer.Admin {
	if m == nil {
		return balancer.Ready
	}
	which := known(m, backend, name)
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.states[which]
}

func (t *told) set(m *machine, backend, name string, to balancer.Admin) {
	which := known(m, backend, name)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.states == nil {
		t.states = map[server]balancer.Admin{}
	}
	t.states[which] = to
}

// Talk hands one line to the haproxy of this node, which knows what an
// administrator needs to take a server out, in the words of haproxy 2.6.
func (v *view) Talk(ctx context.Context, socket string, said []byte) ([]byte, error) {
	if socket != adminSocket {
		return nil, node.ErrRefused
	}
	switch v.machine.reach(partOf("haproxy").unit) {
	case balancer.Mute:
		<-ctx.Done()
		return nil, ctx.Err()
	case balancer.Refused, balancer.Dark:
		return nil, node.ErrRefused
	case balancer.Serving:
	}
	line, _, _ := strings.Cut(string(said), "\n")
	words := strings.Fields(line)
	switch {
	case line == "show cli level":
		return []byte("admin\n\n"), nil
	case line == "show stat":
		return []byte(v.showStat()), nil
	case line == "show info;show stat":
		return []byte(v.showInfo() + v.showStat()), nil
	case strings.HasPrefix(line, "show servers state ") && len(words) == 4:
		return []byte(v.showServers(words[3])), nil
	case strings.HasPrefix(line, "set server ") && len(words) == 5 && words[3] == "state":
		return []byte(v.setServer(words[2], words[4])), nil
	}
	return []byte("Unknown command: '" + line + "'\n\n"), nil
}

// showInfo has what tells a process from the one before.
func (v *view) showInfo() string {
	status, _ := v.machine.status(partOf("haproxy").unit)
	return fmt.Sprintf("Name: HAProxy\nVersion: 2.6.12-1\nPid: %d\n\n", status.PID)
}

// showServers has the columns from be_id to srv_admin_state, and the port.
func (v *view) showServers(backend string) string {
	service := v.cloud.services[backend]
	if service == nil {
		return "Can't find backend.\n\n"
	}
	id := 2 + slices.Index(slices.Sorted(maps.Keys(v.cloud.services)), backend) // 1 is the statistics'
	var text strings.Builder
	text.WriteString("1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord\n")
	flags := map[balancer.Admin]int{balancer.Maint: 1, balancer.Drain: 8}
	for i, f := range service.balancer.Figures() {
		running := 0
		if f.Up {
			running = 2
		}
		admin := v.cloud.told.of(v.machine, backend, f.Name)
		if admin == balancer.Maint {
			running = 0
		}
		fmt.Fprintf(&text, "%d %s %d %s %s %d %d 1 1 0 15 3 4 6 0 0 0 - %d -\n",
			id, backend, i+1, f.Name, v.cloud.machine(f.Name).address, running, flags[admin], partOf(backend).port)
	}
	return text.String() + "\n"
}

// uncounted are the columns behind the weight, those of answers by their status among them,
// and the end of the line: nobody counts them here.
const uncounted = ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n"

// showStat has the columns from pxname to weight. The haproxies of nodes without
// the virtual address have seen no client.
func (v *view) showStat() string {
	var text strings.Builder
	text.WriteString("# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,\n")
	for _, backend := range slices.Sorted(maps.Keys(v.cloud.services)) {
		text.WriteString(backend + ",FRONTEND,,,0,0,4000,0,0,0,0,0,0,,,,,OPEN,," + uncounted)
		sessions, takes := 0, "DOWN"
		for _, f := range v.cloud.services[backend].balancer.Figures() {
			if v.cloud.balancing.Load() != v.machine {
				f.Sessions, f.Ever = 0, 0
			}
			status := "DOWN"
			switch admin := v.cloud.told.of(v.machine, backend, f.Name); {
			case admin == balancer.Maint:
				status = "MAINT"
			case f.Up && admin == balancer.Drain:
				status = "DRAIN"
			case f.Up:
				status = "UP"
			}
			if sessions += f.Sessions; status == "UP" {
				takes = status
			}
			fmt.Fprintf(&text, "%s,%s,0,0,%d,%[3]d,,%d,0,0,,0,,0,0,0,0,%s,1,%s", backend, f.Name, f.Sessions, f.Ever, status, uncounted)
		}
		fmt.Fprintf(&text, "%s,BACKEND,0,0,%d,0,400,0,0,0,0,0,,0,0,0,0,%s,1,%s", backend, sessions, takes, uncounted)
	}
	return text.String() + "\n"
}

func (v *view) setServer(which, to string) string {
	backend, name, _ := strings.Cut(which, "/")
	service := v.cloud.services[backend]
	switch {
	case service == nil:
		return "No such backend.\n\n"
	case v.cloud.machine(name) == nil:
		return "No such server.\n\n"
	}
	states := map[string]balancer.Admin{"ready": balancer.Ready, "drain": balancer.Drain, "maint": balancer.Maint}
	state, ok := states[to]
	if !ok {
		return "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n\n"
	}
	v.cloud.told.set(v.machine, backend, name, state)
	return "\n"
}
