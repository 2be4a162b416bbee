package link

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// Link names the far end of a client's connections: the target is the client.
type Link struct {
	To        string       `yaml:"to" help:"the service that the target is a client of, by its name in the inventory"`
	Addresses []netip.Addr `yaml:"addresses" help:"further addresses at which the client asks for that service, such as a balancer's virtual one"`
	Ports     []int        `yaml:"ports" help:"further ports of that service, beside the one in the inventory"`
	Old       bool         `yaml:"established" help:"also ends, once, the connections that the client had before, so that it begins others, which are struck; without it they go on as they were"`
	Shared    bool         `yaml:"shared" help:"strikes also what else on the node runs as the client's user or in its unit or container, and is not counted as lost; refused where there is something unless this is true"`
}

func (l Link) check() error {
	var wrong []error
	if l.To == "" {
		wrong = append(wrong, errors.New("to: names no service"))
	}
	for _, address := range l.Addresses {
		if address.Zone() != "" || address.IsMulticast() || address.IsUnspecified() {
			wrong = append(wrong, fmt.Errorf("addresses: %s is nobody's", address))
		}
	}
	for _, port := range l.Ports {
		if port < 1 || port > 65535 {
			wrong = append(wrong, fmt.Errorf("ports: %d is not between 1 and 65535", port))
		}
	}
	return errors.Join(wrong...)
}

// wants are the words that say what of the node's is struck too.
func (l Link) wants() string {
	wants := "client"
	if l.Shared {
		wants += " shared"
	}
	if l.Old {
		wants += " established"
	}
	return wants
}

// effect is what the proxy does to the client's connections.
type effect struct {
	kind, first, second, share string // words of link.py
	verb                       string // for people: memcached to keystone VERB
	asked                      string // for people
	http                       bool   // only plain HTTP can be struck so
}

func (e effect) words() string {
	return strings.Join([]string{e.kind, e.first, e.second, e.share}, " ")
}

// scripts are the steps of an effect; wrong is what is the matter with its arguments.
func (l Link) scripts(target faults.Target, e effect, wrong error) (faults.Scripts, error) {
	if err := errors.Join(l.check(), wrong); err != nil {
		return faults.Scripts{}, fmt.Errorf("check link.%s: %w", e.kind, err)
	}
	group, err := target.Group()
	if err != nil {
		return faults.Scripts{}, err
	}
	far, err := l.far(target, e)
	if err != nil {
		return faults.Scripts{}, fmt.Errorf("choose connections: %w", err)
	}
	client := target.Service.Name
	works, tools := target.Works()
	common := group.Functions + text("link.sh")
	preflight := group.Preflight + group.AtHome + text("preflight.sh")
	if e.http {
		preflight = text("status_preflight.sh") + preflight
		tools = append(tools, "curl")
	}
	return faults.Scripts{
		Args: []string{
			target.ID, "link-" + client, group.Name, l.wants(), e.words(),
			far.rules(), far.attempts(), client + " to " + l.To + " " + e.verb, e.asked,
		},
		Tools: slices.Concat([]string{ // python3 is asked for by preflight itself, which says what for
			"nft", "ss", "systemctl", "systemd-run", "grep", "sed", "sort", "uniq", "wc", "uname", "cut", "tr", "head", "tail", "readlink", "sleep", "date", "timeout", "sha256sum",
		}, group.Tools, tools),
		Preflight:   common + script.Table() + script.Python() + preflight,
		Fingerprint: text("fingerprint.sh") + script.TableFingerprint(),
		Prepare:     script.Program(script.Ended()+text("program.sh")) + "cat >link.py <<'END_OF_LINK'\n" + text("link.py", "ask.py") + "END_OF_LINK\n",
		Inject:      common + text("inject.sh"),
		Observe:     common + text("observe.sh"),
		Undo:        script.Table() + script.Gone() + script.Ended() + text("undo.sh"),
		Healthy:     works,
		Resources:   []string{"link:" + client},
	}, nil
}

// far is where the client goes.
type far struct {
	four, six []netip.Addr
	ports     []int
	port      int // that is tried
}

