package link

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// errUsage is what ip says of what it does not know, here more than there.
var errUsage = errors.New("is not known here")

// Command is the program ip: `-o link show [dev NAME] [master NAME]`, `link add|del` of a pair, `link set [dev] NAME
// up|down`; `-o address show [dev NAME] [to PREFIX]`, `address add|del`; `route
// show [table all] [dev NAME]`, `route add|del`, `-o route get`; `neigh show`,
// which is always empty. -4 and -6 choose a family, -n NAME a network namespace;
// `netns list|pids|delete` are about those, and
// `netns exec` runs a program as if it were outside of them.
func (s *Set) Command(ctx context.Context, p *shell.Proc) int {
	flags, words := map[string]bool{}, p.Args[1:]
	for len(words) > 0 && strings.HasPrefix(words[0], "-") {
		if len(words) > 1 && slices.Contains([]string{"-n", "-netns"}, words[0]) {
			var there bool
			if s, there = s.space(words[1]); !there {
				p.Errorf("Cannot open network namespace %q: No such file or directory", words[1])
				return 1
			}
			words = words[2:]
			continue
		}
		if !slices.Contains([]string{"-o", "-4", "-6"}, words[0]) {
			p.Errorf("Option %q is unknown, try \"ip -help\".", words[0])
			return 255
		}
		flags[words[0]], words = true, words[1:]
	}
	var out string
	var err error
	if len(words) > 3 && words[0] == "netns" && words[1] == "exec" {
		if _, there := s.space(words[2]); there {
			return p.Run(ctx, words[3:])
		}
	}
	if len(words) > 0 && words[0] == "netns" {
		out, err = s.netns(words[1:])
	} else {
		s.mu.Lock()
		out, err = s.run(flags, words)
		s.mu.Unlock()
	}
	switch {
	case errors.Is(err, errUsage):
		p.Errorf("ip: %v", err)
		return 255
	case err != nil:
		p.Errorf("%v", err)
		return 2
	}
	p.Printf("%s", out)
	return 0
}

func (s *Set) run(flags map[string]bool, words []string) (string, error) {
	unknown := fmt.Errorf("%q %w", strings.Join(words, " "), errUsage)
	if len(words) == 0 {
		return "", unknown
	}
	object, verb, rest := words[0], "show", []string{}
	if len(words) > 1 {
		verb, rest = words[1], words[2:]
	}
	switch object {
	case "link", "l":
		object = "link"
	case "address", "addr", "a":
		object = "address"
	case "route", "r":
		object = "route"
	}
	if verb == "show" && (object == "link" || object == "address") && !flags["-o"] {
		return "", fmt.Errorf("%s without -o %w", object, errUsage)
	}
	six, family := flags["-6"], map[bool]string{true: "inet"}[flags["-4"]]+map[bool]string{true: "inet6"}[flags["-6"]]
	switch object + " " + verb {
	case "link show":
		return s.showLinks(pairs(rest))
	case "link add":
		return "", s.addPair(rest)
	case "link del":
		return "", s.deletePair(rest)
	case "link set":
		return "", s.setLink(rest)
	case "address show":
		return s.listAddresses(family, pairs(rest))
	case "address add", "address del":
		return "", s.changeAddress(verb, rest)
	case "route show":
		return s.showRoutes(six, pairs(rest))
	case "route add", "route del":
		return "", s.changeRoute(verb, rest, six)
	case "route get":
		return s.getRoute(rest)
	case "neigh show":
		return "", s.known(pairs(rest)["dev"])
	}
	return "", unknown
}

// pairs reads `dev NAME to PREFIX`; a word alone is the device.
func pairs(words []string) map[string]string {
	found := map[string]string{}
	for i := 0; i < len(words); i++ {
		if slices.Contains([]string{"dev", "to", "table", "nud", "master", "type"}, words[i]) && i+1 < len(words) {
			found[words[i]] = words[i+1]
			i++
			continue
		}
		found["dev"] = words[i]
	}
	return found
}

