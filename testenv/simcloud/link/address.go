package link

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// address is one of a link.
type address struct {
	prefix    netip.Prefix
	broadcast netip.Addr
	scope     string
	label     string // the link's name where it is empty
	noRoute   bool   // noprefixroute
}

func (a address) family() string {
	if a.prefix.Addr().Is6() {
		return "inet6"
	}
	return "inet"
}

// text is the address as `ip -o address` prints it.
func (a address) text(d *device) string {
	words := []string{a.family(), a.prefix.String()}
	if a.broadcast.IsValid() {
		words = append(words, "brd", a.broadcast.String())
	}
	words = append(words, "scope", a.scope)
	if a.noRoute {
		words = append(words, "noprefixroute")
	}
	switch {
	case a.family() == "inet6":
		words = append(words, "")
	case a.label != "":
		words = append(words, a.label)
	default:
		words = append(words, d.name)
	}
	return fmt.Sprintf(`%d: %s    %s\       valid_lft forever preferred_lft forever`, d.index, d.name, strings.Join(words, " "))
}

// showAddresses lists those of all links or one, that lie in a prefix.
func (s *Set) showAddresses(family string, words map[string]string) (string, error) {
	within := netip.Prefix{}
	if to := words["to"]; to != "" {
		var err error
		if within, err = parsePrefix(to); err != nil {
			return "", err
		}
	}
	var out strings.Builder
	for _, d := range s.devices {
		if name := words["dev"]; name != "" && name != d.name {
			continue
		}
		for _, a := range d.addresses {
			if family != "" && family != a.family() || within.IsValid() && !within.Contains(a.prefix.Addr()) {
				continue
			}
			out.WriteString(a.text(d) + "\n")
		}
	}
	return out.String(), nil
}

// addAddress adds one to a link.
func (s *Set) addAddress(d *device, words []string) error {
	prefix, err := parsePrefix(words[0])
	if err != nil {
		return err
	}
	a := address{prefix: prefix, scope: "global"}
	if prefix.Addr().IsLinkLocalUnicast() && prefix.Addr().Is6() {
		a.scope = "link"
	}
	for i := 1; i < len(words); i++ {
		word, value := words[i], ""
		if i+1 < len(words) {
			value = words[i+1]
		}
		switch word {
		case "brd":
			if a.broadcast, err = netip.ParseAddr(value); err != nil {
				return fmt.Errorf("inet address is expected rather than %q", value)
			}
		case "scope":
			a.scope = value
		case "label":
			if a.label = value; value == d.name {
				a.label = ""
			}
		case "valid_lft", "preferred_lft":
			if value != "forever" {
				return fmt.Errorf("%s %s is not known here", word, value)
			}
		case "noprefixroute":
			a.noRoute = true
			continue
		case "nodad":
			continue
		default:
			return fmt.Errorf("either \"local\" is duplicate, or %q is a garbage", word)
		}
		i++
	}
	if slices.ContainsFunc(d.addresses, func(other address) bool { return other.prefix == a.prefix }) {
		return errAssigned
	}
	d.addresses = append(d.addresses, a)
	return nil
}

func (s *Set) deleteAddress(d *device, text string) error {
	prefix, err := parsePrefix(text)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(d.addresses, func(a address) bool { return a.prefix == prefix })
	if at < 0 {
		return errNoAddress
	}
	d.addresses = slices.Delete(d.addresses, at, at+1)
	return nil
}

// parsePrefix reads a prefix, or an address as the prefix of it alone.
func parsePrefix(text string) (netip.Prefix, error) {
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return prefix, nil
	}
	at, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("any valid prefix is expected rather than %q", text)
	}
	return netip.PrefixFrom(at, at.BitLen()), nil
}
