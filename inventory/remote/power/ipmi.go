package power

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/bougou/go-ipmi/pkg/client"
	"github.com/bougou/go-ipmi/pkg/command/chassis"
	"github.com/bougou/go-ipmi/pkg/types"

	"github.com/openstack-eris/eris/inventory"
)

// The controller gets one packet at a time. Questions are asked again when no
// answer came; an action never is, since a controller may do it twice.
const (
	answerWithin = time.Second
	askAgain     = 3
	actionWithin = 5 * time.Second
)

// logInWithin is how long a controller may take for an answer, in each round through the
// cipher suites: one that is busy or starts anew does not answer for seconds.
func logInWithin() []time.Duration { return []time.Duration{answerWithin, 3 * answerWithin} }

type ipmi struct {
	address        netip.AddrPort
	user, password string
	dial           Dial
}

// maxPassword is IPMI 2.0's longest password in bytes (section 22.30).
const maxPassword = 20

// openIPMI reads the password.
func openIPMI(p *inventory.Power, dial Dial) (Driver, error) {
	password, err := readPassword(p.PasswordFile)
	if err == nil && len(password) > maxPassword {
		err = fmt.Errorf("read password of the BMC: %s: %d bytes, IPMI has at most %d", p.PasswordFile, len(password), maxPassword)
	}
	if err != nil {
		return nil, err
	}
	return &ipmi{address: p.Address, user: p.User, password: password, dial: dial}, nil
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
			err = fmt.Errorf("%w: %w", ErrUnknown, short(err))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("power %s at %s: %w", action, d.address, err)
	}
	return nil
}

// session logs in, lets do, and logs out.
func (d *ipmi) session(ctx context.Context, do func(c *client.Client) error) error {
	c, err := d.logIn(ctx)
	if err != nil {
		return short(fmt.Errorf("log in as %s: %w", d.user, err))
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
		defer cancel()
		// Its own limit stays as it is: of a question that was given up the client may
		// still wait for the answer, by that limit. It forgets an idle session by itself.
		_ = c.WithRetry(0).Close(end)
	}()
	return do(c)
}

// logIn opens a session with the first cipher suite that the controller takes;
// only those that authenticate, sign and encrypt are offered: 17 (SHA-256), then
// 3 (SHA-1). Each is tried over a port of its own: a slow controller answers a
// question that was repeated twice, and the second answer would be read as one
// to the next question. A password is offered once only, since controllers lock
// users out.
func (d *ipmi) logIn(ctx context.Context) (*client.Client, error) {
	var errs []error
	for _, within := range logInWithin() {
		for _, suite := range []types.CipherSuiteID{types.CipherSuiteID17, types.CipherSuiteID3} {
			c, err := client.NewClient(d.address.Addr().String(), int(d.address.Port()), d.user, d.password)
			if err != nil {
				return nil, err
			}
			via := &proxy{ctx: ctx, dial: d.dial, address: d.address.String()}
			c.WithTimeout(within).WithRetry(askAgain).WithCipherSuiteID(suite).WithUDPProxy(via)
			if err = c.Connect(ctx); err == nil {
				return c, nil
			}
			via.close()
			errs = append(errs, err)
			if offered(err) || ctx.Err() != nil {
				return nil, errors.Join(errs...)
			}
			if strings.Contains(err.Error(), unheard) {
				break // no suite has been asked for
			}
		}
	}
	return nil, errors.Join(errs...)
}

// unheard is in an error of the first message of a session, which has no answer where the
// controller is away or busy.
const unheard = "Get Channel Authentication Capabilities"

// offered says whether a session that was not opened had got as far as the proof of the
// password, which is in the last of its messages, rakp3.
func offered(err error) bool {
	return !slices.ContainsFunc([]string{unheard, "Open Session", "rakp1"}, func(before string) bool {
		return strings.Contains(err.Error(), before)
	})
}

// proxy is the client library's way to be given a connection.
type proxy struct {
	ctx     context.Context //nolint:containedctx // its Dial has none; this one lives for a session
	dial    Dial
	address string
	opened  []net.Conn
}

// Dial opens a port of its own.
func (p *proxy) Dial(string, string) (net.Conn, error) {
	conn, err := p.dial(p.ctx, "udp", p.address)
	if err == nil {
		p.opened = append(p.opened, conn)
	}
	return conn, err
}

// close is for a session that was not opened; one that was closes its own.
func (p *proxy) close() {
	for _, conn := range p.opened {
		_ = conn.Close()
	}
}
