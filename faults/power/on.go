package power

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/outside"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/power"
)

// orderWithin bounds one order to switch on. A slow controller needs seconds for
// each of the requests that come before it, and an order that is cut short on its
// way is cut short at every retry too.
const orderWithin = 45 * time.Second

// powerOn returns when the controller says that the node is on, and whether it said
// off before. Its questions and its order each have their own time.
func (o *order) powerOn(ctx context.Context) (wasOff bool, err error) {
	var asked bool
	for began, until := outside.Uptime(), outside.Uptime()+onWithin; ; {
		state, err := o.status(ctx)
		if state == power.On && err == nil {
			return wasOff, nil
		}
		wasOff = wasOff || state == power.Off
		if state == power.Off && !asked {
			err = o.turn(ctx, power.TurnOn)
			if asked = err == nil || errors.Is(err, power.ErrUnknown); asked {
				until = outside.Uptime() + onWithin
			}
		}
		if outside.Uptime() >= until || outside.Wait(ctx, outside.AskEvery) != nil {
			return wasOff, fmt.Errorf("power on %s: it is %s after %s", o.Node, why(state, err), (outside.Uptime() - began).Round(time.Second))
		}
	}
}

// Restore implements outside.Restoring: the node's power is given back. Its sshd is waited for,
// for as long as patience is: a boot may take longer, and this machine may not reach it.
func (Family) Restore(ctx context.Context, cloud *inventory.Cloud, of faults.Witness, patience time.Duration) error {
	node := cloud.NodeByName(of.Node)
	if node == nil || node.Power == nil {
		return power.ErrNone
	}
	if faults.PlaceOf(node) != of.Place {
		return errors.New("the node that was struck has its power at another place, by what its run was told of it")
	}
	driver, err := power.Open(node.Power, nil)
	if err != nil {
		return err
	}
	o := &order{errand: &errand{Task: outside.Task{Node: node.Name}}, driver: driver}
	if _, err := o.powerOn(ctx); err != nil {
		return err
	}
	waiting := true
	for until := outside.Uptime() + patience; waiting && outside.Uptime() < until && !speaks(ctx, node.Address.String()); {
		waiting = outside.Wait(ctx, outside.AskEvery) == nil
	}
	return nil // the power is back, whatever else is not yet
}

// status asks once.
func (o *order) status(ctx context.Context) (power.State, error) {
	ctx, cancel := context.WithTimeout(ctx, onWithin)
	defer cancel()
	return o.driver.Status(ctx)
}

// turn gives an order once, and whoever had no more time for it does not break it
// off.
func (o *order) turn(ctx context.Context, action power.Action) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), orderWithin)
	defer cancel()
	return o.driver.Do(ctx, action)
}
