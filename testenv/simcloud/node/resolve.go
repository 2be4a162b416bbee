package node

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// How long a resolver is waited for, and how often all are asked: the defaults
// of resolv.conf.
const (
	resolverPatience = 5 * time.Second
	resolverAttempts = 2
)

// errAgain says that no resolver has answered.
var errAgain = errors.New("Temporary failure in name resolution") //nolint:staticcheck // the C library's words

// resolve gives the address of a host: itself where it is one, else what
// /etc/hosts says, else what a resolver of /etc/resolv.conf answers.
func (n network) resolve(ctx context.Context, p *shell.Proc, host string) (string, error) {
	if _, err := netip.ParseAddr(host); err == nil {
		return host, nil
	}
	hosts, _ := p.FS().ReadFile("/etc/hosts") // none: it names nobody
	for line := range strings.Lines(string(hosts)) {
		if words := strings.Fields(line); len(words) > 1 && slices.Contains(words[1:], host) {
			return words[0], nil
		}
	}
	conf, _ := p.FS().ReadFile("/etc/resolv.conf") // none: nobody is asked
	for range resolverAttempts {
		for line := range strings.Lines(string(conf)) {
			words := strings.Fields(line)
			if len(words) != 2 || words[0] != "nameserver" {
				continue
			}
			bounded, cancel := context.WithTimeout(ctx, resolverPatience)
			address, err := n.lookup(bounded, words[1], host)
			cancel()
			if err == nil || errors.Is(err, ErrName) {
				return address, err
			}
			if ctx.Err() != nil {
				return "", ctx.Err()
			}
		}
	}
	return "", errAgain
}

func (n network) lookup(ctx context.Context, resolver, name string) (string, error) {
	if r, is := n.node.opt.Network.(Resolver); is {
		return r.Lookup(ctx, resolver, name)
	}
	return "", ErrRefused
}

// getent knows `getent hosts NAME`.
func (n network) getent(ctx context.Context, p *shell.Proc) int {
	if len(p.Args) != 3 || p.Args[1] != "hosts" {
		p.Errorf("getent: only hosts NAME is known here")
		return 1
	}
	address, err := n.resolve(ctx, p, p.Args[2])
	if err != nil {
		return 2
	}
	p.Printf("%-15s %s\n", address, p.Args[2])
	return 0
}
