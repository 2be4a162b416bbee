//go:build lab

package main

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) { os.Exit(labtest.Main(m)) }

func TestTheLabCanBeHeldAgainst(t *testing.T) {
	labtest.Shared(t)
	lab, err := openLab("lab:" + labtest.Options().Name)
	require.NoError(t, err)
	chosen, err := choose(probes(), []string{"token", "lose-haproxy"})
	require.NoError(t, err)
	b := bench{eris: program(t), work: t.TempDir(), small: true, progress: os.Stderr}
	rows, err := b.measure(t.Context(), chosen, []side{lab})
	require.NoError(t, err)
	require.NotZero(t, rows[0].seen["lab"][0].due)
	require.Zero(t, rows[0].seen["lab"][0].failed())
	require.Greater(t, rows[1].seen["lab"][0].outage, time.Second, "the address takes seconds to move")
}
