package power

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/bougou/go-ipmi/pkg/client"
	"github.com/bougou/go-ipmi/pkg/command/chassis"
	"github.com/bougou/go-ipmi/pkg/types"
)

// The controller gets one packet at a time. Questions are asked again when no
// answer came; an action never is, since a controller may do it twice.
const (
	answerWithin = time.Second
	askAgain     = 3
	actionWithin = 5 * time.Second
)

type ipmi struct {
	address        netip.AddrPort
	user, password string
	dial           Dial
}

// Status implements Driver.
func (d *ipmi) Status(ctx context.Context) (State, error) {
	state := Unknown
	err := d.session(ctx, func(c *client.Client) error {
		answer, err := c.GetChassisStatus(ctx)
		if err != nil {
			return err
		}
		if state = Off; answer.PowerIsOn {
			state = On
		}
		return nil
	})
	if err != nil {
		return Unknown, fmt.Errorf("read power at %s: %w", d.address, err)
	}
	return state, nil
}

// Do implements Driver.
func (d *ipmi) Do(ctx context.Context, action Action) error {
	control, known := map[Action]chassis.ChassisControl{
		TurnOn: chassis.ChassisControlPowerUp, TurnOff: chassis.ChassisControlPowerDown,
		Cycle: chassis.ChassisControlPowerCycle, Reset: chassis.ChassisControlHardReset,
	}[action]
	if !known {
		return fmt.Errorf("power %s at %s: no such action", action, d.address)
	}
	err := d.session(ctx, func(c *client.Client) error {
		_, err := c.WithRetry(0).WithTimeout(actionWithin).ChassisControl(ctx, control)
		if err != nil {
			err = fmt.Errorf("%w: %w", ErrUnknown, plain(err))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("power %s at %s: %w", action, d.address, err)
	}
	return nil
}

// session logs in, lets do, and logs out. Only cipher suites that
// authenticate, sign and encrypt are offered: 17 (SHA-256), then 3 (SHA-1).
func (d *ipmi) session(ctx context.Context, do func(c *client.Client) error) error {
	c, err := client.NewClient(d.address.Addr().String(), int(d.address.Port()), d.user, d.password)
	if err != nil {
		return plain(err)
	}
	c.WithTimeout(answerWithin).WithRetry(askAgain).WithCipherSuiteID(types.CipherSuiteID17, types.CipherSuiteID3).
		WithUDPProxy(proxy{ctx: ctx, dial: d.dial, address: d.address.String()})
	if err := c.Connect(ctx); err != nil {
		return plain(fmt.Errorf("log in as %s: %w", d.user, err))
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
		defer cancel()
		_ = c.WithRetry(0).WithTimeout(answerWithin).Close(end) // it forgets an idle session by itself
	}()
	return do(c)
}

// plain puts an error of several lines on one.
func plain(err error) error {
	if text := err.Error(); strings.Contains(text, "\n") {
		return fmt.Errorf("%s", strings.Join(strings.Fields(text), " "))
	}
	return err
}

// proxy is the client library's way to be given a connection.
type proxy struct {
	ctx     context.Context //nolint:containedctx // its Dial has none; this one lives for a session
	dial    Dial
	address string
}

func (p proxy) Dial(string, string) (net.Conn, error) { return p.dial(p.ctx, "udp", p.address) }
