// Package bmc gives a simulated node a management controller that speaks IPMI
// 2.0 on loopback, as a real node's does.
package bmc

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"

	"github.com/bougou/go-ipmi/pkg/bmc"
	"github.com/bougou/go-ipmi/pkg/hal"
	"github.com/bougou/go-ipmi/pkg/server"
	"github.com/bougou/go-ipmi/pkg/transport/udp"
	"github.com/bougou/go-ipmi/pkg/types"
)

// Machine is what a controller switches.
type Machine struct {
	On       func() bool
	PowerOn  func() error
	PowerOff func() error
	Reset    func() // begins a boot anew and does not wait for it
}

// Controller is one machine's management controller. Close ends it; the
// machine stays as it is.
type Controller struct {
	address net.Addr
	line    *line
	server  *server.Server
	cancel  context.CancelFunc
	ended   chan error
}

// Listen starts a controller on a free port of loopback, with one user.
func Listen(ctx context.Context, machine Machine, name, password string) (*Controller, error) {
	var guid [16]byte
	_, _ = rand.Read(guid[:]) // it never fails
	b := bmc.New(bmc.DeviceInfo{DeviceID: 0x20, IPMIVersion: 0x20}, guid, &hardware{chassis: chassis{Machine: machine}}, bmc.WithV15Disabled(),
		bmc.WithCipherSuites([]types.CipherSuiteID{types.CipherSuiteID17, types.CipherSuiteID3}))
	user, err := b.Users.Add(2, name)
	if err != nil {
		return nil, fmt.Errorf("start management controller: %w", err)
	}
	user.SetPassword([]byte(password))
	user.Enabled = true
	user.ChannelAccess[1] = bmc.UserChannelAccess{MaxPrivilege: bmc.PrivilegeLevelAdministrator, Enabled: true}
	conn, err := udp.Listen("127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start management controller: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	wire := &line{Conn: conn}
	c := &Controller{address: conn.LocalAddr(), line: wire, server: server.NewServer(b, wire), cancel: cancel, ended: make(chan error, 1)}
	go func() { c.ended <- c.server.Serve(ctx) }()
	return c, nil
}

// Addr is where it listens, UDP.
func (c *Controller) Addr() net.Addr { return c.address }

// Cut makes the controller deaf, as one whose network is gone or that hangs, until
// it is called with false. What it was told before it does.
func (c *Controller) Cut(cut bool) { c.line.cut.Store(cut) }

// line is a controller's wire.
type line struct {
	*udp.Conn
	cut atomic.Bool
}

// ReadFrom drops what comes while the wire is cut.
func (l *line) ReadFrom(buf []byte) (int, net.Addr, error) {
	for {
		n, from, err := l.Conn.ReadFrom(buf)
		if err != nil || !l.cut.Load() {
			return n, from, err
		}
	}
}

// Close ends the controller and waits for it.
func (c *Controller) Close() error {
	c.cancel()
	err := c.server.Close()
	if ended := <-c.ended; ended != nil && !errors.Is(ended, context.Canceled) && !errors.Is(ended, net.ErrClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

// hardware is a machine whose only part is its power.
type hardware struct{ chassis chassis }

func (h *hardware) Chassis() hal.ChassisHAL { return &h.chassis }
func (*hardware) Sensors() hal.SensorHAL    { return nil }
func (*hardware) Storage() hal.StorageHAL   { return nil }
func (*hardware) Network() hal.NetworkHAL   { return nil }
func (*hardware) GPIO() hal.GPIOHAL         { return nil }
func (*hardware) I2C() hal.I2CHAL           { return nil }
func (*hardware) Console() hal.ConsoleHAL   { return nil }
func (*hardware) Close() error              { return nil }

// chassis does one thing at a time, as a controller does.
type chassis struct {
	Machine
	mu sync.Mutex
}

func (c *chassis) PowerState(context.Context) (bool, error) { return c.On(), nil }

func (c *chassis) SetPower(_ context.Context, on bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if on {
		return c.Machine.PowerOn()
	}
	return c.Machine.PowerOff()
}

func (c *chassis) PowerCycle(context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.Machine.PowerOff(); err != nil {
		return err
	}
	return c.Machine.PowerOn()
}

func (c *chassis) ColdReset(context.Context) error {
	c.Machine.Reset()
	return nil
}

// The rest is not there.
func (*chassis) WarmReset(context.Context) error              { return hal.ErrNotSupported }
func (*chassis) Identify(context.Context, uint8) error        { return hal.ErrNotSupported }
func (*chassis) IntrusionState(context.Context) (bool, error) { return false, hal.ErrNotSupported }
func (*chassis) SetBootFlags(context.Context, *types.BootOptionParam_BootFlags) error {
	return hal.ErrNotSupported
}

func (*chassis) GetBootFlags(context.Context) (*types.BootOptionParam_BootFlags, error) {
	return nil, hal.ErrNotSupported
}

func (*chassis) SetBootInfoAcknowledge(context.Context, *types.BootOptionParam_BootInfoAcknowledge) error {
	return hal.ErrNotSupported
}

func (*chassis) GetBootInfoAcknowledge(context.Context) (*types.BootOptionParam_BootInfoAcknowledge, error) {
	return nil, hal.ErrNotSupported
}
