package simcloud_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

func TestAFlushedCacheAsksTheDatabaseAgain(t *testing.T) {
	cloud := start(t, simcloud.Options{Seed: 3})
	c := newClient(t, cloud)
	c.eventually(t, 201)
	told := func(node, line string) string {
		out, code := onNode(t, cloud.Node("ctl-2"), `printf '%s\r\nquit\r\n' '`+line+`' | nc -w 2 `+node+` 11211 | tr -d '\r'`)
		require.Zero(t, code, out)
		return out
	}
	all := []string{"127.1.0.11", "127.1.0.12", "127.1.0.13"}
	sum := func(name string) (n int) {
		for _, address := range all {
			for line := range strings.Lines(told(address, "stats")) {
				if text, is := strings.CutPrefix(line, "STAT "+name+" "); is {
					figure, err := strconv.Atoi(strings.TrimSpace(text))
					require.NoError(t, err)
					n += figure
				}
			}
		}
		return n
	}
	_, token := c.issue(t)
	validate := func(times int) {
		for range times {
			require.Equal(t, 200, c.validate(t, token))
		}
	}
	validate(4)
	require.Equal(t, 1, sum("curr_items"), "one token, in one of them")
	require.Equal(t, 1, sum("get_misses"))
	require.Equal(t, 3, sum("get_hits"))
	for _, address := range all {
		require.Equal(t, "OK", told(address, "flush_all"))
	}
	require.Zero(t, sum("curr_items"))
	require.Equal(t, 3, sum("cmd_flush"))
	validate(2)
	require.Equal(t, 2, sum("get_misses"))
	require.Equal(t, 1, sum("curr_items"))

	require.Equal(t, "ERROR", told("127.1.0.11", "flush"))
	_, code := onNode(t, cloud.Node("ctl-1"), "systemctl stop memcached; echo version | nc -w 2 127.1.0.11 11211")
	require.Equal(t, 1, code)
}
