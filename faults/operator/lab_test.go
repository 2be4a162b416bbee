//go:build lab

package operator_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/familytest"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(faultOf, nil)
	os.Exit(labtest.MainBare(m, labtest.AtOnce))
}

// labBed is a node of the shared lab, which the test has to itself, or a service
// on it.
func labBed(t *testing.T, service string) (faulttest.Bed, string) {
	t.Helper()
	t.Parallel()
	berth := labtest.Take(t, struck)
	bed := bedOf(t, berth.Inventory, service)
	bed.Reboot = berth.Reboot
	return bed, berth.Inventory
}

// onLab runs tests at once, each on a node of its own.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t, "memcached")
	f(t, bed)
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "operator", faultOf)
}

func TestEngineKilledOnARealNode(t *testing.T) {
	familytest.EngineKilled(t, faulttest.Sample(t, faulttest.Kinds(t, "operator")), faultOf, func(t *testing.T, _ string) (faulttest.Bed, string) {
		t.Helper()
		return labBed(t, "memcached")
	})
}

// The same fault in Python, bash and Perl stands what every fault does.
func TestOtherLanguagesOnARealNode(t *testing.T) {
	faulttest.Kind(t, onLab, func() faults.Fault {
		fault, err := scriptsIn("testdata", "languages", name, address)
		require.NoError(t, err)
		return fault
	})
}

func TestALanguageThatANodeDoesNotHaveIsRefusedOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "")
	missing, err := scriptsIn("testdata", "missing")
	require.NoError(t, err)
	require.Contains(t, bed.Refusal(t, missing), "/opt/eris/no-such-language is not installed")
}

func TestDrillsOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "")
	standsDrills(t, bed)
}

func TestWhatIsIrreversibleIsNeverToldAsUndoneOnARealNode(t *testing.T) {
	bed, _ := labBed(t, "")
	staysIrreversible(t, bed)
}
