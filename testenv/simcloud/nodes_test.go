package simcloud_test

import (
	"context"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// dial logs in to a node as its inventory says.
func dial(t *testing.T, cloud *simcloud.Cloud, name string) (*gossh.Client, error) {
	t.Helper()
	read, err := inventory.Load(cloud.Inventory())
	require.NoError(t, err)
	n := read.NodeByName(name)
	key, err := os.ReadFile(n.SSH.Key)
	require.NoError(t, err)
	signer, err := gossh.ParsePrivateKey(key)
	require.NoError(t, err)
	check, err := knownhosts.New(n.SSH.KnownHosts)
	require.NoError(t, err)
	client, err := gossh.Dial("tcp", n.Address.String(), &gossh.ClientConfig{
		User: n.SSH.User, Auth: []gossh.AuthMethod{gossh.PublicKeys(signer)}, HostKeyCallback: check, Timeout: 5 * time.Second,
	})
	if err == nil {
		t.Cleanup(func() { client.Close() })
	}
	return client, err
}

func TestNodesAreReachedAsTheInventorySays(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1, Controllers: 5})
	require.Equal(t, []string{"ctl-1", "ctl-2", "ctl-3", "ctl-4", "ctl-5"}, cloud.Nodes())
	for _, name := range cloud.Nodes() {
		client, err := dial(t, cloud, name)
		require.NoError(t, err)
		session, err := client.NewSession()
		require.NoError(t, err)
		out, err := session.Output("hostname")
		require.NoError(t, err)
		require.Equal(t, name+"\n", string(out))
	}
}

func TestTroubleOnTheWayToANode(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	require.NoError(t, cloud.CutSSH("ctl-1", true))
	_, err := dial(t, cloud, "ctl-1")
	require.Error(t, err)
	require.NoError(t, cloud.CutSSH("ctl-1", false))
	_, err = dial(t, cloud, "ctl-1")
	require.NoError(t, err)

	require.NoError(t, cloud.ChangeHostKey("ctl-2"))
	_, err = dial(t, cloud, "ctl-2")
	var mismatch *knownhosts.KeyError
	require.ErrorAs(t, err, &mismatch)

	boot := cloud.Node("ctl-3").BootID()
	require.NoError(t, cloud.PowerOff("ctl-3"))
	_, err = dial(t, cloud, "ctl-3")
	require.Error(t, err)
	require.NoError(t, cloud.PowerOn("ctl-3"))
	_, err = dial(t, cloud, "ctl-3")
	require.NoError(t, err)
	require.NotEqual(t, boot, cloud.Node("ctl-3").BootID())

	for _, do := range []func(string) error{cloud.PowerOff, cloud.PowerOn, cloud.Reboot, cloud.ChangeHostKey} {
		require.ErrorContains(t, do("ctl-9"), "no such node")
	}
}

func TestEveryHealthProbeOfTheInventoryHolds(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	read, err := inventory.Load(cloud.Inventory())
	require.NoError(t, err)
	probe := func(s *inventory.Service, host string) string {
		switch {
		case s.Health.HTTP != "":
			return "curl -fsS -o /dev/null -m 2 http://" + host + ":" + strconv.Itoa(s.Port) + s.Health.HTTP
		case s.Health.TCP:
			return "nc -z -w 2 " + host + " " + strconv.Itoa(s.Port)
		}
		return s.Health.Command
	}
	n := read.NodeByName("ctl-2")
	for _, s := range read.Services {
		out, code := onNode(t, cloud.Node("ctl-2"), probe(s, n.Listen))
		require.Zero(t, code, "%s: %s", s.Name, out)
		require.NoError(t, cloud.Node("ctl-2").Systemd().Stop(context.Background(), s.Runtime.Name, true))
		_, code = onNode(t, cloud.Node("ctl-2"), probe(s, n.Listen))
		require.NotZero(t, code, s.Name)
	}
}

func TestTwoCloudsDoNotKnowEachOther(t *testing.T) {
	one, two := start(t, simcloud.Options{Seed: 1}), start(t, simcloud.Options{Seed: 2})
	require.NotEqual(t, one.Inventory(), two.Inventory())
	a, b := newClient(t, one), newClient(t, two)
	for _, name := range one.Nodes() {
		hold(t, one.Node(name), "keystone.service")
	}
	a.eventually(t, 503)
	status, token := b.issue(t)
	require.Equal(t, 201, status)
	release(t, one.Node("ctl-1"), "keystone.service")
	a.eventually(t, 201)
	require.Equal(t, 401, a.validate(t, token), "a token of one cloud is nothing in the other")
}

