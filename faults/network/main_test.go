//go:build !lab

package network_test

import (
	"flag"
	"os"
	"testing"

	"github.com/openstack-eris/eris/faults/faulttest"
)

// carries names the interface of a simulated node.
const carries = "127.1.0.13"

func TestMain(m *testing.M) {
	faulttest.Engine(newFault, nil)
	if err := flag.Set("test.parallel", "12"); err != nil { // nearly all of a test is waiting
		panic(err)
	}
	os.Exit(m.Run())
}
