// Package power switches machines on and off through their out-of-band
// management, and tells which they are. It never takes silence for an answer:
// what a management controller did not confirm is unknown.
package power

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/openstack-eris/eris/inventory"
)

// State is what a management controller says of its machine.
type State string

// The states of a machine's power.
const (
	On      State = "on"
	Off     State = "off"
	Unknown State = "unknown" // the controller did not say
)

// Action is what a management controller can be told to do.
type Action string

// The actions. Cycle is off, a moment, on; Reset does not take the power away.
const (
	TurnOn  Action = "on"
	TurnOff Action = "off"
	Cycle   Action = "cycle"
	Reset   Action = "reset"
)

// ErrUnknown says that an action was sent and not confirmed: it may have
// happened, or happen yet.
var ErrUnknown = errors.New("sent and not confirmed")

// ErrNone says that a node has no out-of-band power in the inventory.
var ErrNone = errors.New("the inventory knows no out-of-band power of the node")

// short puts an error on one line that fits a screen: some services answer with a
// page. What it stands on is kept.
func short(err error) error {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if text == err.Error() && len(text) <= longest {
		return err
	}
	return &shortened{text[:min(len(text), longest)], err}
}

// longest is what an error may have in bytes.
const longest = 300

type shortened struct {
	text string
	err  error
}

func (s *shortened) Error() string { return s.text }
func (s *shortened) Unwrap() error { return s.err }

// Driver is one machine's management controller.
type Driver interface {
	// Status asks whether the machine is on. With an error the state is Unknown.
	Status(ctx context.Context) (State, error)
	// Do returns when the controller has accepted the action, not when it is
	// done: Status tells that. An error that is not ErrUnknown says that
	// nothing will come of it: it was not sent, or it was refused.
	Do(ctx context.Context, action Action) error
}

// Dial opens a connection, as [net.Dialer.DialContext] does.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Open returns the driver of a node's power. It reads the password now and
// connects at each call. A nil dial is the plain one; libvirt's own program dials
// for itself.
func Open(p *inventory.Power, dial Dial) (Driver, error) {
	if p == nil {
		return nil, ErrNone
	}
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	switch p.Kind {
	case inventory.Redfish:
		return openRedfish(p, dial)
	case inventory.Libvirt:
		return openLibvirt(p)
	case inventory.Nova:
		return openNova(p, dial)
	case inventory.IPMI:
		return openIPMI(p, dial)
	}
	return nil, fmt.Errorf("open power: kind %q is not supported", p.Kind)
}

// httpsWithin bounds one question over HTTPS; some services need seconds for each.
const httpsWithin = 10 * time.Second

// sent tells of an action that failed whether it may have happened: only who says
// that the request was wrong has not done it. status is the HTTP status that an
// error tells of, 0 where it is none.
func sent(err error, status func(error) int) error {
	if err == nil {
		return nil
	}
	if code := status(err); code >= 400 && code < 500 {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnknown, err)
}
