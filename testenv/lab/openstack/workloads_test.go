//go:build openstack

package openstack

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/horizon"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
	"github.com/openstack-eris/eris/loadgen/workloads"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// iterationWithin bounds one iteration, and what closes it.
const iterationWithin = 3 * time.Minute

// only are the workloads that no scenario of the library has.
func only() []string {
	return []string{"heat.create_update_delete_stack", "horizon.login", "nova.boot_and_live_migrate_server", "nova.boot_and_migrate_server", "nova.evacuate_server", "swift.create_container_and_object_then_delete_all", "vm.boot_and_run_command"}
}

// Three iterations of each succeed on a real cloud, and leave nothing that a cleanup
// finds.
func TestOtherWorkloadsOnIt(t *testing.T) {
	cloud := labtest.OpenStack(t)
	read, err := inventory.Load(cloud.Inventory)
	require.NoError(t, err)
	env := loadgen.Env{Run: "20261128T090000Z-workloads-7f3c", Load: "probe", Seed: 1, Clouds: read.OpenStack.File, Cloud: read.OpenStack.Cloud}
	for _, name := range only() {
		t.Run(name, func(t *testing.T) {
			kind, known := workloads.All().Lookup(name)
			require.True(t, known)
			ctx, cancel := context.WithTimeout(t.Context(), 4*iterationWithin)
			defer cancel()
			workload := kind.New()
			switch w := workload.(type) {
			case *horizon.Login: // no catalogue has it
				w.URL = "http://198.18.0.10/"
			case *nova.BootAndRunCommand: // whose user is the image's
				w.User, w.Command, w.Output = "guest", "echo so", "so"
			}
			s, err := workload.Open(ctx, env)
			require.NoError(t, err)
			defer func() { require.NoError(t, s.Close(ctx)) }() // whatever becomes of the iterations
			for n := range int64(3) {
				began := time.Now()
				o := s.Iterate(ctx, n, loadgen.Unrecorded{})
				labtest.Tell(t, "%s in %.1f s", o.Class, time.Since(began).Seconds())
				require.Equal(t, record.OK, o.Class, "%v", o.Err)
			}
		})
	}
	cleaning := openstack.Cleaning{Env: env, Services: workloads.Services(), Owner: openstack.OfRun(env.Run), Needs: func(s openstack.Service) bool { return slices.ContainsFunc(only(), s.Does) }}
	found, err := cleaning.Look(t.Context())
	require.NoError(t, err)
	require.Equal(t, openstack.Cleaned{Absent: []string{"load-balancer"}}, found)
}
