package simcloud

import (
	"fmt"
	"time"
)

// PowerOff cuts a node's power: everything on it ends at once, nobody answers.
func (c *Cloud) PowerOff(name string) error {
	m := c.any(name)
	if m == nil {
		return fmt.Errorf("power off %s: no such node", name)
	}
	m.access.follow(func(a *access) { a.off = true })
	m.PowerOff()
	c.look(time.Now())
	return nil
}

// PowerOn boots a node again.
func (c *Cloud) PowerOn(name string) error {
	m := c.any(name)
	if m == nil {
		return fmt.Errorf("power on %s: no such node", name)
	}
	m.load.reset()
	err := m.PowerOn()
	m.access.follow(func(a *access) { a.off = false })
	c.look(time.Now())
	return err
}

// Reboot is PowerOff and PowerOn.
func (c *Cloud) Reboot(name string) error {
	if err := c.PowerOff(name); err != nil {
		return err
	}
	return c.PowerOn(name)
}

// CutPower makes a node's management controller deaf until it is called with
// false. The node itself goes on.
func (c *Cloud) CutPower(name string, cut bool) error {
	m := c.any(name)
	if m == nil || m.bmc == nil {
		return fmt.Errorf("cut management controller of %s: no such node", name)
	}
	m.bmc.Cut(cut)
	return nil
}

// CutSSH drops a node's SSH connections and every new one until it is called
// with false. The node itself goes on.
func (c *Cloud) CutSSH(name string, cut bool) error {
	m := c.any(name)
	if m == nil {
		return fmt.Errorf("cut ssh of %s: no such node", name)
	}
	m.Note("ssh", map[bool]string{true: "cut", false: "restored"}[cut])
	m.access.follow(func(a *access) { a.off = cut })
	return nil
}

// ChangeHostKey makes a node answer with another host key than the one in
// known_hosts.
func (c *Cloud) ChangeHostKey(name string) error {
	m := c.any(name)
	if m == nil {
		return fmt.Errorf("change host key of %s: no such node", name)
	}
	_, signer, err := newKey()
	if err != nil {
		return fmt.Errorf("change host key of %s: %w", name, err)
	}
	m.access.server.SetHostKey(signer)
	return nil
}

// mains is the power of one node as the node itself switches it.
type mains struct {
	cloud *Cloud
	node  string
}

func (m mains) PowerOff() error { return m.cloud.PowerOff(m.node) }
func (m mains) PowerOn() error  { return m.cloud.PowerOn(m.node) }
