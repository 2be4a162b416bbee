package collectors_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
)

// TestLinesOfRealNodes parses the lines of testdata/lines. Under each line
// stand its readings, or the word error.
func TestLinesOfRealNodes(t *testing.T) {
	for _, name := range remotes(t) {
		kind, _ := collectors.Catalogue().Lookup(name)
		loop := given(kind.New())
		for _, s := range loop.Signals() {
			require.Contains(t, s.Labels, "node", s.Name)
		}
		require.Greater(t, cases(t, "testdata/lines/"+name+".txt", func(line string, want []string) {
			require.Equal(t, want, parsed(loop, line), "%s: %q", name, line)
		}), 5)
	}
}

// remotes are the kinds that are a loop on each node. The others are asked from here:
// there is no third way.
func remotes(t require.TestingT) []string {
	return slices.DeleteFunc(collectors.Catalogue().Names(), func(name string) bool {
		kind, _ := collectors.Catalogue().Lookup(name)
		_, remote := kind.New().(collectors.Remote)
		_, direct := kind.New().(collectors.Direct)
		require.NotEqual(t, remote, direct, name)
		return direct
	})
}

// cases reads a file of lines, each with what comes of it below it, and counts them.
// The first line says where they are from.
func cases(t *testing.T, file string, each func(line string, want []string)) (n int) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	for lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")[1:]; len(lines) > 0; n++ {
		line, want := lines[0], []string(nil)
		for lines = lines[1:]; len(lines) > 0 && (strings.HasPrefix(lines[0], " ") || lines[0] == "error"); lines = lines[1:] {
			want = append(want, strings.TrimSpace(lines[0]))
		}
		each(line, want)
	}
	return n
}

// given is a collector with the arguments that it has to be given.
func given(c collectors.Collector) collectors.Remote {
	if program, ok := c.(*collectors.Exec); ok {
		program.Command = "echo oldest_seconds 1.5"
		program.Publishes = map[string]collectors.ExecSignal{
			"queue.depth": {Unit: "1", Labels: []string{"queue", "vhost"}}, "queue.age": {Metric: "oldest_seconds", Unit: "s"},
		}
	}
	if probes, ok := c.(*collectors.Packets); ok {
		probes.Addresses = []string{"127.0.0.2"}
	}
	return c.(collectors.Remote)
}

// parsed is what a line gives, in words. Every reading is one that the
// collector declares, with labels that it declares.
func parsed(c collectors.Remote, line string) []string {
	readings, err := c.Parse(nil, line)
	return words(c, readings, err)
}

// words are readings, or an error, in words.
func words(c collectors.Collector, readings []record.Reading, err error) []string {
	if err != nil {
		if readings != nil {
			return []string{"readings beside an error"}
		}
		return []string{"error"}
	}
	var words []string
	for _, r := range readings {
		i := slices.IndexFunc(c.Signals(), func(s collectors.SignalInfo) bool { return s.Name == r.Signal })
		if i < 0 {
			return []string{"undeclared " + r.Signal}
		}
		labels := ""
		for _, k := range slices.Sorted(maps.Keys(r.Labels)) {
			if !slices.Contains(c.Signals()[i].Labels, k) {
				return []string{"undeclared label " + k}
			}
			labels += "{" + k + "=" + r.Labels[k] + "}"
		}
		words = append(words, strings.TrimSpace(fmt.Sprintf("%s%s %s", r.Signal, labels, short(r.Value))))
	}
	return words
}

func short(v float64) string {
	if v == float64(int64(v)) {
		return fmt.Sprint(int64(v))
	}
	return fmt.Sprintf("%.6g", v)
}

// FuzzParse feeds any line to every collector: an error or readings that are
// declared, never both and never a panic.
func FuzzParse(f *testing.F) {
	f.Add("cpu=86/100 memory=23721612/24684084 load=2.53")
	f.Add("counts 22=1 3306=0 22/time-wait=7")
	f.Add("up keystone.service=0 nova-api.service=12")
	f.Add("services haproxy:1:0:1 proc:1:-:1")
	f.Add("up size=3 state=4 ready=ON queue=0 paused=0/20")
	f.Add("up {1,0,0,1,{9,1},1}")
	f.Add("up at:100 page:4096 tick:100 of:uwsgi uwsgi:77.500:12:4:1000:30 since at:90 77.500:11")
	f.Add("up pid=115 keystone,ctl-1,0,0,UP,0 keystone,BACKEND,0,0,UP,0 since pid=115 keystone=0")
	f.Add("up 198.18.0.10=1 2001:db8::a=0")
	f.Add("up curr_connections=9 curr_items=78 pid=113 get_hits=2 get_misses=7 evictions=0 since pid=113 get_hits=1 get_misses=6 evictions=0")
	f.Add("up at=5121626 vda=1/2/3 since at=5121606 vda=1/2/3")
	f.Add("up at=5121652 host0=1/2/3/4 since at=5121632 host0=1/2/3/4")
	f.Add("up at=5121756 some.cpu=2 full.io=2 since at=5121656 some.cpu=1 full.io=1")
	f.Add("up queue_depth{queue=\"a b\",vhost=\"/\"} 3\x1eoldest_seconds 1.5e-3 1700000000000")
	f.Add("up /var/log/nova/nova-api.log=0 /var/log/nova/nova-conductor.log=12")
	f.Add("up at:300 keystone:1:2:42231000000 mariadb:-:-:- since at:100 keystone:41231000000")
	f.Add("up northbound 0 31f3\x1eStatus: cluster member\x1eRole: leader\x1eTerm: 1\x1eLeader: self\x1eEntries not yet committed: 0\x1eEntries not yet applied: 0\x1e[{\"rows\":[{\"hv_cfg\":1,\"nb_cfg\":3,\"sb_cfg\":3}]}]\x1e\x1dcontroller 0 connected\x1enow: 1796014592\x1e\x1d")
	f.Add(`up {"health":{"status":"HEALTH_WARN","checks":{"OSD_DOWN":{"severity":"HEALTH_WARN"}}},"quorum":[0],"mgrmap":{"available":true},"pgmap":{"num_pgs":1,"pgs_by_state":[{"state_name":"active+clean","count":1}]}}`)
	f.Add("up states:1135561")
	f.Add("up 127.0.0.2=3/2/0.020/0.022")
	f.Fuzz(func(t *testing.T, line string) {
		for _, name := range remotes(t) {
			kind, _ := collectors.Catalogue().Lookup(name)
			loop := given(kind.New())
			for _, word := range parsed(loop, line) {
				require.NotContains(t, word, "undeclared")
				require.NotContains(t, word, "beside")
				require.NotContains(t, word, "NaN")
			}
		}
	})
}
