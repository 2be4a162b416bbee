package power_test

import (
	"encoding/pem"
	"errors"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/faults/power"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/simcloud"
	"github.com/openstack-eris/eris/testenv/simcloud/bmc"
)

// redfishBed is a node of a simulated cloud of its own, behind a Redfish service
// that takes its time.
func redfishBed(t *testing.T) (faulttest.Bed, *bmc.Redfish) {
	t.Helper()
	bed, _, cloud := simBed(t)
	service := &bmc.Redfish{Machine: machineOf(cloud, "ctl-2"), User: "operator", Password: "hush hush", Takes: 300 * time.Millisecond, Slow: 20 * time.Millisecond}
	server := httptest.NewTLSServer(service)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	p := &inventory.Power{
		Kind: inventory.Redfish, URL: server.URL, Machine: "1", User: "operator",
		PasswordFile: filepath.Join(dir, "password"), CAFile: filepath.Join(dir, "ca.pem"),
	}
	require.NoError(t, os.WriteFile(p.PasswordFile, []byte("hush hush\n"), 0o600))
	require.NoError(t, os.WriteFile(p.CAFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	bed.Node.Power = p
	return bed, service
}

// machineOf is a node of a simulated cloud as a controller switches it.
func machineOf(cloud *simcloud.Cloud, node string) bmc.Machine {
	return bmc.Machine{
		On: cloud.Node(node).Powered, Reset: cloud.Node(node).Reset,
		PowerOn: func() error { return cloud.PowerOn(node) }, PowerOff: func() error { return cloud.PowerOff(node) },
	}
}

// The shared suite, for a service that is slower and says more than IPMI does.
func TestEveryKindByRedfish(t *testing.T) {
	t.Parallel()
	faulttest.Family(t, func(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
		t.Helper()
		t.Parallel()
		bed, service := redfishBed(t)
		f(t, bed)
		left, _ := service.Sessions()
		require.LessOrEqual(t, left, 1, "but for one of a worker that is asking")
		secretless(t, bed.KeeperDir)
	}, "power", faulttest.New)
}

// secretless asserts that no file that a keeper leaves has the password.
func secretless(t *testing.T, dir string) {
	t.Helper()
	require.NoError(t, filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		var text []byte
		if err == nil && !info.IsDir() {
			text, err = os.ReadFile(path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it has just been taken away
		}
		require.NotContains(t, string(text), "hush", path)
		return err
	}))
}

// A controller that says yes and does nothing: nothing was held, and the record does
// not say so.
func TestAnOrderThatIsNotDoneIsNoEffect(t *testing.T) {
	t.Parallel()
	for _, kind := range power.Kinds() {
		t.Run(kind.Name, func(t *testing.T) {
			t.Parallel()
			bed, service := redfishBed(t)
			service.Idle = true
			before := familytest.Boot(t, bed)
			run := bed.NewRun("run-idle", "ann@desk")
			run.Lease = faulttest.MaxLease
			i := run.Armed(t, kind.New())
			require.ErrorIs(t, i.Fire(t.Context(), faulttest.Admit), faults.ErrUnknown)
			require.Equal(t, record.Unknown, i.State())
			for _, e := range run.Journal.Events() {
				require.False(t, e.Target != nil && e.Target.State == record.Held, "%+v", e.Target)
			}
			require.NoError(t, i.Undo(t.Context(), "engine", ""))
			require.Equal(t, before, familytest.Boot(t, bed))
			bed.Clean(t)
		})
	}
}
