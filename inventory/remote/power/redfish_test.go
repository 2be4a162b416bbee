package power_test

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/power"
	"github.com/openstack-eris/eris/testenv/simcloud/bmc"
)

// box is a machine that is only its power.
type box struct {
	mu     sync.Mutex
	off    bool
	resets int
}

func (b *box) machine() bmc.Machine {
	set := func(off bool) func() error {
		return func() error {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.off = off
			return nil
		}
	}
	return bmc.Machine{
		On: func() bool { return !b.is(true) }, PowerOn: set(false), PowerOff: set(true),
		Reset: func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.resets++
		},
	}
}

func (b *box) is(off bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.off == off
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// serve starts a service, and says how an inventory would reach it.
func serve(t *testing.T, service http.Handler) *inventory.Power {
	t.Helper()
	server := httptest.NewTLSServer(service)
	t.Cleanup(server.Close)
	ca := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	return &inventory.Power{
		Kind: inventory.Redfish, URL: server.URL, Machine: "1", User: "operator",
		PasswordFile: write(t, "password", "hush hush\n"), CAFile: write(t, "ca.pem", ca),
	}
}

func service(b *box) *bmc.Redfish {
	return &bmc.Redfish{Machine: b.machine(), User: "operator", Password: "hush hush"}
}

func open(t *testing.T, p *inventory.Power) power.Driver {
	t.Helper()
	d, err := power.Open(p, nil)
	require.NoError(t, err)
	return d
}

func reads(t *testing.T, d power.Driver) power.State {
	t.Helper()
	state, err := d.Status(t.Context())
	require.NoError(t, err)
	return state
}

func TestARedfishServiceSwitchesAndNoSessionIsLeft(t *testing.T) {
	t.Parallel()
	b := &box{}
	s := service(b)
	s.Allowed = []string{"ForceOff", "ForceOn", "ForceRestart"} // no On, as some
	d := open(t, serve(t, s))
	require.Equal(t, power.On, reads(t, d))
	require.NoError(t, d.Do(t.Context(), power.TurnOff))
	require.Eventually(t, func() bool { return b.is(true) }, 5*time.Second, time.Millisecond)
	require.Equal(t, power.Off, reads(t, d))
	require.NoError(t, d.Do(t.Context(), power.TurnOn))
	require.NoError(t, d.Do(t.Context(), power.Reset))
	require.Eventually(t, func() bool { b.mu.Lock(); defer b.mu.Unlock(); return b.resets == 1 && !b.off }, 5*time.Second, time.Millisecond)
	err := d.Do(t.Context(), power.Cycle)
	require.ErrorContains(t, err, "it takes none of [PowerCycle], only [ForceOff ForceOn ForceRestart]")
	require.NotErrorIs(t, err, power.ErrUnknown, "nothing was sent")
	left, ever := s.Sessions()
	require.Zero(t, left)
	require.Equal(t, 6, ever)
}

// What takes its time is neither on nor off meanwhile.
func TestAPowerStateOnItsWayIsNeither(t *testing.T) {
	t.Parallel()
	b := &box{}
	s := service(b)
	s.Takes = time.Hour
	d := open(t, serve(t, s))
	require.NoError(t, d.Do(t.Context(), power.TurnOff))
	state, err := d.Status(t.Context())
	require.Equal(t, power.Unknown, state)
	require.ErrorContains(t, err, `its PowerState is "PoweringOff"`)
}

// That an order was accepted says nothing of the machine.
func TestAnOrderThatIsAcceptedAndNotDoneReadsAsNotDone(t *testing.T) {
	t.Parallel()
	s := service(&box{})
	s.Idle = true
	d := open(t, serve(t, s))
	require.NoError(t, d.Do(t.Context(), power.TurnOff))
	require.Equal(t, power.On, reads(t, d))
}

func TestRedfishErrorsNameThePlaceAndNoPassword(t *testing.T) {
	t.Parallel()
	wrong := serve(t, service(&box{}))
	wrong.PasswordFile = write(t, "wrong", "guess work\n")
	strange := serve(t, service(&box{}))
	strange.CAFile = ""
	missing := serve(t, service(&box{}))
	missing.Machine = "blade/7"
	elsewhere := serve(t, http.RedirectHandler("https://198.51.100.1/", http.StatusTemporaryRedirect))
	page := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		for range 1000 {
			_, _ = w.Write([]byte("<p>busy</p>\n"))
		}
	}))
	for want, p := range map[string]*inventory.Power{
		"log in as operator: 401": wrong, "certificate": strange, "was not found": missing, "307": elsewhere, "503": page,
	} {
		d := open(t, p)
		state, err := d.Status(t.Context())
		require.Equal(t, power.Unknown, state)
		require.ErrorContains(t, err, "read power at "+p.Place()+": ")
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "\n")
		require.Less(t, len(err.Error()), 500)
		err = d.Do(t.Context(), power.TurnOff)
		require.ErrorContains(t, err, want)
		for _, secret := range []string{"hush", "guess"} {
			require.NotContains(t, err.Error(), secret)
		}
	}
	bad := serve(t, service(&box{}))
	bad.CAFile = write(t, "ca.pem", "nothing")
	_, err := power.Open(bad, nil)
	require.ErrorContains(t, err, "has none in PEM")
}

func TestAnInsecureServiceIsSpokenToOnlyWhereTheInventorySaysSo(t *testing.T) {
	t.Parallel()
	p := serve(t, service(&box{}))
	p.CAFile, p.Insecure = "", true
	require.Equal(t, power.On, reads(t, open(t, p)))
}

// An order whose answer was lost may have been done.
func TestAnOrderWithoutAnAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	b := &box{}
	s := service(b)
	d := open(t, serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/redfish/v1/Systems/1/Actions/ComputerSystem.Reset" {
			s.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		s.ServeHTTP(w, r)
	})))
	require.ErrorIs(t, d.Do(t.Context(), power.TurnOff), power.ErrUnknown)
	require.Eventually(t, func() bool { return b.is(true) }, 5*time.Second, time.Millisecond)
	left, _ := s.Sessions()
	require.Zero(t, left)
}
