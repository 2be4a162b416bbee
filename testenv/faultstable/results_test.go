package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// told is what go test -json prints, shortened.
const told = `
{"Action":"run","Test":"TestEveryKindOnASimulatedNode/service.kill/undo_twice_is_harmless"}
{"Action":"output","Test":"TestEveryKindOnASimulatedNode/service.kill/undo_twice_is_harmless","Output":"    kind.go:1: ctl-1: no reason\n"}
{"Action":"pass","Test":"TestEveryKindOnASimulatedNode/service.kill/undo_twice_is_harmless","Elapsed":3.5}
{"Action":"fail","Test":"TestEveryKindOnASimulatedNode/service.stop/undo_twice_is_harmless","Elapsed":1}
{"Action":"pass","Test":"TestEveryKindOnASimulatedNode/service.kill","Elapsed":9}
{"Action":"fail","Test":"TestEveryKindOnASimulatedNode/in_sh/script.run/undo_twice_is_harmless","Elapsed":2}
{"Action":"pass","Test":"TestEveryKindOnASimulatedNode/in_Python/script.run/undo_twice_is_harmless","Elapsed":1}
{"Action":"output","Test":"TestEngineKilledOnASimulatedNode/service.kill/killed_while_it_holds","Output":"    killed.go:1: killed, with a lease of 5s; 980ms later the undo began, 1m3.25s later all was as before (±1ms): x\n"}
{"Action":"pass","Test":"TestEngineKilledOnASimulatedNode/service.kill/killed_while_it_holds","Elapsed":70}
{"Action":"fail","Test":"TestEngineKilledOnASimulatedNode/service.kill/killed_while_it_arms","Elapsed":2}
{"Action":"output","Test":"TestEngineKilledOnASimulatedNode/power.off","Output":"    outside.go:1: killed, with a lease of 10s; 4s later the undo began, 9s later the power was back\n"}
{"Action":"output","Test":"TestSomethingElse/service.kill/undo","Output":"killed; 1s later the undo began, 2s later all was as before"}
{"Action":"pass","Test":"TestSomethingElse/service.kill/undo","Elapsed":1}
not json
`

func TestWhatTheTestsTellIsTakenIn(t *testing.T) {
	r := newResults()
	require.Equal(t, 8, side{name: onSimulated}.listen(strings.NewReader(told), r))
	kill := r.Faults[onSimulated]["service.kill"]
	require.Equal(t, map[string]bool{
		"undo twice is harmless": true, "killed while it holds": true, "killed while it arms": false,
	}, kill.Cases)
	require.InDelta(t, 5, kill.Lease, 1e-9)
	require.InDelta(t, 0.98, kill.Begun, 1e-9)
	require.InDelta(t, 63.25, kill.Healed, 1e-9)
	require.InDelta(t, 9, r.Faults[onSimulated]["power.off"].Healed, 1e-9)
	require.False(t, r.Faults[onSimulated]["service.stop"].Cases["undo twice is harmless"])
	require.Empty(t, kill.Refused)
	require.Equal(t, map[string]bool{"undo twice is harmless": false}, r.Faults[onSimulated]["script.run"].Cases, "all of its sets have to pass")

	r.take(onReal, event{Action: "output", Test: "TestEveryKindOnARealNode/network.delay/refused_for_what_its_node_lacks", Output: "          ctl-3: the kernel has no netem\n"})
	require.Equal(t, "the kernel has no netem", r.Faults[onReal]["network.delay"].Refused)

	file := filepath.Join(t.TempDir(), "results.json")
	require.NoError(t, r.write(file))
	back, err := readResults(file)
	require.NoError(t, err)
	require.Equal(t, r, back)
	none, err := readResults(file + ".none")
	require.NoError(t, err)
	require.Equal(t, newResults(), none)
	_, err = json.Marshal(back)
	require.NoError(t, err)
}

func TestWhatIsRunAnewTakesThePlaceOfWhatWas(t *testing.T) {
	was, now := newResults(), newResults()
	*was.kind(onReal, "power.off") = fault{Cases: map[string]bool{"one": false, "two": true}, Begun: 1, Healed: 2, Lease: 5}
	*now.kind(onReal, "power.off") = fault{Cases: map[string]bool{"one": true}}
	was.replace(now)
	require.Equal(t, &fault{Cases: map[string]bool{"one": true, "two": true}, Begun: 1, Healed: 2, Lease: 5}, was.Faults[onReal]["power.off"])
}

// Why a kind cannot be had stays where it was not asked for again.
func TestWhatIsRefusedStaysRefusedUntilItIsAskedFor(t *testing.T) {
	was, now := newResults(), newResults()
	was.kind(onReal, "network.delay").Refused = "the kernel has no netem"
	now.kind(onReal, "network.delay")
	was.replace(now)
	require.Equal(t, "the kernel has no netem", was.kind(onReal, "network.delay").Refused)
	now.kind(onReal, "network.delay").Refused = "its module is forbidden"
	was.replace(now)
	require.Equal(t, "its module is forbidden", was.kind(onReal, "network.delay").Refused)
}

