package service_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"

	"github.com/openstack-eris/eris/faults/service"
	"github.com/openstack-eris/eris/inventory"
)

// What stops with the target, and what stops with that, has to be in the
// fingerprint: systemd stops transitively, and an undo that left the last one
// down would compare equal.
func TestTheFingerprintFollowsDependentsToTheLastOne(t *testing.T) {
	requiredBy := map[string]string{
		"k.service": "a.service", "a.service": "b.service c.service", "b.service": "k.service", "c.service": "",
	}
	down := map[string]bool{"c.service": true}
	systemctl := func(ctx context.Context, args []string) error {
		unit, property := args[1], args[3]
		out := interp.HandlerCtx(ctx).Stdout
		switch {
		case property == "RequiredBy,BoundBy,ConsistsOf":
			fmt.Fprintf(out, "%s\n\n\n", requiredBy[unit])
		case property == "ActiveState" && down[unit]:
			fmt.Fprintln(out, "inactive")
		case property == "ActiveState":
			fmt.Fprintln(out, "active")
		default:
			fmt.Fprintln(out)
		}
		return nil
	}
	scripts, err := (&service.Stop{}).Scripts(target(inventory.Unit, "k.service", nil))
	require.NoError(t, err)
	script, err := syntax.NewParser().Parse(strings.NewReader(scripts.Fingerprint), "fingerprint.sh")
	require.NoError(t, err)
	var said bytes.Buffer
	runner, err := interp.New(interp.Params("--", "k.service", "id"), interp.StdIO(nil, &said, t.Output()),
		interp.ExecHandlers(func(next interp.ExecHandlerFunc) interp.ExecHandlerFunc {
			return func(ctx context.Context, args []string) error {
				if args[0] == "systemctl" {
					return systemctl(ctx, args[1:])
				}
				return next(ctx, args) // tr, sort, sed: they only read what they are given
			}
		}))
	require.NoError(t, err)
	require.NoError(t, runner.Run(t.Context(), script))
	var dependents []string
	for line := range strings.Lines(said.String()) {
		if strings.HasPrefix(line, "Dependent=") {
			dependents = append(dependents, strings.TrimSpace(line))
		}
	}
	require.Equal(t, []string{"Dependent=a.service active", "Dependent=b.service active", "Dependent=c.service inactive"}, dependents, said.String())
}
