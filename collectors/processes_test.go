package collectors_test

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/executable"
)

// The figures of processes of this machine are those that they have: one that waits, one that
// turns round, and none.
func TestProcessesOfThisMachine(t *testing.T) {
	folder := t.TempDir()
	for name, script := range map[string]string{"eris-waits": "exec 8</dev/null 9</dev/null; read -r line", "eris-turns": "while :; do :; done"} {
		path := filepath.Join(folder, name)
		executable.Write(t, path, "#!/bin/sh\n"+script+"\n")
		cmd := exec.Command(path)
		in, err := cmd.StdinPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		t.Cleanup(func() {
			_ = in.Close()
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		})
	}
	p := &collectors.Processes{Names: []string{"eris-waits", "eris-turns", "eris-is-nowhere"}}
	require.NoError(t, p.Validate())
	got, busy := map[string]float64{}, false
	for _, line := range sweeps(t, p, nil, here, 10) {
		for _, word := range parsed(p, line) {
			name, text, _ := strings.Cut(word, " ")
			value, err := strconv.ParseFloat(text, 64)
			require.NoError(t, err, word)
			got[name] = value
		}
		busy = busy || got["process.cpu{process=eris-turns}"] > 0 // a busy machine may not let it turn in each interval
	}
	require.Len(t, got, 3*5)
	require.Equal(t, []float64{1, 1, 0}, []float64{got["process.count{process=eris-waits}"], got["process.count{process=eris-turns}"], got["process.count{process=eris-is-nowhere}"]}, "%v", got)
	require.InDelta(t, 1, got["process.threads{process=eris-waits}"], 0)
	require.Greater(t, got["process.memory{process=eris-waits}"], float64(100<<10))
	require.GreaterOrEqual(t, got["process.files{process=eris-waits}"], 5.0, "the three of everybody, and two")
	require.True(t, busy, "%v", got)
	for _, signal := range []string{"cpu", "memory", "threads", "files"} {
		require.Zero(t, got["process."+signal+"{process=eris-is-nowhere}"], signal)
	}
}

func TestNamesOfProcesses(t *testing.T) {
	require.ErrorContains(t, (&collectors.Processes{Names: []string{"nova-compute", "a b", "x;y"}}).Validate(), `names: "a b" is not of letters`)
	require.EqualError(t, (&collectors.Processes{Names: []string{"neutron-openvswitch-agent"}}).Validate(), `names: "neutron-openvswitch-agent" has more than the 15 bytes that the kernel keeps of it: "neutron-openvsw" is what to write`)
	services := []*inventory.Service{
		{Name: "agent", Runtime: inventory.Runtime{Kind: inventory.Process, Name: "neutron-openvswitch-agent"}},
		{Name: "again", Runtime: inventory.Runtime{Kind: inventory.Process, Name: "neutron-openvsw"}},
		{Name: "nova", Runtime: inventory.Runtime{Kind: inventory.Unit, Name: "nova.service"}},
	}
	require.Equal(t, []map[string]string{{"process": "neutron-openvsw"}}, (&collectors.Processes{}).Expected("process.count", services))
	require.Equal(t, []map[string]string{{"process": "nova-compute"}}, (&collectors.Processes{Names: []string{"nova-compute"}}).Expected("process.count", services))
}

// Names of the inventory may be anything, and sh on a node is root's.
func TestANameOfTheInventoryIsNothingToTheShell(t *testing.T) {
	touched := filepath.Join(t.TempDir(), "touched")
	services := []*inventory.Service{{Name: "agent", Runtime: inventory.Runtime{Kind: inventory.Process, Name: `$(>` + filepath.Base(touched) + `)`}}}
	t.Chdir(filepath.Dir(touched))
	line := frame(t, &collectors.Processes{}, services, here)
	require.Contains(t, line, `failed the process "$(>touched)" of the inventory is not of letters`)
	require.NoFileExists(t, touched)
}
