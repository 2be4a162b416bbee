//go:build openstack

package openstack

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	yaml "go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/workloads"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

const (
	iterationsOfEach = 2
	iterationWithin  = 3 * time.Minute // and what closes it
)

// without are the workloads that a lab of this profile has nothing for, and what it has not.
func without() map[string]string {
	return map[string]string{
		"cinder.create_and_restore_volume_backup": "no node has a service for Cinder's backups, for which volumes would have to have bytes",
		"dns.query":  "no name server of the lab is reached from outside of its networks",
		"ssh.fio":    "a guest has no fio",
		"ssh.iperf3": "a guest has no iperf3",
		"octavia.create_and_delete_loadbalancers": "Octavia is of the profile healing",
	}
}

// hunts are the workloads that look for errors of the cloud, and find some: Nova 26 answers with 500
// (UnexpectedTaskStateError) when a server is asked for several things at once.
func hunts(name string) bool {
	return name == "api.misuse" || strings.Contains(name, ".race_")
}

// brokers is how Nova is told to reach RabbitMQ.
var brokers = regexp.MustCompile(`(?m)^transport_url = rabbit://openstack:([^@]+)@`)

// argumentsOn are those without which a workload does nothing on this cloud, in YAML.
func argumentsOn(t *testing.T, cloud *labtest.Lab, address string) map[string]string {
	t.Helper()
	found := brokers.FindStringSubmatch(entered(t, cloud.Options, "ctl-1", nil, "cat", "/etc/nova/nova.conf"))
	require.Len(t, found, 2, "Nova's broker")
	t.Setenv("ERIS_TEST_BROKER", found[1])
	login := "{address: '" + net.JoinHostPort(address, "22") + "', user: guest, key: " + filepath.Join(filepath.Dir(cloud.Inventory), "id") + "}"
	echo := "{address: '" + net.JoinHostPort(address, "7") + "'}"
	return map[string]string{
		"exec.command":            "{command: ['true']}",
		"horizon.login":           "{url: 'http://198.18.0.10/'}", // no catalogue has it
		"http.get":                "{url: 'http://" + address + "/', body: instance}",
		"icmp.echo":               "{address: " + address + "}",
		"rabbitmq.sequence":       "{user: openstack, password_env: ERIS_TEST_BROKER, addresses: [198.18.0.11:5672, 198.18.0.12:5672, 198.18.0.13:5672]}",
		"ssh.login":               login,
		"tcp.connect":             echo,
		"tcp.echo":                echo,
		"tcp.hold":                "{address: '" + net.JoinHostPort(address, "7") + "', hold: 3s}",
		"udp.sequence":            echo,
		"vm.boot_and_run_command": "{user: guest, command: 'echo so', output: so}", // whose user is the image's
	}
}

// Every workload of the catalogue does its iterations on a real cloud, where it can ask for what it
// makes in all ways that there are, and leaves nothing that a cleanup finds.
func TestEveryWorkloadOnIt(t *testing.T) {
	cloud := labtest.OpenStack(t)
	read, err := inventory.Load(cloud.Inventory)
	require.NoError(t, err)
	a := &asker{
		client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}},
		body:   logIn(t, cloud), vip: healthyStatus(t, cloud.Options).VIP,
	}
	require.NoError(t, a.logIn(t.Context()))
	server := boot(t, a, "eris-workloads", "cmp-1")
	arguments := argumentsOn(t, cloud, a.floating(t, server))
	env := loadgen.Env{
		Run: "20261130T090000Z-workloads-7f3c", Load: "probe", Seed: 1, Clouds: read.OpenStack.File, Cloud: read.OpenStack.Cloud,
	}
	all := workloads.All()
	var run []string
	for _, name := range all.Names() {
		if why := without()[name]; why != "" {
			labtest.Tell(t, "%s is not run: %s", name, why)
			continue
		}
		run = append(run, name)
		t.Run(name, func(t *testing.T) {
			kind, _ := all.Lookup(name)
			workload := kind.New()
			require.NoError(t, yaml.Unmarshal([]byte(arguments[name]), workload))
			if ask := reflect.ValueOf(workload).Elem().FieldByName("Ask"); ask.IsValid() {
				ask.Set(reflect.ValueOf([]string{"show", "list"}))
			}
			right := []record.Class{record.OK}
			if hunts(name) {
				right = append(right, record.HTTP5xx)
			}
			runsOn(t, env, workload, right)
		})
	}
	cleaning := openstack.Cleaning{Env: env, Services: workloads.Services(), Owner: openstack.OfRun(env.Run), Needs: func(s openstack.Service) bool { return slices.ContainsFunc(run, s.Does) }}
	found, err := cleaning.Look(t.Context())
	require.NoError(t, err)
	require.Equal(t, openstack.Cleaned{Absent: []string{"load-balancer"}}, found)
}

// operations are what iterations tell beside how they ended.
type operations struct {
	right []record.Class
	mu    sync.Mutex
	wrong []string
	n     map[string]int
}

func (o *operations) Operation(name string) func(loadgen.Outcome) {
	return func(outcome loadgen.Outcome) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.n[name]++
		if !slices.Contains(o.right, outcome.Class) {
			o.wrong = append(o.wrong, fmt.Sprintf("%s: %s: %v", name, outcome.Class, outcome.Err))
		}
	}
}

// runsOn has a workload do its iterations, one after the other. All of them have to end as is right,
// with all of their operations.
func runsOn(t *testing.T, env loadgen.Env, workload loadgen.Workload, right []record.Class) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), (iterationsOfEach+1)*iterationWithin)
	defer cancel()
	s, err := workload.Open(ctx, env)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close(ctx)) }() // whatever becomes of the iterations
	told := operations{right: right, n: map[string]int{}}
	for n := range int64(iterationsOfEach) {
		began := time.Now()
		o := s.Iterate(ctx, n, &told)
		labtest.Tell(t, "%s in %.1f s", o.Class, time.Since(began).Seconds())
		require.Contains(t, right, o.Class, "%v", o.Err)
	}
	if last, is := s.(loadgen.Finisher); is {
		last.Finish(ctx, &told)
	}
	require.Empty(t, told.wrong)
	if len(told.n) > 0 {
		labtest.Tell(t, "operations: %v", told.n)
	}
}
