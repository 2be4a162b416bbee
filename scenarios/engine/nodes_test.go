package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// fakeNodes answer as a cloud's nodes do: the collectors' loops each second,
// the health probes, and the guards of faults. A service is unhealthy while it
// is sick or a fault holds it.
type fakeNodes struct {
	cloud *inventory.Cloud

	mu     sync.Mutex
	sick   map[inventory.Ref]bool
	silent map[string]bool        // nodes that give no answer
	late   map[inventory.Ref]bool // gives none in time when it is asked next
	slow   time.Duration          // what a node takes to answer
	broken bool                   // no undo can be verified
	halted bool                   // an operator halted all nodes
	forbid string                 // the one that an operator halted, which only claims tell
	fenced bool                   // every inject comes too late
	asked  []inventory.Ref        // by a health probe of its own
	guards map[string]*fakeGuard
	leads  map[string]string                                               // what a node says of who leads: leads, follows, or nothing; by node, with the leader's name if it has one
	asking time.Duration                                                   // what that takes
	left   map[string]string                                               // what doctor finds, by node
	lacks  map[string]string                                               // what a capture's check says, by node
	keeps  func(ctx context.Context, node string, line func(string)) error // what a capture's script prints
	owner  string                                                          // whose run has the nodes, with RUN and LEFT_MS before; empty for ours
}

// fakeGuard is a fault on a node.
type fakeGuard struct {
	node, strikes string // the service's name, or "node"
	state         string
	healed        bool // the service works again in spite of it
	log           []string
}

func (n *fakeNodes) set(change func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	change()
}

// up tells whether a service's probe would succeed now.
func (n *fakeNodes) up(ref inventory.Ref) bool {
	for _, g := range n.guards {
		if g.state == "held" && !g.healed && g.node == ref.Node && (g.strikes == ref.Service || g.strikes == "node") {
			return false
		}
	}
	return !n.sick[ref]
}

// mute tells whether a node gives no answer to collectors and probes.
func (n *fakeNodes) mute(node string) bool {
	for _, g := range n.guards {
		if g.state == "held" && g.node == node && g.strikes == "node" {
			return true
		}
	}
	return n.silent[node]
}

// Stream prints a line of the collector "service" each second, of every loop that
// the script has.
func (n *fakeNodes) Stream(ctx context.Context, node string, cmd remote.Command, line func(string)) error {
	if strings.Contains(cmd.Script, captureScript) {
		return n.keeps(ctx, node, line)
	}
	for {
		n.mu.Lock()
		mute, text := n.mute(node), "1 services"
		for _, service := range n.cloud.ServicesOn(node) {
			healthy := 0
			if n.up(inventory.Ref{Node: node, Service: service.Name}) {
				healthy = 1
			}
			text += fmt.Sprintf(" %s:%[2]d:0:%[2]d", service.Name, healthy)
		}
		n.mu.Unlock()
		for tag := range strings.Count(cmd.Script, "eris_tag=") {
			if !mute {
				line(fmt.Sprintf("%d %s", tag, text))
			}
		}
		if err := pause(ctx, time.Second); err != nil {
			return err
		}
	}
}

