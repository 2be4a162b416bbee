//go:build !lab

package service_test

import (
	"flag"
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
)

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	// Nearly all of a test is waiting for leases: many run at once. More than
	// these would end no sooner, since the longest waits longer than they take
	// together, and would all arm in the same second.
	if err := flag.Set("test.parallel", "12"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
