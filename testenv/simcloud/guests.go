package simcloud

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"github.com/openstack-eris/eris/testenv/simcloud/api"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
	"github.com/openstack-eris/eris/testenv/simcloud/ssh"
)

// A server that runs answers by SSH at its floating IP, which is an address of loopback
// that no other cloud on this machine has: it lets in who has the key that it was booted
// with, and runs commands in a machine of its own. While its host has no power or is cut
// off by its switch, while it does not run, or where no security group admits it, nobody
// listens there, so that who connects is refused, where a real one would have no answer.

const (
	// GuestPort is where servers listen for SSH. Ports under 1024 want root.
	GuestPort = 2222
	// GuestUser is who may log in to a server.
	GuestUser = "guest"

	guestPace  = 100 * time.Millisecond // between two looks at the servers
	claimTries = 64
)

// guests are the servers that answer, or did.
type guests struct {
	claim net.PacketConn // holds the block of addresses; nil: this machine gives none, and no server answers
	mu    sync.Mutex
	all   map[string]*guest // by the server's id
}

// guest is one of them.
type guest struct {
	api.Guest
	key    gossh.Signer // of the host
	server *ssh.Server  // nil while it does not answer
	failed bool         // the last start did, which has been told

	mu   sync.Mutex
	node *node.Node // nil until somebody runs something there
}

// claimBlock finds a /24 of loopback that no other cloud has. It holds it by a port of
// UDP at the first address, on which nobody listens.
func claimBlock(ctx context.Context, r *rand.Rand) (netip.Prefix, net.PacketConn) {
	var config net.ListenConfig
	for range claimTries {
		block := netip.PrefixFrom(netip.AddrFrom4([4]byte{127, byte(64 + r.IntN(64)), byte(r.IntN(256)), 0}), 24)
		claim, err := config.ListenPacket(ctx, "udp4", net.JoinHostPort(block.Addr().Next().String(), strconv.Itoa(GuestPort)))
		if err == nil {
			return block, claim
		}
	}
	return netip.Prefix{}, nil
}

// runGuests looks at the servers until the cloud ends.
func (c *Cloud) runGuests() {
	ticker := time.NewTicker(guestPace)
	defer ticker.Stop()
	for {
		select {
		case now := <-ticker.C:
			if err := c.lookGuests(now); err != nil {
				c.machines[0].Note("error", err.Error())
			}
		case <-c.ctx.Done():
			return
		}
	}
}

// lookGuests has those servers answer that are to, and no others. Why one cannot is told
// once; it is tried again at every look.
func (c *Cloud) lookGuests(now time.Time) error {
	var errs []error
	wanted := map[string]api.Guest{}
	for _, one := range c.store.Guests(now, GuestPort) {
		if m := c.machine(one.Host); one.Host == "" || m != nil && m.On() && !m.rack.cut() {
			wanted[one.ID] = one
		}
	}
	c.guests.mu.Lock()
	defer c.guests.mu.Unlock()
	for id, g := range c.guests.all {
		is, still := wanted[id]
		g.Host = is.Host // a move leaves who is logged in
		if g.server != nil && (!still || is != g.Guest) {
			errs = append(errs, g.stop())
		}
		if !c.store.There(id) || still && is.Disk != g.Disk {
			g.end()
			delete(c.guests.all, id)
		}
	}
	for id, is := range wanted {
		g := c.guests.all[id]
		if g == nil {
			_, key, err := newKey()
			if err != nil {
				return err
			}
			g = &guest{key: key}
			c.guests.all[id] = g
		}
		if g.server == nil {
			g.Guest = is
			err := g.start(c)
			if !g.failed {
				errs = append(errs, err)
			}
			g.failed = err != nil
		}
	}
	return errors.Join(errs...)
}

// start has it answer.
func (g *guest) start(c *Cloud) error {
	authorized, _, _, _, err := gossh.ParseAuthorizedKey([]byte(g.Key))
	if err != nil { // it has none, and lets nobody in
		_, nobody, err := newKey()
		if err != nil {
			return err
		}
		authorized = nobody.PublicKey()
	}
	var config net.ListenConfig
	listener, err := config.Listen(c.ctx, "tcp4", net.JoinHostPort(g.Address, strconv.Itoa(GuestPort)))
	if err != nil {
		return fmt.Errorf("start server %s: %w", g.Name, err)
	}
	g.server = ssh.Serve(c.ctx, listener, ssh.Options{
		HostKey: g.key, Authorized: authorized, User: GuestUser,
		Run: func(ctx context.Context, command ssh.Command) int { return g.run(ctx, c, command) },
	})
	return nil
}

// run runs a command there.
func (g *guest) run(ctx context.Context, c *Cloud, command ssh.Command) int {
	n, err := g.machine(c)
	if err != nil {
		fmt.Fprintln(command.Stderr, err)
		return 255
	}
	return n.Run(ctx, node.Session(command))
}

func (g *guest) machine(c *Cloud) (*node.Node, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.node != nil {
		return g.node, g.node.PowerOn()
	}
	n, err := node.New(c.ctx, node.Options{Name: g.Name, Cloud: c.opt.Name, Address: g.Fixed})
	if err == nil {
		g.node = n
	}
	return n, err
}

// stop has it answer no more; what is on its disk stays.
func (g *guest) stop() error {
	g.server.Cut(true) // first: nobody is told how what he runs ends
	err := g.server.Close()
	g.server = nil
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.node != nil {
		g.node.PowerOff()
	}
	return err
}

// end takes its disk away.
func (g *guest) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.node != nil {
		g.node.Close()
	}
}

// closeGuests ends all of them, and gives the addresses back.
func (c *Cloud) closeGuests() error {
	var errs []error
	for _, g := range c.guests.all {
		if g.server != nil {
			errs = append(errs, g.stop())
		}
		g.end()
	}
	if c.guests.claim != nil {
		errs = append(errs, c.guests.claim.Close())
	}
	return errors.Join(errs...)
}