func (s *Set) known(device string) error {
	if device == "" {
		return nil
	}
	if _, err := s.device(device); err != nil {
		return fmt.Errorf("Device %q does not exist.", device) //nolint:staticcheck,revive // ip's words
	}
	return nil
}

func (s *Set) showLinks(words map[string]string) (string, error) {
	if err := s.known(words["dev"]); err != nil {
		return "", err
	}
	if err := s.known(words["master"]); err != nil {
		return "", err
	}
	var out strings.Builder
	for _, d := range s.devices {
		if words["type"] != "" { // none of them is a VLAN or of another type that is asked for
			continue
		}
		if (words["dev"] == "" || words["dev"] == d.name) && (words["master"] == "" || words["master"] == d.master) {
			out.WriteString(d.String() + "\n")
		}
	}
	return out.String(), nil
}

func (s *Set) setLink(words []string) error {
	if len(words) > 0 && words[0] == "dev" {
		words = words[1:]
	}
	if len(words) != 2 || words[1] != "up" && words[1] != "down" {
		return fmt.Errorf("link set %s %w", strings.Join(words, " "), errUsage)
	}
	d, err := s.device(words[0])
	switch {
	case err != nil:
		return err
	case words[1] == "up" && !d.up:
		d.raise()
	case words[1] == "down" && d.up:
		s.lower(d)
	}
	return nil
}

func (s *Set) listAddresses(family string, words map[string]string) (string, error) {
	if err := s.known(words["dev"]); err != nil {
		return "", err
	}
	return s.showAddresses(family, words)
}

// changeAddress wants the link at the end, as scripts write it.
func (s *Set) changeAddress(verb string, words []string) error {
	if len(words) < 3 || words[len(words)-2] != "dev" {
		return fmt.Errorf("address %s %s %w", verb, strings.Join(words, " "), errUsage)
	}
	d, err := s.device(words[len(words)-1])
	switch {
	case err != nil:
		return err
	case verb == "add":
		return s.addAddress(d, words[:len(words)-2])
	}
	return s.deleteAddress(d, words[0])
}

func (s *Set) showRoutes(six bool, words map[string]string) (string, error) {
	if s.known(words["dev"]) != nil {
		return "", fmt.Errorf("Cannot find device %q", words["dev"]) //nolint:staticcheck // ip's words
	}
	var out strings.Builder
	for _, r := range s.all(six) {
		table := words["table"]
		if table == "main" {
			table = ""
		}
		if (table == "all" || table == r.table) && (words["dev"] == "" || words["dev"] == r.device) {
			out.WriteString(r.text(words["dev"] == "") + "\n")
		}
	}
	return out.String(), nil
}

func (s *Set) changeRoute(verb string, words []string, six bool) error {
	r, err := parseRoute(words, six || slices.ContainsFunc(words[:min(1, len(words))], func(w string) bool { return strings.Contains(w, ":") }))
	switch {
	case err != nil:
		return err
	case verb == "add":
		return s.addRoute(r)
	}
	at := slices.IndexFunc(s.routes, func(other route) bool { return r.to == other.to && r.table == other.table })
	if at < 0 {
		return errNoRoute
	}
	s.routes = slices.Delete(s.routes, at, at+1)
	return nil
}

func (s *Set) getRoute(words []string) (string, error) {
	if len(words) != 1 {
		return "", fmt.Errorf("route get %s %w", strings.Join(words, " "), errUsage)
	}
	to, err := netip.ParseAddr(words[0])
	if err != nil {
		return "", fmt.Errorf("Error: any valid address is expected rather than %q.", words[0]) //nolint:staticcheck,revive // ip's words
	}
	r, from, found := s.lookup(to)
	switch {
	case !found:
		return "", errUnreachable
	case r.kind == "local":
		return fmt.Sprintf("local %s dev lo src %s uid 0 \\    cache <local> \n", to, to), nil
	case r.via.IsValid():
		return fmt.Sprintf("%s via %s dev %s src %s uid 0 \\    cache \n", to, r.via, r.device, from), nil
	}
	return fmt.Sprintf("%s dev %s src %s uid 0 \\    cache \n", to, r.device, from), nil
}
