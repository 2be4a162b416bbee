//go:build healing

package healing

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

// stack is what the tests read of a stack of Heat.
type stack struct {
	Stack struct {
		ID      string `json:"id"`
		Status  string `json:"stack_status"`
		Reason  string `json:"stack_status_reason"`
		Outputs []struct {
			Key   string `json:"output_key"`
			Value string `json:"output_value"`
		} `json:"outputs"`
	} `json:"stack"`
}

// server is the identity of the stack's server, empty before there is one.
func (s stack) server() string {
	for _, o := range s.Stack.Outputs {
		if o.Key == "server" {
			return o.Value
		}
	}
	return ""
}

// settled reads a stack and says what keeps it from being as wanted.
func settled(ctx context.Context, c cloud, path, status string) (stack, error) {
	s, err := ask[stack](ctx, c, http.MethodGet, "orchestration", path, nil)
	if err == nil && s.Stack.Status != status {
		err = fmt.Errorf("the stack is %s: %s", s.Stack.Status, s.Stack.Reason)
	}
	return s, err
}

// TestAStackWhoseServerIsDeletedMakesAnother deletes a server behind Heat's
// back and does nothing more: event, alarm, workflow and stack update follow
// from one another.
func TestAStackWhoseServerIsDeletedMakesAnother(t *testing.T) {
	c := connect(t)
	template, err := os.ReadFile("testdata/heals-itself.yaml")
	require.NoError(t, err)
	heat, err := c.endpoint("orchestration")
	require.NoError(t, err)
	made := do[stack](t, c, http.MethodPost, "orchestration", "stacks", map[string]any{
		"stack_name": "heals-itself", "template": string(template), "timeout_mins": 5,
		"parameters": map[string]string{
			"heat": strings.TrimSuffix(heat, "/"), "image": image, "flavor": flavor, "network": network},
	})
	path := "stacks/heals-itself/" + made.Stack.ID
	t.Cleanup(func() { tidy(t, c, http.MethodDelete, "orchestration", path, nil) })

	var lost string
	eventually(t, 3*time.Minute, func(ctx context.Context) error {
		s, err := settled(ctx, c, path, "CREATE_COMPLETE")
		lost = s.server()
		return err
	})
	require.NotEmpty(t, lost)

	deleted := time.Now()
	do[any](t, c, http.MethodDelete, "compute", "servers/"+lost, nil)
	eventually(t, 3*time.Minute, func(ctx context.Context) error {
		s, err := settled(ctx, c, path, "UPDATE_COMPLETE")
		if err == nil && s.server() == lost {
			err = fmt.Errorf("the stack still has the server %s", lost)
		}
		if err == nil {
			err = active(ctx, c, s.server(), "")
		}
		return err
	})
	labtest.Tell(t, "healed %.1f s after the server was deleted", time.Since(deleted).Seconds())
}
