//go:build healing

package healing

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// TestAnAPIThatHangsIsStartedAgain stops the processes of an API on one node
// and does nothing more. Its unit stays active, so that nobody on the node sees
// it: the balancers find it down, Prometheus asks them, Alertmanager calls the
// node, and that starts the unit anew.
func TestAnAPIThatHangsIsStartedAgain(t *testing.T) {
	const node, api, url = "ctl-2", "heat-api", "http://198.18.0.12:8004/healthcheck"
	answers := func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		if response.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s: %s", url, response.Status)
		}
		return errors.Join(err, response.Body.Close())
	}
	process := func(ctx context.Context) (string, error) {
		return onNode(ctx, node, "systemctl", "show", "--value", "--property=MainPID,ActiveState", api)
	}

	// one that was started a moment ago is not restarted, it may still be loading
	eventually(t, 3*time.Minute, func(ctx context.Context) error {
		_, err := onNode(ctx, node, "sh", "-c", `test $(($(cut -d . -f 1 /proc/uptime) - $(systemctl show --value --property=ActiveEnterTimestampMonotonic `+api+`) / 1000000)) -ge 120`)
		return err
	})
	before, err := process(t.Context())
	require.NoError(t, err)
	require.NoError(t, answers(t.Context()))
	t.Cleanup(func() {
		_, err := onNode(context.WithoutCancel(t.Context()), node, "systemctl", "kill", "--signal=CONT", api)
		require.NoError(t, err)
	})
	hung := time.Now()
	_, err = onNode(t.Context(), node, "systemctl", "kill", "--signal=STOP", api)
	require.NoError(t, err)
	require.Error(t, answers(t.Context()), "it hangs")
	still, err := process(t.Context())
	require.NoError(t, err)
	require.Equal(t, before, still, "systemd sees nothing")

	eventually(t, 3*time.Minute, answers)
	after, err := process(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, before, after, "it answers again because it was started anew")
	labtest.Tell(t, "it answered again %.1f s after it hung", time.Since(hung).Seconds())
}
