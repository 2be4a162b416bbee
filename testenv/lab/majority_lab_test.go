//go:build lab

package lab

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// testMajority cuts a controller without the VIP off from the others. It hears no
// holder any more and takes the VIP too, to where no database is, until its MariaDB
// has lost the majority: then it lets go of it, and clients are back with the other
// holder, which takes no step of its own.
func testMajority(t *testing.T, o Options) {
	t.Helper()
	s, err := ReadStatus(t.Context(), o)
	require.NoError(t, err)
	holder := s.Holders[0]
	_, profile, _, err := open(o, holder)
	require.NoError(t, err)
	var alone NodeSpec
	for _, n := range profile.Nodes {
		if n.Name != holder && alone.Name == "" {
			alone = n
		}
	}
	cut := apart(profile, alone.Name)
	on(t, o, alone.Name, cut)
	eventually(t, o, "the majority is lost, and "+holder+" alone has the VIP", func(s Status) bool {
		return on(t, o, alone.Name, "test -e /run/mysqld/apart && echo apart || echo with") == "apart" &&
			len(s.Holders) == 1 && s.Holders[0] == holder && s.Token.Issued && !s.Healthy
	})
	on(t, o, alone.Name, together)
	eventually(t, o, "health", func(s Status) bool { return s.Healthy && s.Holders[0] == holder })
	require.Equal(t, "with", on(t, o, alone.Name, "test -e /run/mysqld/apart && echo apart || echo with"))

	// one that is stopped in order has lost nothing: its node's haproxy knows the others
	require.Equal(t, "MASTER", on(t, o, holder, "systemctl stop mariadb && sleep 2 && cat /run/keepalived.state"))
	on(t, o, holder, "systemctl start mariadb")
	eventually(t, o, "health", func(s Status) bool { return s.Healthy && s.Holders[0] == holder })

	// one that starts alone is in no majority either
	on(t, o, alone.Name, cut+"systemctl kill --signal=KILL mariadb")
	eventually(t, o, "alone again, and "+holder+" has the VIP", func(s Status) bool {
		return on(t, o, alone.Name, "test -e /run/mysqld/apart && echo apart || echo with") == "apart" &&
			len(s.Holders) == 1 && s.Holders[0] == holder && s.Token.Issued && !s.Healthy
	})
	on(t, o, alone.Name, together)
	eventually(t, o, "health", func(s Status) bool { return s.Healthy && s.Holders[0] == holder })

	// where all are alone nobody has the VIP, and status says what that comes from
	for _, n := range profile.Nodes {
		on(t, o, n.Name, apart(profile, n.Name))
	}
	eventually(t, o, "nobody has the majority, and nobody the VIP", func(s Status) bool {
		said := strings.Join(s.Wrong, "\n")
		return len(s.Holders) == 0 && !s.Token.Issued && strings.Contains(said, "mariadb on ctl-1") && strings.Contains(said, "is on 0 nodes")
	})
	for _, n := range profile.Nodes {
		on(t, o, n.Name, together)
	}
	eventually(t, o, "health", func(s Status) bool { return s.Healthy && len(s.Holders) == 1 })
	for _, n := range profile.Nodes {
		require.Equal(t, "with", on(t, o, n.Name, "test -e /run/mysqld/apart && echo apart || echo with"))
	}
}

// apart cuts a node off from all others, and together undoes it.
func apart(profile *Profile, node string) string {
	cut := `nft add table inet apart
		nft 'add chain inet apart in { type filter hook input priority 0; }'
		nft 'add chain inet apart out { type filter hook output priority 0; }'
		`
	for _, n := range profile.Nodes {
		if n.Name != node {
			cut += fmt.Sprintf("nft add rule inet apart in ip saddr %[1]s drop; nft add rule inet apart out ip daddr %[1]s drop; ", n.Address)
		}
	}
	return cut
}

const together = "nft delete table inet apart"
