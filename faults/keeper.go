package faults

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

// Keeper guards the faults that a node cannot guard itself: they take it away, or
// are not made there. It stands outside of the node and outlives this process, and it
// answers in the words of the guard on a node: lines "KEY VALUE" on stdout.
type Keeper interface {
	// Check is preflight: it touches nothing and says what is missing.
	Check(ctx context.Context, order Order) []string
	// Arm starts the fault's dead-man and reads it back, as arm.sh does.
	Arm(ctx context.Context, order Order) remote.Result
	// Call is a verb of the guard: inject, observe, renew, end, verify, report.
	Call(ctx context.Context, id, verb string, args ...string) remote.Result
}

// Order is what a keeper is to do to a node.
type Order struct {
	Family string // whose order it is: Scripts.Keeper
	ID     string
	Run    string
	Owner  string // user@host
	Cloud  string
	Node   *inventory.Node
	Action string // Scripts.Outside
	Args   []string
	OffFor time.Duration
	Lease  time.Duration
	TTL    time.Duration
	// OpenStack says where the cloud's APIs are, and whose credentials to use there.
	OpenStack inventory.OpenStack
}

// ByPower is the family whose keeper switches nodes.
const ByPower = "power"

// BootMost is how long a node may take to boot anew, or after its power is back
// until it does its work again, before the undo counts as stuck.
const BootMost = 10 * time.Minute

// Away tells that the fault takes nodes away, which need time to come back.
func (i *Injection) Away() bool { return slices.ContainsFunc(i.members, (*member).away) }

// Outside tells that the fault is kept from outside of its nodes.
func (i *Injection) Outside() bool { return slices.ContainsFunc(i.members, (*member).kept) }

func (l *Lifecycle) order(m *member, timing Timing) Order {
	o := Order{
		Family: cmp.Or(m.scripts.Keeper, ByPower),
		ID:     m.target.ID, Run: l.run.ID, Owner: l.run.Owner, Node: m.target.Node,
		Action: m.scripts.Outside, Args: m.scripts.Args, OffFor: m.scripts.OffFor, Lease: timing.Lease, TTL: timing.TTL,
	}
	if m.target.Cloud != nil {
		o.Cloud, o.OpenStack = m.target.Cloud.Name, m.target.Cloud.OpenStack
	}
	return o
}

// booted asks a node whether it has booted since preflight. What gives no answer has
// not, as far as anybody knows.
func (i *Injection) booted(ctx context.Context, m *member) bool {
	result := i.life.deps.Runner.Run(ctx, m.target.Node.Name, remote.Command{Script: "cat /proc/sys/kernel/random/boot_id\n", Timeout: 5 * time.Second})
	boot := strings.TrimSpace(string(result.Stdout))
	m.mu.Lock()
	defer m.mu.Unlock()
	return result.OK() && boot != "" && m.boot != "" && boot != m.boot
}

// returned says what is still wrong with a node of which its keeper says that all is
// as before, or nothing: it has booted anew where it was taken away, and all is there
// that was before.
func (i *Injection) returned(ctx context.Context, m *member) string {
	s := m.scripts
	_, touched := m.stamped("injecting")
	if !touched {
		return ""
	}
	// What preflight reads is what is to be known again.
	result := i.life.deps.Runner.Run(ctx, m.target.Node.Name, remote.Command{Script: script.Preflight(), Root: true, Timeout: 30 * time.Second, Args: []string{
		m.target.ID, strings.Join(s.Tools, " "), "", strings.Join(s.Args, "\n"), s.Preflight, s.Fingerprint, s.Healthy, s.systemd(),
	}})
	away := ""
	if m.away() {
		away = "its power is on, and "
	}
	if result.State != remote.Done {
		return away + "it does not answer: " + why(result)
	}
	a := parse(result.Stdout)
	boot, known := a.get("boot")
	m.mu.Lock()
	before, was := m.before, m.boot
	held := m.effect != ""
	m.mu.Unlock()
	switch {
	case !known:
		return away + "it cannot be asked: " + why(result)
	case held && m.away() && boot == was:
		return "it was seen to go, and has not booted since"
	}
	if reason, is := a.get("unread"); is {
		return unread + reason
	}
	if diff := Differences(before, a.all("before")); len(diff) > 0 {
		return "the fingerprint differs: " + strings.Join(diff, ", ")
	}
	if reason, is := a.get("unwell"); is {
		return "not healthy: " + reason
	}
	return ""
}

// kept lets the keeper tell of a target that it kept.
func (m *Aftermath) kept(ctx context.Context, keeper Keeper, started time.Time) bool {
	if keeper == nil {
		return false
	}
	result := keeper.Call(ctx, m.ID, "report")
	a := parse(result.Stdout)
	if result.State != remote.Done || len(a.stamps()) == 0 || a.stamps()[0].Event == Watching {
		return false
	}
	m.read(a, record.ClockEvent{}, started) // it has the clock of the run
	return true
}

// remedyOf is what a person types to undo a fault by hand.
func remedyOf(m *member) string {
	p := m.target.Node.Power
	switch {
	case m.scripts.Remedy != "":
		return m.scripts.Remedy
	case m.kept() && p != nil:
		return PowerRemedy(p)
	case m.woken() && p != nil:
		return PowerRemedy(p) + "; then on the node: " + remedy(m.target.ID)
	}
	return remedy(m.target.ID)
}

// PowerRemedy is the command that gives a node its power back by hand. Passwords
// stay in their files.
func PowerRemedy(p *inventory.Power) string {
	q := inventory.Quote
	switch p.Kind {
	case inventory.Redfish:
		verify := ""
		switch {
		case p.Insecure:
			verify = " -k"
		case p.CAFile != "":
			verify = " --cacert " + q(p.CAFile)
		}
		// In a line of curl's configuration \ and " have a \ before them.
		return fmt.Sprintf(`printf 'user = "%%s:%%s"\n' %s "$(head -n 1 %s | sed 's/[\\"]/\\&/g')" | curl -sS -f -K -%s -H 'Content-Type: application/json' -d '{"ResetType":"On"}' %s`,
			q(strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(p.User)), q(p.PasswordFile), verify, q(p.URL+"/redfish/v1/Systems/"+url.PathEscape(p.Machine)+"/Actions/ComputerSystem.Reset"))
	case inventory.Libvirt:
		return fmt.Sprintf("virsh -c %s start --domain %s", q(p.URL), q(p.Machine))
	case inventory.Nova:
		return fmt.Sprintf("OS_CLIENT_CONFIG_FILE=%s openstack --os-cloud %s server start %s", q(p.CloudsFile), q(p.Cloud), q(p.Machine))
	default:
		return fmt.Sprintf("ipmitool -I lanplus -H %s -p %d -U %s -f %s chassis power on",
			p.Address.Addr(), p.Address.Port(), q(p.User), q(p.PasswordFile))
	}
}
