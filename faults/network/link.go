package network

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/openstack-eris/eris/faults"
)

// Link names an interface of a node, by its name or by what it carries.
type Link struct {
	Interface string `yaml:"interface" help:"name of the interface, such as eth1"`
	Carries   string `yaml:"carries" help:"the interface that carries this address, or one in this prefix; the address where the node listens if neither is given"`
}

// check refuses what names no interface.
func (l Link) check() error {
	var wrong []error
	if l.Interface != "" && l.Carries != "" {
		wrong = append(wrong, errors.New("interface, carries: one of them names the interface"))
	}
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
	if name := l.Interface; strings.Trim(name, plain) != "" || len(name) > 15 || strings.HasPrefix(name, "-") {
		wrong = append(wrong, fmt.Errorf("interface: %q is no name of one", name))
	}
	if l.Interface == "lo" {
		wrong = append(wrong, errors.New("interface: lo is where a node reaches itself, and no link"))
	}
	if _, err := l.prefix(); l.Carries != "" && err != nil {
		wrong = append(wrong, fmt.Errorf("carries: %q is no address and no prefix", l.Carries))
	}
	return errors.Join(wrong...)
}

func (l Link) prefix() (netip.Prefix, error) {
	if prefix, err := netip.ParsePrefix(l.Carries); err == nil {
		return prefix.Masked(), nil
	}
	address, err := netip.ParseAddr(l.Carries)
	if err != nil || address.Zone() != "" {
		return netip.Prefix{}, fmt.Errorf("read address: %q is none", l.Carries)
	}
	address = address.Unmap()
	return netip.PrefixFrom(address, address.BitLen()), nil
}

// of are the two words by which scripts find the interface of a node.
func (l Link) of(target faults.Target) (name, carries string, err error) {
	if err := l.check(); err != nil {
		return "", "", err
	}
	if err := target.WholeNode(); err != nil {
		return "", "", err
	}
	if target.Cloud == nil {
		return "", "", errors.New("nobody knows the cloud that the node belongs to")
	}
	if l.Interface != "" {
		return l.Interface, "", nil
	}
	if l.Carries == "" {
		own, err := faults.Addresses(target.Cloud, target.Node)
		if err != nil {
			return "", "", err
		}
		l.Carries = own[0].String()
		if listen, err := netip.ParseAddr(target.Node.Listen); err == nil {
			l.Carries = listen.Unmap().String()
		}
	}
	prefix, err := l.prefix()
	if err != nil {
		return "", "", err
	}
	return "", prefix.String(), nil
}