// Run answers one command; a node that is mute for probes still has a guard.
func (n *fakeNodes) Run(ctx context.Context, node string, cmd remote.Command) remote.Result {
	n.mu.Lock()
	slow := n.slow
	n.mu.Unlock()
	time.Sleep(slow) // of a synctest bubble
	n.mu.Lock()
	defer n.mu.Unlock()
	if ctx.Err() != nil {
		return remote.Result{State: remote.NotStarted, Err: ctx.Err()}
	}
	switch cmd.Script {
	case script.Preflight():
		return said("boot boot-1\nmarker simulated\nbefore state=active\n")
	case checkScript:
		return said(n.lacks[node])
	case script.Doctor():
		return said(n.left[node])
	case script.Claim():
		if n.owner != "" {
			return said("claimed " + n.owner + "\n")
		}
		if n.forbid == node {
			return said("ours 1\nhalted too hot\n")
		}
		return said("ours 1\n")
	case script.Arm():
		n.guards[node+" "+cmd.Args[0]] = &fakeGuard{node: node, strikes: cmd.Args[6]}
		return said("lease active 1s\nttl active 1min\nbefore state=active\n" + n.guards[node+" "+cmd.Args[0]].enter("armed"))
	case script.Call():
		return said(n.call(n.guards[node+" "+cmd.Args[1]], cmd.Args[0]))
	}
	for _, lead := range n.cloud.ServiceByName("mariadb").Leaders {
		if cmd.Script == lead.LeaderScript() {
			n.mu.Unlock()
			time.Sleep(n.asking)
			n.mu.Lock()
			return said(n.leads[strings.TrimSpace(node+" "+lead.Name)] + "\n")
		}
	}
	if !cmd.Root {
		return said(fmt.Sprintf("now %d 0\n", time.Now().UnixNano()))
	}
	return n.probe(node, cmd.Script)
}

func said(text string) remote.Result {
	return remote.Result{State: remote.Done, Stdout: []byte(text)}
}

// call is a verb of a fault's guard.
func (n *fakeNodes) call(g *fakeGuard, verb string) string {
	switch {
	case n.halted && verb != "end" && verb != "verify":
		return "halted by op@desk\n"
	case verb == "renew":
		return "was 1s\nnext 2s\n"
	case verb == "inject" && n.fenced:
		return "fenced the lease has ended\nstate armed\n"
	case verb == "inject":
		return "effect unit is inactive\n" + g.enter("injecting") + g.enter("held")
	case verb == "observe" && g.healed:
		return "unseen\nstate " + g.state + "\n"
	case verb == "observe":
		return "effect unit is inactive\nstate " + g.state + "\n"
	case verb == "report":
		return "state " + g.state + "\n"
	case n.broken:
		return "before state=active\nafter state=failed\n" + g.enter("undone")
	}
	return "verified\n" + g.enter("undone") + g.enter("verified") + "state gone\n"
}

// enter is a state with its stamps, as a node tells them with each answer.
func (g *fakeGuard) enter(state string) string {
	g.state = state
	g.log = append(g.log, fmt.Sprintf("stamp %d 0 %s engine\n", time.Now().UnixNano(), state))
	return strings.Join(g.log, "") + "state " + state + "\n"
}

func (n *fakeNodes) probe(node, probes string) remote.Result {
	var said strings.Builder
	for _, service := range n.cloud.ServicesOn(node) {
		if !strings.Contains(probes, inventory.Quote(inventory.ProbeScript(n.cloud.NodeByName(node), service))) {
			continue
		}
		ref := inventory.Ref{Node: node, Service: service.Name}
		n.asked = append(n.asked, ref)
		healthy := 0
		if n.up(ref) && !n.late[ref] {
			healthy = 1
		}
		delete(n.late, ref)
		fmt.Fprintln(&said, service.Name, healthy)
	}
	switch {
	case said.Len() == 0:
		return remote.Result{State: remote.NotStarted, Err: fmt.Errorf("no such script here: %s", probes)}
	case n.mute(node):
		return remote.Result{State: remote.Unknown, Err: errors.New("no answer")}
	}
	return remote.Result{State: remote.Done, Stdout: []byte(said.String())}
}

// fakeFault takes a service or a whole node away.
type fakeFault struct{}

func (fakeFault) Scripts(target faults.Target) (faults.Scripts, error) {
	strikes := "node"
	if target.Service != nil {
		strikes = target.Service.Name
	}
	return faults.Scripts{
		Fingerprint: "echo state=active\n", Inject: "true\n", Observe: "echo gone\n", Undo: "true\n", Healthy: "true\n",
		Resources: []string{strikes},
	}, nil
}
