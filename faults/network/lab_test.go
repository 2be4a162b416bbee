//go:build lab

package network_test

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	os.Exit(labtest.Main(m))
}

// labBed is a node of the shared lab.
func labBed(t *testing.T, service string) (faulttest.Bed, string) {
	t.Helper()
	shared := labtest.Shared(t)
	bed := bedOf(t, shared.Inventory, service)
	bed.Reboot = func(ctx context.Context) error {
		if err := lab.PowerOff(ctx, shared.Options, struck); err != nil {
			return err
		}
		return lab.PowerOn(ctx, shared.Options, struck)
	}
	return bed, shared.Inventory
}

// onLab runs tests one after the other on a service, or a whole node.
func onLab(t *testing.T, f func(t *testing.T, bed faulttest.Bed)) {
	t.Helper()
	bed, _ := labBed(t, serviceOf(t.Name()))
	f(t, bed)
}

func TestEveryKindOnARealNode(t *testing.T) {
	faulttest.Family(t, onLab, "network", newFault)
}

func TestEngineKilledOnARealNode(t *testing.T) {
	for _, kind := range faulttest.Kinds(t, "network") {
		t.Run(kind, func(t *testing.T) {
			bed, file := labBed(t, serviceOf(kind))
			fault, ok := newFault(kind)
			require.True(t, ok)
			faulttest.Killed(t, bed, startEngine, file, kind, fault)
		})
	}
}

func TestForeignTablesStayAsTheyAreOnARealNode(t *testing.T) {
	for _, kind := range faulttest.Kinds(t, "network") {
		t.Run(kind, func(t *testing.T) {
			bed, _ := labBed(t, serviceOf(kind))
			foreignTablesStay(t, bed, kind)
		})
	}
}