func TestWhatACloudDecidesFollowsFromItsSeed(t *testing.T) {
	facts := func(seed int64) []string {
		cloud, err := simcloud.Start(context.Background(), simcloud.Options{Seed: seed})
		require.NoError(t, err)
		defer func() { require.NoError(t, cloud.Close()) }()
		all := []string{}
		for _, name := range cloud.Nodes() {
			require.NoError(t, cloud.Reboot(name))
			all = append(all, cloud.Node(name).BootID())
		}
		for line := range strings.Lines(readFile(t, cloud.Clouds())) {
			if strings.Contains(line, "password:") {
				all = append(all, line)
			}
		}
		return all
	}
	again := facts(5)
	require.Equal(t, again, facts(5))
	require.NotEqual(t, facts(5), facts(6))
}

func TestLoadIsSeenOnTheNodes(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	c := newClient(t, cloud)
	transport := &http.Transport{MaxIdleConnsPerHost: 20}
	c.http.Transport = transport
	defer transport.CloseIdleConnections()
	count := `ss -Htn state established '( sport = :5000 )' | wc -l`
	idle, _ := onNode(t, cloud.Node("ctl-2"), count)
	require.Equal(t, "0", idle)
	before, _ := onNode(t, cloud.Node("ctl-2"), "head -n 1 /proc/stat | cut -d' ' -f3")

	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			for range 3 {
				c.issue(t)
			}
		})
	}
	all.Wait()

	busy, _ := onNode(t, cloud.Node("ctl-2"), count)
	require.NotEqual(t, "0", busy, "the balancer keeps its connections")
	holder, _ := onNode(t, cloud.Node("ctl-1"), `ss -Htn state established '( sport = :5000 )' | grep -c ':5000 127.0.0.1:'`)
	require.NotEqual(t, "0", holder, "clients are seen where the address is")
	after, _ := onNode(t, cloud.Node("ctl-2"), "head -n 1 /proc/stat | cut -d' ' -f3")
	require.NotEqual(t, before, after)
	memory := `sed -n 's/MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo`
	full, _ := onNode(t, cloud.Node("ctl-2"), memory)
	require.NoError(t, cloud.Node("ctl-2").Systemd().Stop(context.Background(), "mariadb.service", true))
	freed, _ := onNode(t, cloud.Node("ctl-2"), memory)
	require.Greater(t, freed, full)
}

// TestLatencyHasADistributionAndCapacityALimit asks one at a time, and then
// more at once than the workers of all processes can serve. A busy machine adds
// to an answer's time, now and then much, and never takes from it.
func TestLatencyHasADistributionAndCapacityALimit(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 1})
	c := newClient(t, cloud)
	c.http.Transport = &http.Transport{MaxIdleConnsPerHost: 200}
	defer c.http.CloseIdleConnections()
	var work, more []time.Duration // by the model, and beyond it
	const beyond = 8 * time.Millisecond
	for len(work) < 100 || len(work) < 1000 && slices.Min(more) >= beyond {
		before, asked := cloud.Computed(), time.Now()
		status, _ := c.issue(t)
		took := time.Since(asked)
		require.Equal(t, 201, status)
		work = append(work, cloud.Computed()-before)
		more = append(more, took-work[len(work)-1])
	}
	require.Positive(t, slices.Min(more), "an answer takes as long as its work")
	require.Less(t, slices.Min(more), beyond, "and not much longer")
	slices.Sort(work)
	median, high := work[len(work)/2], work[len(work)*95/100]
	require.InDelta(t, 21, median.Seconds()*1000, 4)
	require.Greater(t, high, median*5/4)

	const atOnce, each = 96, 4 // three processes of eight workers
	type answer struct {
		status int
		took   time.Duration
	}
	answers := make(chan answer, atOnce*each)
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for range each {
				asked := time.Now()
				status, _ := c.issue(t)
				answers <- answer{status, time.Since(asked)}
			}
		})
	}
	all.Wait()
	close(answers)
	var crowded []time.Duration
	for a := range answers {
		require.Equal(t, 201, a.status)
		crowded = append(crowded, a.took)
	}
	slices.Sort(crowded)
	require.Greater(t, crowded[len(crowded)/2], 2*median)
}
