package collectors_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// frames runs a collector's script until it printed two lines, and returns what
// the second one says.
func frames(t *testing.T, c collectors.Remote, services []*inventory.Service, run func(ctx context.Context, script string, out io.Writer)) []string {
	t.Helper()
	return parsed(c, frame(t, c, services, run))
}

// frame is that line.
func frame(t *testing.T, c collectors.Remote, services []*inventory.Service, run func(ctx context.Context, script string, out io.Writer)) string {
	t.Helper()
	return sweeps(t, c, services, run, 2)[1]
}

// sweeps are so many lines of a collector's script, without how long each took.
func sweeps(t *testing.T, c collectors.Remote, services []*inventory.Service, run func(ctx context.Context, script string, out io.Writer), count int) (said []string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		run(ctx, c.Script(&inventory.Node{Name: "ctl-1", Listen: "127.1.0.11"}, services, 100*time.Millisecond), write)
		_ = write.Close()
	}()
	lines := bufio.NewScanner(read)
	for range count {
		require.True(t, lines.Scan(), "the loop goes on")
		took, rest, _ := strings.Cut(lines.Text(), " ")
		require.Regexp(t, `^[0-9]+$`, took)
		said = append(said, rest)
	}
	cancel()
	_ = read.Close()
	<-ended
	return said
}

// here runs a script with this machine's sh.
func here(ctx context.Context, script string, out io.Writer) {
	cmd := exec.CommandContext(ctx, "sh", "-c", script)
	cmd.Stdout, cmd.WaitDelay = out, time.Second
	_ = cmd.Run() // it is killed
}

// A sweep's time is never told as less than it was: what was read would be taken for
// newer. And a node that is slow has a rest from being asked.
func TestALoopTellsHowLongASweepTookAndRestsAsLong(t *testing.T) {
	script := collectors.Loop("", "sleep 0.3; line=$eris_start", 400*time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	read, write := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		here(ctx, script, write)
		_ = write.Close()
	}()
	lines := bufio.NewScanner(read)
	before := 0
	for range 3 {
		require.True(t, lines.Scan(), "the loop goes on")
		var took, began int
		_, err := fmt.Sscan(lines.Text(), &took, &began)
		require.NoError(t, err)
		require.GreaterOrEqual(t, took, 300)
		require.GreaterOrEqual(t, began-before, 590, "a sweep and as long a rest, in a clock that tells 10 ms")
		before = began
	}
	cancel()
	_ = read.Close()
	<-ended
}

func TestNodeReadsThisMachine(t *testing.T) {
	got := frames(t, &collectors.Node{}, nil, here)
	require.NotEqual(t, []string{"error"}, got)
	require.Contains(t, strings.Join(got, " "), "node.memory_free_ratio 0.")
}

func TestScriptsRunOnASimulatedNode(t *testing.T) {
	n, err := node.New(t.Context(), node.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11", Units: []node.Unit{{
		Name: "keystone.service", Description: "Identity", Exec: "/usr/bin/uwsgi", Restart: "on-failure",
		Daemon: systemd.Daemon{Startup: func() time.Duration { return 0 }, Stop: time.Millisecond, Memory: 1 << 20},
	}}})
	require.NoError(t, err)
	defer n.Close()
	simulated := func(ctx context.Context, script string, out io.Writer) {
		n.Run(ctx, node.Session{Line: "sh -c " + inventory.Quote(script), Stdin: strings.NewReader(""), Stdout: out, Stderr: io.Discard})
	}
	service := func(name, unit string) *inventory.Service {
		return &inventory.Service{Name: name, Port: 5000, Runtime: inventory.Runtime{Kind: inventory.Unit, Name: unit}}
	}
	services := []*inventory.Service{service("keystone", "keystone.service"), service("gone", "gone.service")}
	services = append(services, service("refusing", "keystone.service"))
	services[2].Health = &inventory.Probe{HTTP: "/healthcheck", Timeout: time.Second}

	got := frames(t, &collectors.Service{}, services, simulated)
	// A real node says 0 for a unit that it does not know, a simulated one may
	// say nothing.
	got = slices.DeleteFunc(got, func(word string) bool { return word == "service.restarts{service=gone} 0" })
	require.ElementsMatch(t, []string{ // they answer in any order
		"service.active{service=keystone} 1", "service.restarts{service=keystone} 0", "service.healthy{service=keystone} 1",
		"service.active{service=gone} 0", "service.healthy{service=gone} 0",
		"service.active{service=refusing} 1", "service.restarts{service=refusing} 0", "service.healthy{service=refusing} 0",
	}, got)
	require.Equal(t, []string{"service.active{service=keystone} 1", "service.restarts{service=keystone} 0", "service.healthy{service=keystone} 1"},
		frames(t, &collectors.Service{Services: []string{"keystone"}}, services, simulated))
	require.Equal(t, []string{"sockets.established{port=22} 0", "sockets.established{port=5000} 0"},
		frames(t, &collectors.Sockets{Ports: []int{22}}, services, simulated))
	require.Contains(t, frames(t, collectors.NewSockets(), services, simulated), "sockets.in_state{port=5000}{state=time-wait} 0")
	got = frames(t, &collectors.Unit{}, services, simulated)
	require.Contains(t, strings.Join(got, " "), "unit.memory{service=keystone} 1048576")
	require.Contains(t, strings.Join(got, " "), "unit.memory{service=refusing} 1048576", "two services of one unit")
	require.NotContains(t, strings.Join(got, " "), "gone")
	got = frames(t, &collectors.Node{}, nil, simulated)
	require.Contains(t, strings.Join(got, " "), "node.memory_free_ratio ")
	require.Contains(t, strings.Join(got, " "), "node.load1 ")
}
