package collectors_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

func program(command string) *collectors.Exec {
	e := collectors.NewExec()
	e.Command, e.Timeout = command, time.Second
	e.Publishes = map[string]collectors.ExecSignal{
		"queue.depth": {Unit: "1", Labels: []string{"queue"}}, "queue.age": {Metric: "oldest_seconds", Unit: "s"},
	}
	return e
}

// TestProgramsAreRead on this machine and on a simulated node, whatever else they say.
func TestProgramsAreRead(t *testing.T) {
	n, err := node.New(t.Context(), node.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11"})
	require.NoError(t, err)
	defer n.Close()
	for where, run := range map[string]func(context.Context, string, io.Writer){
		"here": here,
		"simulated": func(ctx context.Context, script string, out io.Writer) {
			n.Run(ctx, node.Session{Line: "sh -c " + inventory.Quote(script), Stdin: strings.NewReader(""), Stdout: out, Stderr: io.Discard})
		},
	} {
		require.Equal(t, []string{"queue.age 7", "queue.depth{queue=it's} 3"}, frames(t, program(`echo warning: slow today >&2
echo '# TYPE queue_depth gauge'
echo 'queue_depth{queue="it'"'"'s"} 3'
echo queue_depths 9
echo 'another_metric{x="y"} 4'
echo oldest_seconds 7`), nil, run), where)
		for command, said := range map[string]string{
			"echo queue_depth 3; echo out of reach; exit 3": "it ended with status 3: out of reach",
			"no-such-program-of-ours":                       "it ended with status 127",
			"sleep 30":                                      "it did not end within 1 s",
		} {
			_, err := program("").Parse(nil, frame(t, program(command), nil, run))
			require.ErrorContains(t, err, said, where)
		}
		require.Equal(t, []string{"queue.age 5"}, frames(t, program("sleep 20 & echo oldest_seconds 5"), nil, run), where)
		_, err := program("").Parse(nil, frame(t, program("echo hello"), nil, run))
		require.EqualError(t, err, "parse exec: nothing was printed that is to be published: queue.age, queue.depth", where)
	}
}

func TestWhatAProgramIsGivenIsChecked(t *testing.T) {
	require.NoError(t, program("true").Validate())
	e := program(" ")
	e.Timeout = 1500 * time.Millisecond
	e.Publishes = map[string]collectors.ExecSignal{
		"Depth":      {Unit: "1"},
		"node.load1": {Unit: "1"},
		"a.b":        {Unit: "1", Metric: "x-y"},
		"a.c":        {Unit: "MB", Metric: "same"},
		"a.d":        {Unit: "s", Metric: "same", Labels: []string{"node", "a b", "x", "x"}},
	}
	err := e.Validate()
	for _, said := range []string{
		"command: there is none, or it has a NUL byte", "timeout: 1.5s is not whole seconds from 1s to 1m", `signals: "Depth" is not KIND.QUANTITY`,
		"signals: node.load1 is what the collector node publishes", `signals: a.b: metric: "x-y" is no name of a metric`,
		"signals: a.c and a.d are both read from same", `signals: a.c: unit: "MB" is not 1, bytes, ratio or s`,
		`signals: a.d: labels: "node" is no name of a label, or one that is there already`, `labels: "a b"`, `labels: "x"`,
	} {
		require.ErrorContains(t, err, said)
	}
	e.Publishes = nil
	require.ErrorContains(t, e.Validate(), "signals: there are none")
}

func TestWhichSeriesAProgramWillHave(t *testing.T) {
	e := program("true")
	require.Equal(t, []map[string]string{{}}, e.Expected("queue.age", nil))
	require.Empty(t, e.Expected("queue.depth", nil), "only the program knows its queues")
	require.Equal(t, []collectors.SignalInfo{
		{Name: "queue.age", Unit: "s", Labels: []string{"node"}}, {Name: "queue.depth", Unit: "1", Labels: []string{"node", "queue"}},
	}, e.Signals())
	require.Equal(t, 3*time.Second, e.Slowest(nil))
}
