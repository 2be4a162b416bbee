package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/executable"
)

// program is eris, built once for a test.
func program(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "eris")
	said, err := exec.Command("go", "build", "-o", path, "../../cmd/eris").CombinedOutput()
	require.NoError(t, err, "%s", said)
	return path
}

func TestEveryProbeIsAScenario(t *testing.T) {
	eris := program(t)
	sim, err := openSimulation(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, sim.close()) }()
	files, err := filepath.Glob("probes/*.yaml")
	require.NoError(t, err)
	require.Len(t, files, len(probes()), "each is run")
	for _, p := range probes() {
		require.True(t, sim.has(p.needs), "the embedded cloud has %s", p.needs)
		title, err := p.title()
		require.NoError(t, err)
		require.NotEmpty(t, title)
		text, err := p.text("ctl-1")
		require.NoError(t, err)
		file := filepath.Join(t.TempDir(), p.name+".yaml")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		for _, form := range [][]string{nil, {"--small"}} {
			said, err := exec.Command(eris, append([]string{"plan", file, "-i", sim.flag}, form...)...).CombinedOutput()
			require.NoError(t, err, "%s: %s", p.name, said)
		}
	}
}

func TestProbesShowWhatHappens(t *testing.T) {
	sim, err := openSimulation(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, sim.close()) }()
	chosen, err := choose(probes(), []string{"token", "boot", "lose-haproxy"})
	require.NoError(t, err)
	var progress bytes.Buffer
	b := bench{eris: program(t), work: t.TempDir(), small: true, progress: &progress}
	rows, err := b.measure(t.Context(), chosen, []side{sim})
	require.NoError(t, err, "%s", progress.String())
	require.Len(t, rows, 4)
	token, boot, remove, address := rows[0].seen[sim.name][0], rows[1].seen[sim.name][0], rows[2].seen[sim.name][0], rows[3].seen[sim.name][0]
	require.Greater(t, token.due, 20)
	require.Zero(t, token.failed())
	require.Greater(t, boot.median, token.median)
	require.NotZero(t, remove.due)
	require.Less(t, remove.median, boot.median)
	require.Greater(t, address.errors["connect"], 10)
	require.Greater(t, address.outage, time.Second)
	require.Greater(t, address.held.share(), address.share(), "it fails while the fault is held")
}

func TestAProbeThatCannotRunIsNamedAndTheOthersGoOn(t *testing.T) {
	sim, err := openSimulation(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, sim.close()) }()
	fake := filepath.Join(t.TempDir(), "eris")
	executable.Write(t, fake, "#!/bin/sh\necho broken >&2; exit 1\n")
	b := bench{eris: fake, work: t.TempDir(), progress: &bytes.Buffer{}}
	rows, err := b.measure(t.Context(), []probe{{name: "token", needs: "keystone"}, {name: "images", needs: "manila"}}, []side{sim})
	require.ErrorContains(t, err, "probe token on the simulation: exit status 1: broken")
	require.Equal(t, map[string]string{"simulation": "it could not be measured"}, rows[0].missing)
	require.Equal(t, map[string]string{"simulation": "no manila there"}, rows[1].missing)
	require.Equal(t, "not known", rows[0].truth())

	_, err = choose(probes(), []string{"tokens"})
	require.ErrorContains(t, err, `no probe "tokens"; there are token, validate,`)
	_, err = openLab("sim")
	require.ErrorContains(t, err, "only a lab can be held against")
}
