package service_test

import (
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/catalogue"
)

// faultOf is a fault of a kind with its defaults.
func faultOf(name string) (faults.Fault, bool) {
	var kinds document.Kinds[faults.Fault]
	catalogue.Fill(&kinds)
	kind, ok := kinds.Lookup(name)
	if !ok {
		return nil, false
	}
	return kind.New(), true
}

// startEngine runs this test program as the engine that is to be killed.
func startEngine(t *testing.T, env string) (io.Reader, func() error) {
	t.Helper()
	engine := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	engine.Env = append(os.Environ(), env)
	engine.Stderr = os.Stderr
	out, err := engine.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, engine.Start())
	return out, func() error {
		if err := engine.Process.Kill(); err != nil {
			return err
		}
		require.Error(t, engine.Wait(), "it was killed")
		return nil
	}
}