func (l Link) far(target faults.Target, e effect) (far, error) {
	if target.Cloud == nil {
		return far{}, errors.New("nobody knows the cloud that the service belongs to")
	}
	peers, service, err := target.Peers(l.To)
	if err != nil {
		return far{}, fmt.Errorf("to: %w", err)
	}
	if e.http && (service.Health == nil || service.Health.HTTP == "") && len(l.Ports) == 0 {
		return far{}, fmt.Errorf("to: the inventory does not say that %s speaks HTTP: its health probe is none of http", l.To)
	}
	ports := slices.Clone(l.Ports)
	if service.Port != 0 {
		ports = append(ports, service.Port)
	}
	if len(ports) == 0 {
		return far{}, fmt.Errorf("to: the inventory knows no port of %s; say ports", l.To)
	}
	slices.Sort(ports)
	f := far{ports: slices.Compact(ports), port: cmp.Or(service.Port, ports[0])}
	for _, address := range l.Addresses {
		peers = append(peers, address.Unmap())
	}
	if err := alone(target, service, peers, f.ports); err != nil {
		return far{}, err
	}
	if !l.Shared {
		if err := single(target); err != nil {
			return far{}, err
		}
	}
	for _, address := range faults.Sorted(peers) {
		if address.Is4() {
			f.four = append(f.four, address)
		} else {
			f.six = append(f.six, address)
		}
	}
	return f, nil
}

// alone refuses an address and a port that are another service's: on a node of the
// service a further port, on any other node each.
func alone(target faults.Target, service *inventory.Service, peers []netip.Addr, ports []int) error {
	for _, node := range target.Cloud.All() {
		member := slices.Contains(service.Nodes, node.Name)
		if !member {
			theirs, _ := faults.Addresses(target.Cloud, node)
			if node.Name == target.Node.Name {
				theirs = append(theirs, faults.Loopback()...)
			}
			if !slices.ContainsFunc(theirs, func(address netip.Addr) bool { return slices.Contains(peers, address) }) {
				continue // what has no address of its own is asked at none
			}
		}
		for _, other := range target.Cloud.ServicesOn(node.Name) {
			if other.Name != service.Name && slices.Contains(ports, other.Port) && (!member || other.Port != service.Port) {
				return fmt.Errorf("ports: %d of %s is that of %s", other.Port, node.Name, other.Name)
			}
		}
	}
	return nil
}

// single refuses a client whose unit or container runs other services of the inventory as well.
func single(target faults.Target) error {
	for _, other := range target.Cloud.ServicesOn(target.Node.Name) {
		if other.Name != target.Service.Name && other.Runtime == target.Service.Runtime {
			return fmt.Errorf("%s of %s runs %s too, which would be struck uncounted (shared: true strikes it too)", other.Runtime.Name, target.Node.Name, other.Name)
		}
	}
	return nil
}

// rules are the redirects, with OWNERS and PORT4 or PORT6 for what only the node
// knows.
func (f far) rules() string {
	var rules []string
	for _, of := range []struct {
		family, port string
		addresses    []netip.Addr
	}{{"ip", "PORT4", f.four}, {"ip6", "PORT6", f.six}} {
		if len(of.addresses) > 0 {
			rules = append(rules, fmt.Sprintf("meta skuid OWNERS %s daddr { %s } tcp dport { %s } counter redirect to :%s",
				of.family, list(of.addresses, ", "), list(f.ports, ", "), of.port))
		}
	}
	return strings.Join(rules, ";")
}

// attempts are addresses and a port each; by the first ones the effect is seen.
func (f far) attempts() string {
	var all []string
	for _, local := range []bool{false, true} {
		for _, port := range append([]int{f.port}, slices.DeleteFunc(slices.Clone(f.ports), func(p int) bool { return p == f.port })...) {
			for _, address := range slices.Concat(f.four, f.six) {
				if slices.Contains(faults.Loopback(), address) == local {
					all = append(all, address.String(), strconv.Itoa(port))
				}
			}
		}
	}
	return strings.Join(all, " ")
}

func list[T any](all []T, between string) string {
	words := make([]string, len(all))
	for i, one := range all {
		words[i] = fmt.Sprint(one)
	}
	return strings.Join(words, between)
}

// share is a whole percentage as a word of link.py.
func share(of document.Percent) string { return strconv.Itoa(int(float64(of)*100 + 0.5)) }

func checkShare(of document.Percent) error {
	percent := float64(of) * 100
	if whole := float64(int(percent + 0.5)); percent < 0.999 || percent > 100.001 || percent-whole > 1e-6 || whole-percent > 1e-6 {
		return fmt.Errorf("share: %s is not a whole percentage from 1%% to 100%%", of)
	}
	return nil
}

// some is a share in words: nothing where it is all.
func some(of document.Percent, what string) string {
	if share(of) == "100" {
		return "each " + what
	}
	return of.String() + " of the " + what + "s"
}
