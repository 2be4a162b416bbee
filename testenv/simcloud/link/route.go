package link

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// route is where packets for a prefix go.
type route struct {
	kind     string // local, broadcast, multicast; empty for an ordinary one
	to       netip.Prefix
	via      netip.Addr
	device   string
	table    string // main where it is empty
	protocol string // boot where it is empty
	scope    string // of IPv4; global where it is empty
	source   netip.Addr
	metric   int
}

// text is the route as ip prints it; the device is left out where the list is
// of one device only.
func (r route) text(device bool) string {
	var words []string
	add := func(shown bool, more ...string) {
		if shown {
			words = append(words, more...)
		}
	}
	to := strings.TrimSuffix(strings.TrimSuffix(r.to.String(), "/32"), "/128")
	if r.to.Bits() == 0 {
		to = "default"
	}
	add(r.kind != "", r.kind)
	add(true, to)
	add(r.via.IsValid(), "via", r.via.String())
	add(device, "dev", r.device)
	add(r.table != "", "table", r.table)
	add(r.protocol != "", "proto", r.protocol)
	add(r.scope != "", "scope", r.scope)
	add(r.source.IsValid(), "src", r.source.String())
	add(r.metric != 0 || r.to.Addr().Is6(), "metric", strconv.Itoa(r.metric))
	add(r.to.Addr().Is6(), "pref", "medium")
	return strings.Join(words, " ") + map[bool]string{true: " "}[r.to.Addr().Is4()]
}

// kernel are the routes that the kernel makes for a link and its addresses.
// Those in the table local stay while an IPv4 address does, link or no link.
func (d *device) kernel() []route {
	var made []route
	for _, a := range d.addresses {
		at, is4 := a.prefix.Addr(), a.prefix.Addr().Is4()
		own := route{kind: "local", to: netip.PrefixFrom(at, at.BitLen()), device: d.name, table: "local", protocol: "kernel"}
		network := route{to: a.prefix.Masked(), device: d.name, protocol: "kernel"}
		if is4 {
			own.scope, own.source, network.scope, network.source = "host", at, "link", at
		} else {
			network.metric = 256
		}
		made = append(made, own)
		if d.up && d.mac != "" && !a.noRoute && !a.prefix.IsSingleIP() {
			made = append(made, network)
		}
		if d.up && a.broadcast.IsValid() {
			made = append(made, route{kind: "broadcast", to: netip.PrefixFrom(a.broadcast, 32), device: d.name, table: "local", protocol: "kernel", scope: "link", source: at})
		}
	}
	if d.up && d.mac != "" {
		made = append(made, route{kind: "multicast", to: netip.MustParsePrefix("ff00::/8"), device: d.name, table: "local", protocol: "kernel", metric: 256})
	}
	return made
}

// all routes of one family, as ip lists them: the table local last.
func (s *Set) all(six bool) []route {
	list := slices.Clone(s.routes)
	for _, d := range s.devices {
		list = append(list, d.kernel()...)
	}
	list = slices.DeleteFunc(list, func(r route) bool { return r.to.Addr().Is6() != six })
	slices.SortStableFunc(list, func(a, b route) int {
		return cmp.Or(cmp.Compare(map[string]int{"": 1, "local": 2}[a.table], map[string]int{"": 1, "local": 2}[b.table]),
			a.to.Addr().Compare(b.to.Addr()), cmp.Compare(a.to.Bits(), b.to.Bits()), cmp.Compare(a.metric, b.metric))
	})
	return list
}

// lookup finds the route of a packet, and the address from which it comes.
func (s *Set) lookup(to netip.Addr) (r route, from netip.Addr, found bool) {
	for _, one := range s.all(to.Is6()) {
		special := one.kind == "local" || one.table == ""
		if !special || !one.to.Contains(to) {
			continue
		}
		better := one.kind == "local" && r.kind != "local" || one.to.Bits() > r.to.Bits() || one.to.Bits() == r.to.Bits() && one.metric < r.metric
		if !found || better && (r.kind != "local" || one.kind == "local") {
			r, found = one, true
		}
	}
	from = r.source
	if d, err := s.device(r.device); err == nil && !from.IsValid() {
		for _, a := range d.addresses {
			if a.prefix.Addr().Is6() == to.Is6() && !from.IsValid() {
				from = a.prefix.Addr()
			}
		}
	}
	return r, from, found
}

// parseRoute reads what `ip route add` is given.
func parseRoute(words []string, six bool) (route, error) {
	var r route
	if len(words) > 0 && slices.Contains([]string{"local", "broadcast", "multicast"}, words[0]) {
		r.kind, words = words[0], words[1:]
	}
	if len(words) == 0 {
		return r, fmt.Errorf("command line is not complete. Try option \"help\"")
	}
	var err error
	switch {
	case words[0] != "default":
		r.to, err = parsePrefix(words[0])
	case six:
		r.to = netip.PrefixFrom(netip.IPv6Unspecified(), 0)
	default:
		r.to = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	}
	if err != nil || r.to.Addr().Is6() != six {
		return r, fmt.Errorf("Error: any valid prefix is expected rather than %q.", words[0]) //nolint:staticcheck,revive // ip's words
	}
	r.to = r.to.Masked()
	for i := 1; i < len(words) && err == nil; i += 2 {
		if i+1 == len(words) {
			return r, fmt.Errorf("command line is not complete. Try option \"help\"")
		}
		err = r.set(words[i], words[i+1])
	}
	if six && r.metric == 0 && r.table != "local" {
		r.metric = 1024
	}
	if !six && !r.via.IsValid() && r.scope == "" {
		r.scope = "link"
	}
	return r, err
}

func (r *route) set(word, value string) (err error) {
	switch word {
	case "via":
		r.via, err = netip.ParseAddr(value)
	case "src":
		r.source, err = netip.ParseAddr(value)
	case "dev":
		r.device = value
	case "table":
		if r.table = value; value == "main" {
			r.table = ""
		}
	case "proto":
		if r.protocol = value; value == "boot" {
			r.protocol = ""
		}
	case "scope":
		if r.scope = value; value == "global" {
			r.scope = ""
		}
	case "metric":
		r.metric, err = strconv.Atoi(value)
	case "pref":
		if value != "medium" {
			err = fmt.Errorf("pref %s is not known here", value)
		}
	default:
		err = fmt.Errorf("%q is not known here", word)
	}
	return err
}

// addRoute adds one where its link is up and reaches its gateway.
func (s *Set) addRoute(r route) error {
	if r.device == "" && r.via.IsValid() {
		way, _, found := s.lookup(r.via)
		if !found || way.kind == "local" {
			return errGateway
		}
		r.device = way.device
	}
	d, err := s.device(r.device)
	switch {
	case err != nil:
		return err
	case !d.up:
		return errDown
	case r.via.IsValid() && !slices.ContainsFunc(d.addresses, func(a address) bool { return a.prefix.Masked().Contains(r.via) }):
		return errGateway
	}
	if slices.ContainsFunc(s.all(r.to.Addr().Is6()), r.same) {
		return errExists
	}
	s.routes = append(s.routes, r)
	return nil
}

// same tells what two routes of a table cannot be at once.
func (r route) same(other route) bool {
	return r.to == other.to && r.table == other.table && r.metric == other.metric && r.kind == other.kind
}