func TestColumnsHaveNames(t *testing.T) {
	require.Equal(t, []string{"A", "Z", "AA", "AZ", "BA"}, []string{letter(0), letter(25), letter(26), letter(51), letter(52)})
}

func TestThePageHasARowForEachKind(t *testing.T) {
	r := newResults()
	_, err := r.page()
	require.Error(t, err, "nothing was run")
	require.Equal(t, 8, side{name: onSimulated}.listen(strings.NewReader(told), r))
	r.kind(onReal, "network.delay").Refused = "the kernel has no netem"
	page, err := r.page()
	require.NoError(t, err)
	for _, want := range []string{
		"of the engine that held the fault, with a lease of 5 s or, where the machine was busy, up to 10 s, until the node's undo began",
		"- **A**: killed while it arms\n- **B**: killed while it holds\n- **C**: undo twice is harmless\n",
		"| `service.kill` | ✗· | ✓· | ✓· | 1.0 | 63.2 | · | · |\n",
		"| `service.stop` | | | ✗· | · | · | · | · |\n",
		"| `network.delay` | | | | · | · | · | · |\n",
		"- `network.delay` on real nodes: the kernel has no netem\n",
		"\nFrom the death of the engine to a healed node, on simulated nodes: median 63.2 s, worst 63.2 s, of 2 kinds.\n",
	} {
		require.Contains(t, page, want)
	}
}

// What something else than systemd runs has a table of its own, by what that is.
func TestWhatElseRunsAServiceHasATable(t *testing.T) {
	r := newResults()
	for name, on := range map[string]string{
		"TestEveryKindOnAContainerOfDockerOnARealNode/service.kill/undo_twice_is_harmless":             "a container of Docker",
		"TestEveryKindOfAGroupOnAContainerOfDockerOnARealNode/memory.leak/undo_twice_is_harmless":      "a container of Docker",
		"TestEveryKindOnAContainerOfPodmanThatAUnitStartsOnARealNode/service.kill/double_inject":       "a container of Podman that a unit starts",
		"TestEngineKilledOnAResourceOfPacemakerOnARealNode/service.stop/killed_while_it_holds":         "a resource of Pacemaker",
		"TestEveryKindOnAContainerThatNobodyBringsBackOnARealNode/service.kill/undo_twice_is_harmless": "a container that nobody brings back",
	} {
		require.Equal(t, on, runtimes(true, "").on(name))
		require.Regexp(t, runtimes(true, "").pattern("", ""), strings.Split(name, "/")[0])
		r.take(runtimes(true, "").on(name), event{Action: "pass", Test: name})
	}
	r.kind(onReal, "service.kill").Cases["undo twice is harmless"] = true
	page, err := r.page()
	require.NoError(t, err)
	for _, want := range []string{
		"- **A**: double inject\n- **B**: killed while it holds\n- **C**: undo twice is harmless\n",
		"| a container of Docker | `memory.leak` | · | · | ✓ | · | · |\n| a container of Docker | `service.kill` | · | · | ✓ | · | · |\n",
		"| a resource of Pacemaker | `service.stop` | · | ✓ | · | · | · |\n",
	} {
		require.Contains(t, page, want)
	}
}

// The page in the project is that of the results in the project.
func TestThePageIsWhatTheResultsSay(t *testing.T) {
	results, err := readResults("../../docs/faults.json")
	require.NoError(t, err)
	page, err := results.page()
	require.NoError(t, err)
	written, err := os.ReadFile("../../docs/faults.md")
	require.NoError(t, err)
	require.Equal(t, string(written), page, "write it anew: go run ./testenv/faultstable")
}

// Of a family that is run anew only some kinds are, where they are named.
func TestOnlyTheKindsThatAreNamedAreRun(t *testing.T) {
	require.Equal(t, "^Test(EveryKind|EngineKilled)(OfAGroup)?OnARealNode$", real(true, "").pattern("", ""))
	require.Equal(t, `^Test(EveryKind|EngineKilled)(OfAGroup)?OnASimulatedNode$/^(disk\.fill|disk\.inodes)$`, simulated(true).pattern("disk.fill,disk.inodes", ""))
	require.Equal(t, `^TX$/./(^killed)|^TX$/./^[a-z]+\.[a-z_]+$/(^killed)`, strings.ReplaceAll(simulated(true).pattern("", "^killed"), "Test(EveryKind|EngineKilled)(OfAGroup)?OnASimulatedNode", "TX"))
	require.Equal(t, `^TX$/^(disk\.fill)$/(^killed)|^TX$/./^(disk\.fill)$/(^killed)`, strings.ReplaceAll(simulated(true).pattern("disk.fill", "^killed"), "Test(EveryKind|EngineKilled)(OfAGroup)?OnASimulatedNode", "TX"))
}
