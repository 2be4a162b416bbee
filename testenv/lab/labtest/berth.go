package labtest

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	yaml "go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/testenv/lab"
)

// AtOnce is how many tests run at once on the nodes of the profile bare: nearly
// all of one is waiting for leases. Busy is for tests that keep processors busy.
const (
	AtOnce = 8
	Busy   = 2
)

// BareOptions name the shared lab of nodes without OpenStack.
func BareOptions() lab.Options { return named(BareEnv, "bare", "bare") }

// MainBare is Main on the lab whose nodes are taken one by one, for tests of which
// so many run at once.
func MainBare(m *testing.M, atOnce int) int { return run(m, BareOptions(), atOnce) }

// Berth is a node of the shared bare lab that a test has to itself, with others
// where it asked for some, as a cloud of their own.
type Berth struct {
	Inventory string // path of that cloud's inventory
	// Reboot takes the first node's power away, gives it back, and returns when
	// it can be reached again.
	Reboot func(ctx context.Context) error
}

// Take waits for as many nodes as there are names and keeps them until the test
// ends. In the inventory the nodes are called by these names, the first being the
// one to be struck: a test knows what its node is called, and not which it is.
func Take(t testing.TB, names ...string) *Berth {
	t.Helper()
	o := BareOptions()
	file, err := lab.Inventory(o)
	if err != nil {
		t.Fatalf("take a node: %v", err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("take a node: %v", err)
	}
	var cloud map[string]any
	if err := yaml.Load(text, &cloud); err != nil {
		t.Fatalf("take a node of %s: %v", file, err)
	}
	nodes, _ := cloud["nodes"].(map[string]any)
	taken := take(t, filepath.Dir(file), slices.Sorted(maps.Keys(nodes)), len(names))
	own := map[string]any{}
	for i, name := range names {
		own[name] = nodes[taken[i]]
		well(t, o, taken[i])
	}
	cloud["nodes"] = own
	services, _ := cloud["services"].(map[string]any)
	for _, service := range services {
		service.(map[string]any)["on"] = map[string]any{"nodes": names}
	}
	b := &Berth{Inventory: filepath.Join(t.TempDir(), "inventory.yaml")}
	if text, err = yaml.Marshal(cloud); err == nil {
		err = os.WriteFile(b.Inventory, text, 0o600)
	}
	if err != nil {
		t.Fatalf("write inventory of %v: %v", taken, err)
	}
	b.Reboot = func(ctx context.Context) error {
		if err := lab.PowerOff(ctx, o, taken[0]); err != nil {
			return err
		}
		return lab.PowerOn(ctx, o, taken[0])
	}
	return b
}

// take locks a file for each of the nodes that it chooses, so that tests of
// several programs can share a lab.
func take(t testing.TB, dir string, nodes []string, n int) []string {
	t.Helper()
	if n > len(nodes) {
		t.Fatalf("take %d nodes: the lab has %d", n, len(nodes))
	}
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		var taken []string
		var locks []*os.File
		for _, node := range nodes {
			if len(taken) == n {
				break
			}
			f, err := os.OpenFile(filepath.Join(dir, "taken."+node), os.O_CREATE|os.O_RDWR, 0o600)
			if err != nil {
				t.Fatalf("take a node: %v", err)
			}
			if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil {
				_ = f.Close()
				continue
			}
			taken, locks = append(taken, node), append(locks, f)
		}
		giveBack := func() {
			for _, f := range locks {
				_ = f.Close()
			}
		}
		if len(taken) == n {
			t.Cleanup(giveBack)
			return taken
		}
		giveBack()
		select {
		case <-t.Context().Done():
			t.Fatalf("take %d nodes: %v", n, t.Context().Err())
		case <-look.C:
		}
	}
}

// well waits until a node is as it was made. One that an earlier test left
// otherwise is switched off and on, and that is told.
func well(t testing.TB, o lab.Options, node string) {
	t.Helper()
	err := becomes(t, o, node, 20*time.Second)
	if err == nil {
		return
	}
	fmt.Fprintf(os.Stderr, "labtest: lab %s, before %s: %v; switching it off and on\n", o.Name, t.Name(), err)
	if err = lab.PowerOff(t.Context(), o, node); err == nil {
		err = lab.PowerOn(t.Context(), o, node)
	}
	if err == nil {
		err = becomes(t, o, node, time.Minute)
	}
	if err != nil {
		t.Fatalf("have a node that is well: %v", err)
	}
}

func becomes(t testing.TB, o lab.Options, node string, within time.Duration) error {
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	look := time.NewTicker(200 * time.Millisecond)
	defer look.Stop()
	for {
		err := lab.ReadNode(ctx, o, node)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-look.C:
		}
	}
}
