package lab

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// healthyStatus is what a healthy lab of the profile keystone answers.
func healthyStatus(r *renderer) Status {
	s := Status{Name: "trial", Profile: "keystone", Healthy: true, VIP: "198.18.0.10", Holders: []string{"ctl-1"}, Token: &Token{Issued: true, TookMS: 21}}
	for _, n := range r.profile.Nodes {
		s.Nodes = append(s.Nodes, NodeStatus{
			Name: n.Name, Address: n.Address.String(), On: true, BMC: &BMCStatus{Power: "on"},
			Services: []ServiceStatus{{Name: "mariadb", Healthy: true}},
			Facts:    map[string]string{"mariadb.size": "3", "mariadb.state": "Synced", "keepalived.vrrp": "BACKUP"},
		})
	}
	for _, balance := range r.balances() {
		for _, member := range balance.Members {
			s.Backends = append(s.Backends, Backend{Service: balance.Name, Node: member.Name, State: "UP"})
		}
	}
	return s
}

func TestJudgeNamesEverythingThatIsWrong(t *testing.T) {
	r := keystoneRenderer(t)
	s := healthyStatus(r)
	require.Empty(t, s.judge(r))

	s.Nodes[0].Services[0] = ServiceStatus{Name: "mariadb", Why: "exit status 1"}
	s.Nodes[1].Facts["mariadb.size"] = "2"
	s.Nodes[2].On = false
	s.Holders = []string{"ctl-1", "ctl-2"}
	s.Backends[slices.Index(s.Backends, Backend{Service: "keystone", Node: "ctl-3", State: "UP"})].State = "DOWN"
	s.Token = &Token{Why: "503"}
	wrong := strings.Join(s.judge(r), "\n")
	for _, part := range []string{
		"mariadb on ctl-1: exit status 1", `mariadb.size on ctl-2 is "2", not 3`, "ctl-3 is off",
		"on 2 nodes [ctl-1 ctl-2]", "keystone on ctl-3 is DOWN", "no token through the VIP: 503",
	} {
		require.Contains(t, wrong, part)
	}
	require.Contains(t, wrong, "BMC of ctl-3 says that it is on")
	require.Len(t, s.judge(r), 7)
	s.Nodes[2].BMC = &BMCStatus{Power: "unknown", Why: "no answer"}
	s.Backends = s.Backends[1:]
	wrong = strings.Join(s.judge(r), "\n")
	require.Contains(t, wrong, "BMC of ctl-3: no answer")
	require.NotContains(t, wrong, "is not known to it", "haproxy was not asked")
	s.elsewhere = map[string][]Backend{"ctl-2": {{Service: "keystone", Node: "ctl-3", State: "DOWN"}, {Service: "keystone", Node: "ctl-1", State: "DOWN"}}}
	wrong = strings.Join(s.judge(r), "\n")
	require.Contains(t, wrong, "haproxy of ctl-2: keystone on ctl-1 is DOWN", "the balancer with the VIP does not say so")
	require.NotContains(t, wrong, "haproxy of ctl-2: keystone on ctl-3", "that one says so too")
	s.listed = true
	require.Contains(t, strings.Join(s.judge(r), "\n"), "is not known to it")
	s.Backends = nil
	require.Contains(t, strings.Join(s.judge(r), "\n"), "keystone on ctl-3 is not known to it", "it says that it has none")

	// Its service answers meanwhile, by others.
	s = healthyStatus(r)
	s.Nodes[1].Kept = readKept("keystone.service 2 23\nnova-api.service\n")
	s.Nodes[2].keptUnknown = "look for workers that hang on ctl-3: exit status 1"
	require.Equal(t, []string{
		"keystone on ctl-2: worker 2 has kept one request for 23 s", "nova-api on ctl-2: its uwsgi does not say what its workers do",
		"look for workers that hang on ctl-3: exit status 1",
	}, s.judge(r))

	// A question without an answer is no fact.
	s = healthyStatus(r)
	s.Holders, s.Nodes[1].vipUnknown = nil, "context deadline exceeded"
	s.SwitchesOff, s.unasked = []string{"sw-1", "sw-2"}, map[string]string{"sw-1": "no namespace"}
	require.Equal(t, []string{
		"switch sw-1: whether it is on is not known: no namespace", "switch sw-2 is off, or a part of it",
		"whether ctl-2 has the VIP " + s.VIP + " is not known: context deadline exceeded",
	}, s.judge(r))
	s.Holders = []string{"ctl-1"}
	require.Len(t, s.judge(r), 3, "another may have it too")
}

func TestStatusInWords(t *testing.T) {
	s := healthyStatus(keystoneRenderer(t))
	s.MemoryMiB = 1234
	var text strings.Builder
	require.NoError(t, s.Write(&text))
	for _, part := range []string{"lab trial (profile keystone): healthy", "mariadb.size=3", "3 backends up", "issued in 21 ms", "1234 MiB"} {
		require.Contains(t, text.String(), part)
	}

	s.Healthy, s.Wrong = false, []string{"ctl-2 is off"}
	s.Nodes[1].On = false
	s.Backends[1].State = "DOWN"
	s.Token = &Token{Why: "503"}
	text.Reset()
	require.NoError(t, s.Write(&text))
	for _, part := range []string{"NOT healthy\n  ctl-2 is off", "2 backends up", "NOT issued: 503"} {
		require.Contains(t, text.String(), part)
	}
}
