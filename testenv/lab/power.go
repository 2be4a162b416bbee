package lab

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/power"
)

// PowerOff takes a node's power away through its BMC: its first process is
// killed and the kernel ends the rest. Nothing is flushed by the node. It
// returns when the BMC says that it is off; one that is off stays so.
func PowerOff(ctx context.Context, o Options, node string) error {
	return switchPower(ctx, o, node, power.TurnOff, power.Off)
}

// PowerOn boots a node that is off, through its BMC, and waits until its sshd
// listens. Its disk is as it was left. The last node of a cluster that lost all
// of them brings that back as well.
func PowerOn(ctx context.Context, o Options, node string) error {
	if err := switchPower(ctx, o, node, power.TurnOn, power.On); err != nil {
		return err
	}
	o, profile, _, err := open(o, node)
	if err != nil {
		return err
	}
	k, err := loadKeys(o.paths(), profile)
	if err != nil {
		return err
	}
	return recoverClusters(ctx, o, &renderer{name: o.Name, profile: profile, keys: k})
}

// PowerCycle takes a node's power away for a second, and waits until its sshd
// listens again.
func PowerCycle(ctx context.Context, o Options, node string) error {
	o, _, spec, err := open(o, node)
	if err != nil {
		return fmt.Errorf("power cycle %s: %w", node, err)
	}
	if err := goesOn(o); err != nil {
		return fmt.Errorf("power cycle %s: %w", node, err)
	}
	before, err := leader(o.paths(), node)
	if err != nil {
		return fmt.Errorf("power cycle %s: %w", node, err)
	}
	driver, err := o.driver(spec)
	if err == nil {
		err = driver.Do(ctx, power.Cycle)
	}
	if err != nil {
		return fmt.Errorf("power cycle %s: %w", node, err)
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	err = poll(ctx, node+" to be on again", 50*time.Millisecond, func() error {
		now, err := leader(o.paths(), node)
		if err == nil && (now == before || now == 0) {
			err = fmt.Errorf("its PID 1 is still %d, %d before", now, before)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("power cycle %s: %w", node, err)
	}
	return waitBooted(ctx, o, spec)
}

// PowerStatus asks a node's BMC whether it is on.
func PowerStatus(ctx context.Context, o Options, node string) (power.State, error) {
	o, _, spec, err := open(o, node)
	if err != nil {
		return power.Unknown, fmt.Errorf("read power of %s: %w", node, err)
	}
	if err := goesOn(o); err != nil {
		return power.Unknown, fmt.Errorf("read power of %s: %w", node, err)
	}
	driver, err := o.driver(spec)
	if err != nil {
		return power.Unknown, err
	}
	return driver.Status(ctx)
}

// goesOn refuses a lab that is paused: its BMCs stand still with it.
func goesOn(o Options) error {
	still, err := paused(o.paths())
	if err == nil && still {
		err = fmt.Errorf("lab %s is paused; `eris lab resume` goes on with it", o.Name)
	}
	return err
}

func switchPower(ctx context.Context, o Options, node string, action power.Action, want power.State) error {
	o, _, spec, err := open(o, node)
	if err != nil {
		return fmt.Errorf("power %s %s: %w", action, node, err)
	}
	var driver power.Driver
	if err = goesOn(o); err == nil {
		driver, err = o.driver(spec)
	}
	if err == nil {
		err = driver.Do(ctx, action)
	}
	if err != nil {
		return fmt.Errorf("power %s %s: %w", action, node, err)
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	err = poll(ctx, fmt.Sprintf("the BMC of %s to say %s", node, want), 50*time.Millisecond, func() error {
		state, err := driver.Status(ctx)
		if err == nil && state != want {
			err = fmt.Errorf("it says %s", state)
		}
		return err
	})
	if err != nil || want == power.Off {
		return err
	}
	return waitBooted(ctx, o, spec)
}

// driver speaks to a node's BMC from inside the lab's network.
func (o Options) driver(node NodeSpec) (power.Driver, error) {
	p := o.paths()
	d := dialer{netns: p.netnsFile(), timeout: 2 * time.Second}
	return power.Open(p.bmcPower(node), d.dial)
}

// bmcPower is how a node's BMC is reached; nil for one that has none.
func (p paths) bmcPower(node NodeSpec) *inventory.Power {
	if !node.BMC.IsValid() {
		return nil
	}
	return &inventory.Power{
		Kind: inventory.IPMI, Address: netip.AddrPortFrom(node.BMC, 623), User: bmcUser, PasswordFile: p.bmc(node.Name, "password"),
	}
}

// open finds a node of a lab that is up.
func open(o Options, node string) (Options, *Profile, NodeSpec, error) {
	o, profile, err := openLab(o)
	if err != nil {
		return o, nil, NodeSpec{}, err
	}
	i := slices.IndexFunc(profile.Nodes, func(n NodeSpec) bool { return n.Name == node })
	if i < 0 {
		return o, nil, NodeSpec{}, fmt.Errorf("lab %s has no such node; it has %v", o.Name, nodeNames(profile))
	}
	return o, profile, profile.Nodes[i], nil
}
