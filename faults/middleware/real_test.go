//go:build lab || openstack

package middleware_test

import (
	"context"
	"testing"
	"time"

	"github.com/openstack-eris/eris/faults/faulttest"
	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// labBed is what a kind strikes in the shared lab. The name of a test has that
// of its kind in it.
func labBed(t *testing.T, kind string) (faulttest.Bed, string) {
	t.Helper()
	return realBed(t, labtest.Shared(t), kind)
}

// realBed is what a kind strikes in a lab.
func realBed(t *testing.T, shared *labtest.Lab, kind string) (faulttest.Bed, string) {
	t.Helper()
	bed := bedOf(t, shared.Inventory, kind)
	bed.Reboot = func(ctx context.Context) error {
		if err := lab.PowerOff(ctx, shared.Options, bed.Node.Name); err != nil {
			return err
		}
		return lab.PowerOn(ctx, shared.Options, bed.Node.Name)
	}
	faulttest.Eventually(t, time.Minute, "the target is healthy again after another test's reboot", func() bool { return !bed.Changed(t, bed) })
	return bed, shared.Inventory
}
