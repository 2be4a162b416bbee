package collectors_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/executable"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// meeting are services of which each is healthy only while all of them are
// asked at the same time. Their time-out ends only probes that never meet: how
// soon a busy machine starts three programs is not what is tested.
func meeting(directory string) []*inventory.Service {
	names := []string{"one", "two", "three"}
	var services []*inventory.Service
	for _, name := range names {
		command := "touch " + directory + "/" + name
		for _, other := range names {
			command += "; while [ ! -e " + directory + "/" + other + " ]; do sleep 0.1; done"
		}
		services = append(services, &inventory.Service{
			Name: name, Runtime: inventory.Runtime{Kind: inventory.Process, Name: "none"},
			Health: &inventory.Probe{Command: command, Timeout: 20 * time.Second},
		})
	}
	return services
}

func TestProbesOfASweepRunAtOnce(t *testing.T) {
	n, err := node.New(t.Context(), node.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11"})
	require.NoError(t, err)
	defer n.Close()
	want := []string{"service.healthy{service=one} 1", "service.healthy{service=three} 1", "service.healthy{service=two} 1"}
	for where, run := range map[string]func(context.Context, string, io.Writer){
		t.TempDir(): here,
		"/tmp": func(ctx context.Context, script string, out io.Writer) {
			n.Run(ctx, node.Session{Line: "sh -c " + inventory.Quote(script), Stdin: strings.NewReader(""), Stdout: out, Stderr: io.Discard})
		},
	} {
		got := frames(t, &collectors.Service{}, meeting(where), run)
		got = slices.DeleteFunc(got, func(word string) bool { return !strings.Contains(word, "healthy") })
		slices.Sort(got)
		require.Equal(t, want, got)
	}
}

// In turns a sweep asks for one service, in the order in which they were given.
func TestHealthInTurns(t *testing.T) {
	n, err := node.New(t.Context(), node.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11"})
	require.NoError(t, err)
	defer n.Close()
	var services []*inventory.Service
	for _, name := range []string{"one", "two", "three"} {
		services = append(services, &inventory.Service{
			Name: name, Runtime: inventory.Runtime{Kind: inventory.Process, Name: "none"},
			Health: &inventory.Probe{Command: "test " + name + " != two", Timeout: 20 * time.Second},
		})
	}
	for _, run := range []func(context.Context, string, io.Writer){here, func(ctx context.Context, script string, out io.Writer) {
		n.Run(ctx, node.Session{Line: "sh -c " + inventory.Quote(script), Stdin: strings.NewReader(""), Stdout: out, Stderr: io.Discard})
	}} {
		said := sweeps(t, collectors.HealthInTurns(), services, run, 5)
		for i := range said {
			said[i] = strings.TrimSpace(said[i])
		}
		require.Equal(t, []string{"services one:-:-:1", "services two:-:-:0", "services three:-:-:1", "services one:-:-:1", "services two:-:-:0"}, said)
		require.Equal(t, "services", strings.TrimSpace(sweeps(t, collectors.HealthInTurns(), nil, run, 2)[1]))
	}
}

// TestASweepEnds where a node's systemd answers nothing: the service is not
// healthy, what it is otherwise is not known, and the others are heard of. So is who
// has a probe that does not end when it is told to.
func TestASweepEnds(t *testing.T) {
	directory := t.TempDir()
	executable.Write(t, filepath.Join(directory, "systemctl"), "#!/bin/sh\nexec sleep 60\n")
	t.Setenv("PATH", directory+":"+os.Getenv("PATH"))
	got := frames(t, &collectors.Service{}, []*inventory.Service{
		{Name: "stuck", Runtime: inventory.Runtime{Kind: inventory.Unit, Name: "stuck.service"}},
		{Name: "well", Runtime: inventory.Runtime{Kind: inventory.Process, Name: "none"}, Health: &inventory.Probe{Command: "true", Timeout: 3 * time.Second}},
		{Name: "deaf", Runtime: inventory.Runtime{Kind: inventory.Process, Name: "none"}, Health: &inventory.Probe{Command: "trap '' TERM; sleep 20", Timeout: time.Second}},
	}, here)
	require.ElementsMatch(t, []string{
		"service.active{service=well} 0", "service.healthy{service=well} 1", "service.healthy{service=stuck} 0",
		"service.active{service=deaf} 0", "service.healthy{service=deaf} 0",
	}, got)
}

// TestASlowProbeIsNoGap: with a probe that may take 3.5 s, whole seconds at
// worst, a node is silent only 4 s after its three intervals.
func TestASlowProbeIsNoGap(t *testing.T) {
	slow := &inventory.Service{Name: "keystone", Health: &inventory.Probe{HTTP: "/", Timeout: 3500 * time.Millisecond}}
	quick := &inventory.Service{Name: "none"}
	lines := func(ctx context.Context, line func(string)) error {
		for range 3 {
			line("0 6500 services keystone:1:0:0")
			select {
			case <-time.After(6500 * time.Millisecond):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return hang(ctx)
	}
	got, _ := watchServices(t, 21*time.Second, &collectors.Service{}, []*inventory.Service{slow, quick}, lines)
	require.Equal(t, []string{"0s started ", "20s gap nothing came for 7s", "21s stopped "}, got.events)
	got, _ = watchServices(t, 4*time.Second, &collectors.Service{Services: []string{"none"}}, []*inventory.Service{slow, quick}, lines)
	require.Equal(t, []string{"0s started ", "3s gap nothing came for 3s", "4s stopped "}, got.events)
}
