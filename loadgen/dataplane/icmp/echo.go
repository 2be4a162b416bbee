package icmp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane/sequence"
)

// Echo sends one ICMP echo request each iteration and waits for its reply: ok when it
// comes, timeout when it does not, connect when somebody said of this request that it
// could not be delivered (destination unreachable, time exceeded). A reply that comes
// twice, and one that comes after that of a request sent later, are operations of their
// own (icmp.doubled, icmp.overtaken) of the next iteration, or of the last where none
// comes any more; the longest gap is the load's outage. All go by one socket, so that
// the network sees one flow.
//
// Source: RFC 792, RFC 4443 (4.1, 4.2).
type Echo struct {
	Address       string `yaml:"address" required:"true" help:"IPv4 or IPv6 address, or a name, which is resolved once; no port"`
	sequence.Args `yaml:",inline"`
}

// NewEcho has the defaults.
func NewEcho() *Echo { return &Echo{Args: sequence.NewArgs()} }

// Validate says what is wrong with the arguments.
func (w *Echo) Validate() error {
	var wrong error
	if _, err := netip.ParseAddr(w.Address); err != nil && !name(w.Address) {
		wrong = fmt.Errorf("address: %q is no address and no name; it has no port", w.Address)
	}
	return errors.Join(wrong, w.Args.Validate())
}

// name tells whether somebody may call a host that.
func name(address string) bool {
	for _, c := range address {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return address != ""
}

// Open makes the socket; nothing is sent. Where this user may have none, it says so.
func (w *Echo) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("icmp.echo: %w", err)
	}
	to, err := resolve(ctx, w.Address)
	if err != nil {
		return nil, fmt.Errorf("icmp.echo: %w", err)
	}
	by, err := connect(ctx, env, to)
	if err != nil {
		return nil, fmt.Errorf("icmp.echo: %w", err)
	}
	return sequence.Open("icmp", w.Args, by), nil
}

func resolve(ctx context.Context, address string) (netip.Addr, error) {
	if to, err := netip.ParseAddr(address); err == nil {
		return to.Unmap(), nil
	}
	all, err := net.DefaultResolver.LookupNetIP(ctx, "ip", address)
	if err != nil {
		return netip.Addr{}, err
	}
	return all[0].Unmap(), nil // an error where there is none
}
