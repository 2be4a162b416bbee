package simcloud_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/power"
	"github.com/openstack-eris/eris/testenv/simcloud"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

func TestANodeIsSwitchedThroughItsManagementController(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	read, err := inventory.Load(cloud.Inventory())
	require.NoError(t, err)
	name := cloud.Holder()
	require.NotEmpty(t, name)
	driver, err := power.Open(read.NodeByName(name).Power, nil)
	require.NoError(t, err)
	says := func(want power.State) {
		t.Helper()
		state, err := driver.Status(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, state)
	}
	says(power.On)
	boot := cloud.Node(name).BootID()
	require.NoError(t, driver.Do(t.Context(), power.TurnOff))
	says(power.Off)
	require.False(t, cloud.Node(name).On())
	_, err = dial(t, cloud, name)
	require.Error(t, err)
	newClient(t, cloud).eventually(t, 201) // another node has the address
	require.NotEqual(t, name, cloud.Holder())

	require.NoError(t, driver.Do(t.Context(), power.TurnOn))
	says(power.On)
	require.NotEqual(t, boot, cloud.Node(name).BootID())
	boot = cloud.Node(name).BootID()
	require.NoError(t, driver.Do(t.Context(), power.TurnOn))
	require.Equal(t, boot, cloud.Node(name).BootID(), "what is on stays as it is")
	require.NoError(t, driver.Do(t.Context(), power.Cycle))
	says(power.On)
	require.NotEqual(t, boot, cloud.Node(name).BootID())
	boot = cloud.Node(name).BootID()
	require.NoError(t, driver.Do(t.Context(), power.Reset))
	says(power.On) // its power is not away
	require.Eventually(t, func() bool { return cloud.Node(name).BootID() != boot && cloud.Node(name).On() }, patience, time.Millisecond, "it boots")
	says(power.On)
	require.True(t, offBetweenBoots(t, cloud.Node(name), driver), "at one of five tries")
	says(power.Off)
	require.Never(t, cloud.Node(name).On, 1500*time.Millisecond, 10*time.Millisecond, "what is switched off between two boots stays off")
}

// offBetweenBoots resets a node and switches it off before it boots again, which on a
// busy machine is too late now and then.
func offBetweenBoots(t *testing.T, n *node.Node, driver power.Driver) bool {
	t.Helper()
	went := func() (times int) {
		for _, e := range n.Log() {
			if e.Event == "power" && e.Detail == "off" {
				times++
			}
		}
		return times
	}
	for range 5 {
		require.NoError(t, driver.Do(t.Context(), power.TurnOn))
		before := went()
		require.NoError(t, driver.Do(t.Context(), power.Reset))
		require.Eventually(t, func() bool { return went() > before }, patience, time.Millisecond, "it boots")
		require.NoError(t, driver.Do(t.Context(), power.TurnOff))
		if went() == before+1 {
			return true
		}
	}
	return false
}

func TestAManagementControllerWantsThePassword(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	read, err := inventory.Load(cloud.Inventory())
	require.NoError(t, err)
	wrong := *read.NodeByName("ctl-1").Power
	wrong.PasswordFile = filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(wrong.PasswordFile, []byte("0123456789abcdef\n"), 0o600))
	driver, err := power.Open(&wrong, nil)
	require.NoError(t, err)
	state, err := driver.Status(t.Context())
	require.Error(t, err)
	require.Equal(t, power.Unknown, state)
	require.Error(t, driver.Do(t.Context(), power.TurnOff))
	require.True(t, cloud.Node("ctl-1").On())
}

// slow is a controller that knows no SHA-256, as OpenIPMI's, and is so slow that
// the question was repeated: it says so twice.
type slow struct {
	net.Conn
	newSuite bool // the last question was for SHA-256
	again    []byte
}

func (s *slow) Write(b []byte) (int, error) {
	const openSession, sha256 = 0x10, 0x03
	s.newSuite = len(b) > 28 && b[5] == openSession && b[28] == sha256
	return s.Conn.Write(b)
}

func (s *slow) Read(b []byte) (int, error) {
	if s.again != nil {
		n := copy(b, s.again)
		s.again = nil
		return n, nil
	}
	n, err := s.Conn.Read(b)
	if err == nil && s.newSuite {
		const noSuchSuite = 0x11
		b[14], b[15], b[17] = 8, 0, noSuchSuite // length and status
		n = 24
		s.again = append([]byte(nil), b[:n]...)
	}
	return n, err
}

func TestASlowManagementControllersSecondAnswerIsNotTakenForAnother(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	read, err := inventory.Load(cloud.Inventory())
	require.NoError(t, err)
	asked := 0
	driver, err := power.Open(read.NodeByName("ctl-1").Power, func(ctx context.Context, network, address string) (net.Conn, error) {
		asked++
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		return &slow{Conn: conn}, err
	})
	require.NoError(t, err)
	state, err := driver.Status(t.Context())
	require.NoError(t, err)
	require.Equal(t, power.On, state)
	require.Equal(t, 2, asked, "a port of its own for each cipher suite")
}

// mute is a controller that does not hear the second question of a session, after the
// one for privileges, and tells of it.
type mute struct {
	net.Conn
	asked int
	heard func()
}

func (m *mute) Write(b []byte) (int, error) {
	const rmcpPlus, inSession = 0x06, 0xc0 // signed and encrypted
	if b[4] == rmcpPlus && b[5] == inSession {
		if m.asked++; m.asked == 2 {
			m.heard()
			return len(b), nil
		}
	}
	return m.Conn.Write(b)
}

// Its end is under the race detector: what was asked is still waited for.
func TestAQuestionThatIsGivenUpEndsItsSession(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	read, err := inventory.Load(cloud.Inventory())
	require.NoError(t, err)
	ctx, giveUp := context.WithCancel(t.Context())
	var conn *mute
	driver, err := power.Open(read.NodeByName("ctl-1").Power, func(ctx context.Context, network, address string) (net.Conn, error) {
		plain, err := (&net.Dialer{}).DialContext(ctx, network, address)
		conn = &mute{Conn: plain, heard: giveUp}
		return conn, err
	})
	require.NoError(t, err)
	state, err := driver.Status(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, power.Unknown, state)
	require.Equal(t, 3, conn.asked, "it has logged out")
	state, err = driver.Status(t.Context())
	require.NoError(t, err, "it asks again, once that is waited for")
	require.Equal(t, power.On, state)
}

// deaf is a controller that is too busy to answer.
type deaf struct{ net.Conn }

func (*deaf) Write(b []byte) (int, error) { return len(b), nil }
func (*deaf) Read([]byte) (int, error)    { return 0, os.ErrDeadlineExceeded }

func TestAManagementControllerThatIsBusyIsGivenMoreTime(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	read, err := inventory.Load(cloud.Inventory())
	require.NoError(t, err)
	asked := 0
	driver, err := power.Open(read.NodeByName("ctl-1").Power, func(ctx context.Context, network, address string) (net.Conn, error) {
		asked++
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err == nil && asked == 1 {
			conn = &deaf{Conn: conn}
		}
		return conn, err
	})
	require.NoError(t, err)
	state, err := driver.Status(t.Context())
	require.NoError(t, err)
	require.Equal(t, power.On, state)
	require.Equal(t, 2, asked, "by one cipher suite, since none was asked for")
}
