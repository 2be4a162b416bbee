// Package labtest gives real-node tests of other packages a lab to run on.
// Such tests live in files with the build tag `lab` and need root:
//
//	func TestMain(m *testing.M) { os.Exit(labtest.Main(m)) }
//
//	func TestKill(t *testing.T) {
//		cloud := labtest.Shared(t)
//		inventory.Load(cloud.Inventory) // and everything else as on a real cloud
//	}
//
// Main runs the whole test program inside the lab's network, so that nodes
// and VIP are reached by plain dials. A test that cannot use it reaches the
// network with `nsenter --net=NETNS COMMAND`.
//
// The lab is shared between packages and stays up between runs; a test leaves
// it as it found it, healthy. `eris lab down --name check` takes it away.
//
// Tests that need a whole OpenStack carry the build tag `openstack` and are in
// packages of their own; they use MainOpenStack and OpenStack, and share a lab
// called full. The nodes of a third, of the profile bare, are taken one by one,
// by as many tests at once; see Take.
package labtest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openstack-eris/eris/testenv/lab"
)

// Env, FullEnv, BareEnv, RuntimesEnv and HealingEnv are the environment variables that name
// the labs to share; without them they are called check, full, bare, runtimes and healing.
const (
	Env         = "ERIS_TEST_LAB"
	FullEnv     = "ERIS_TEST_FULL_LAB"
	BareEnv     = "ERIS_TEST_BARE_LAB"
	RuntimesEnv = "ERIS_TEST_RUNTIMES_LAB"
	HealingEnv  = "ERIS_TEST_HEALING_LAB"
)

// Lab is a healthy lab.
type Lab struct {
	Options   lab.Options
	Inventory string // path of its inventory
	Netns     string // path of its network namespace, for nsenter --net=
}

// Options name the shared lab: one that is up as it is, a new one of the
// profile keystone.
func Options() lab.Options {
	o := named(Env, "check", "")
	if _, err := lab.Inventory(o); errors.Is(err, lab.ErrNotUp) {
		o.Profile = "keystone"
	}
	return o
}

// OpenStackOptions name the shared lab with a whole OpenStack.
func OpenStackOptions() lab.Options { return named(FullEnv, "full", "openstack") }

// RuntimesOptions name the shared lab of the profile runtimes.
func RuntimesOptions() lab.Options { return named(RuntimesEnv, "runtimes", "runtimes") }

// HealingOptions name the shared lab of the profile healing.
func HealingOptions() lab.Options { return named(HealingEnv, "healing", "healing") }

func named(env, usual, profile string) lab.Options {
	name := os.Getenv(env)
	if name == "" {
		name = usual
	}
	return lab.Options{Name: name, Profile: profile}
}

// Main brings the shared lab up, moves the test program into its network and
// runs the tests, one at a time. Its result is the exit status for os.Exit.
func Main(m *testing.M) int { return run(m, Options(), 1) }

// MainOpenStack is Main on the lab with a whole OpenStack.
func MainOpenStack(m *testing.M) int { return run(m, OpenStackOptions(), 1) }

// MainRuntimes is Main on the lab of the profile runtimes.
func MainRuntimes(m *testing.M) int { return run(m, RuntimesOptions(), 1) }

// MainHealing is Main on the lab of the profile healing.
func MainHealing(m *testing.M) int { return run(m, HealingOptions(), 1) }

// run has at most so many tests run at once, whatever they say of themselves.
func run(m *testing.M, o lab.Options, atOnce int) int {
	if err := flag.Set("test.parallel", strconv.Itoa(atOnce)); err != nil {
		panic(err)
	}
	ctx := context.Background()
	o.Progress = func(step, detail string) {
		if mends(step, detail) {
			fmt.Fprintf(os.Stderr, "labtest: lab %s: %s: %s\n", o.Name, step, detail)
		}
	}
	if err := up(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "labtest:", err)
		return 1
	}
	if err := lab.JoinNetwork(o); err != nil {
		fmt.Fprintln(os.Stderr, "labtest:", err)
		return 1
	}
	return m.Run()
}

// Tell prints a figure of a test that is shown also where every test passes.
func Tell(t testing.TB, format string, args ...any) {
	t.Helper()
	fmt.Fprintf(os.Stderr, "labtest: %s: %s\n", t.Name(), fmt.Sprintf(format, args...))
}

// Shared brings the shared lab up, or to health again where a test before
// left it otherwise, and says where it is.
func Shared(t testing.TB) *Lab {
	t.Helper()
	return healthy(t, Options())
}

// OpenStack is Shared for the lab with a whole OpenStack.
func OpenStack(t testing.TB) *Lab {
	t.Helper()
	return healthy(t, OpenStackOptions())
}

// Runtimes is Shared for the lab of the profile runtimes.
func Runtimes(t testing.TB) *Lab {
	t.Helper()
	return healthy(t, RuntimesOptions())
}

func healthy(t testing.TB, o lab.Options) *Lab {
	t.Helper()
	o.Progress = func(step, detail string) {
		t.Logf("lab: %s: %s", step, detail)
		if mends(step, detail) { // also where every test passes
			fmt.Fprintf(os.Stderr, "labtest: lab %s, before %s: %s: %s\n", o.Name, t.Name(), step, detail)
		}
	}
	// One that says that it is healthy is not proven by another server's life: that it
	// was when the tests of this package began, and after whatever had left it unwell.
	if s, err := lab.ReadStatus(t.Context(), o); err != nil || !s.Healthy {
		if err := up(t.Context(), o); err != nil {
			t.Fatalf("bring lab %s up: %v", o.Name, err)
		}
	}
	file, err := lab.Inventory(o)
	if err != nil {
		t.Fatalf("find inventory: %v", err)
	}
	return &Lab{Options: o, Inventory: file, Netns: lab.NetworkFile(o)}
}

// mends tells a step by which a lab that was left unwell is brought back from
// one that only looks at it.
func mends(step, detail string) bool {
	return step != "health" && step != "smoke" && step != "took" || strings.HasPrefix(detail, "waiting")
}

// up allows for the image, which is built once on a machine.
func up(ctx context.Context, o lab.Options) error {
	ctx, cancel := context.WithTimeout(ctx, 25*time.Minute)
	defer cancel()
	return lab.Up(ctx, o)
}
