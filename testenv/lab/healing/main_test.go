//go:build healing

package healing

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/openstack-eris/eris/testenv/lab"
)

// options name the lab of these tests: healing, or what ERIS_TEST_HEALING_LAB says.
func options() lab.Options {
	return lab.Options{Name: cmp.Or(os.Getenv("ERIS_TEST_HEALING_LAB"), "healing"), Profile: "healing"}
}

// TestMain brings the lab up and moves the test program into its network.
func TestMain(m *testing.M) {
	o := options()
	o.Progress = func(step, detail string) { fmt.Printf("lab: %s: %s\n", step, detail) }
	ctx, cancel := context.WithTimeout(context.Background(), 25*time.Minute)
	err := lab.Up(ctx, o)
	cancel()
	if err == nil {
		err = lab.JoinNetwork(o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
