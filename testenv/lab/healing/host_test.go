//go:build healing

package healing

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// protected is a segment or host of Masakari; its id there is a number, and its
// requests take the UUID.
type protected struct {
	UUID string `json:"uuid"`
}

// protect puts both computes into a segment of Masakari, which from then on
// acts for them, and returns its hosts by name.
func protect(t *testing.T, c cloud) map[string]string {
	t.Helper()
	made := do[map[string]protected](t, c, http.MethodPost, "instance-ha", "segments", map[string]any{"segment": map[string]string{
		"name": "computes", "recovery_method": "auto", "service_type": "COMPUTE"}})
	segment := "segments/" + made["segment"].UUID
	t.Cleanup(func() { tidy(t, c, http.MethodDelete, "instance-ha", segment, nil) })
	hosts := map[string]string{}
	for _, name := range []string{"cmp-1", "cmp-2"} {
		host := do[map[string]protected](t, c, http.MethodPost, "instance-ha", segment+"/hosts", map[string]any{"host": map[string]string{
			"name": name, "type": "COMPUTE", "control_attributes": "none"}})
		hosts[name] = segment + "/hosts/" + host["host"].UUID
		t.Cleanup(func() { tidy(t, c, http.MethodDelete, "instance-ha", hosts[name], nil) })
	}
	return hosts
}

// TestServersOfAHostWithoutPowerAreEvacuated switches a compute off and does
// nothing more: pacemaker misses it, the host monitors tell Masakari, and that
// has Nova evacuate.
func TestServersOfAHostWithoutPowerAreEvacuated(t *testing.T) {
	c := connect(t)
	hosts := protect(t, c)
	servers := []string{bootOn(t, c, "evacuee-1", "cmp-2"), bootOn(t, c, "evacuee-2", "cmp-2")}

	t.Cleanup(func() { bringBack(t, c, "cmp-2", hosts["cmp-2"]) })
	lost := time.Now()
	require.NoError(t, lab.PowerOff(t.Context(), options(), "cmp-2"))
	eventually(t, 4*time.Minute, func(ctx context.Context) error {
		for _, id := range servers {
			if err := active(ctx, c, id, "cmp-1"); err != nil {
				return err
			}
		}
		return nil
	})
	labtest.Tell(t, "evacuated %.1f s after the loss of power", time.Since(lost).Seconds())
}

// bringBack does what an operator does once the host is repaired: Masakari has
// put it into maintenance and disabled its compute service.
func bringBack(t *testing.T, c cloud, node, host string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 8*time.Minute) // a busy machine takes its time
	defer cancel()
	require.NoError(t, lab.PowerOn(ctx, options(), node))
	tidy(t, c, http.MethodPut, "instance-ha", host, map[string]any{"host": map[string]any{"on_maintenance": false}})
	enable(ctx, t, c, node)
	require.NoError(t, lab.Up(ctx, options()), "the lab is healthy again")
}
