package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
)

// exits is what journalctl prints of ends of a main process, so many µs after 1 s.
func exits(code, status string, after ...int) []byte {
	var out bytes.Buffer
	for _, us := range after {
		fmt.Fprintf(&out, `{"_SOURCE_REALTIME_TIMESTAMP":"%d","EXIT_CODE":%q,"EXIT_STATUS":%q}`+"\n", 1_000_000+us, code, status)
	}
	return out.Bytes()
}

func TestADeathIsTheOneKillAfterTheCommand(t *testing.T) {
	command := time.UnixMicro(1_000_100)
	at, err := death(exits("killed", "9", 50, 350), command)
	require.NoError(t, err)
	require.Equal(t, 250*time.Microsecond, at.Sub(command))
	for want, journal := range map[string][]byte{
		"0 ends of its main process":     exits("killed", "9", 50),
		"2 ends of its main process":     exits("killed", "9", 350, 400),
		"ended by exited 9, not by SIGK": exits("exited", "9", 350),
		"ended by killed 15, not by SIG": exits("killed", "15", 350),
		"read journal":                   []byte("Hint: you are not root\n"),
	} {
		_, err := death(journal, command)
		require.ErrorContains(t, err, want)
	}
}

func TestALastStrikeCountsFromTheCommand(t *testing.T) {
	at := func(ms int) time.Time { return time.UnixMilli(int64(ms)) }
	s := strike{begun: at(100), command: at(400), struck: []time.Time{at(450), at(490), at(470)}, returned: at(700)}
	require.Equal(t, 90*time.Millisecond, s.last())
	require.Equal(t, 390*time.Millisecond, s.whole())
}

func struckAfter(durations ...int) []strike {
	var all []strike
	for _, d := range durations {
		began := time.UnixMilli(1000)
		all = append(all, strike{begun: began, command: began, struck: []time.Time{began.Add(time.Duration(d) * time.Millisecond)}, returned: began})
	}
	return all
}

func TestTheVerdictIsOfTheMedians(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, write(&out, map[string][]strike{
		eris: struckAfter(400, 100, 80, 120), named: struckAfter(2189, 2200, 2180, 9000), discovered: struckAfter(2200, 2200),
	}))
	require.Contains(t, out.String(), "sooner than os-faults, its nodes named, by the medians: 19.9 times: MISSED (>= 20)\n")
	require.Contains(t, out.String(), "sooner than os-faults, its nodes discovered, by the medians: 20.0 times: met (>= 20)\n")
	require.Regexp(t, `to the last node struck +eris +4 +110\.0 ms +80\.0 ms +400\.0 ms`, out.String())
}

func TestOSFaultsIsGivenTheStruckNodesAlone(t *testing.T) {
	node := &inventory.Node{Name: "ctl-1", Address: netip.MustParseAddrPort("198.18.0.11:22")}
	node.SSH.User, node.SSH.Key = "eris", "key"
	c := configuration(&place{service: &inventory.Service{Name: "memcached"}, nodes: []*inventory.Node{node}})
	list := c["node_discover"].(map[string]any)["args"].([]map[string]any)
	require.Len(t, list, 1)
	require.Equal(t, "198.18.0.11", list[0]["ip"])
	services := c["services"].(map[string]any)
	require.Equal(t, []string{"198.18.0.11"}, services[named].(map[string]any)["hosts"])
	require.NotContains(t, services[discovered], "hosts")
}

func TestEachToolIsFirstInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var order string
		var tools []tool
		for _, name := range []string{"a", "b"} {
			tools = append(tools, tool{name, func(context.Context) (strike, error) {
				order += name
				return strike{command: time.Now()}, nil
			}})
		}
		results, err := measure(t.Context(), &place{}, tools, 3, &bytes.Buffer{})
		require.NoError(t, err)
		require.Equal(t, "abbaab", order)
		require.Len(t, results["a"], 3)

		tools[1].strike = func(context.Context) (strike, error) { return strike{}, errors.New("no ansible") }
		_, err = measure(t.Context(), &place{}, tools, 3, &bytes.Buffer{})
		require.EqualError(t, err, "b: no ansible")
	})
}
