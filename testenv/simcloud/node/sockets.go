package node

import (
	"context"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

func sorted(values map[string]string) []string { return slices.Sorted(maps.Keys(values)) }

// like is SQL's LIKE, with * for its %.
func like(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}

// ss lists TCP sockets: flags H, t, n, a, l, o; a filter of states and ports.
func (n network) ss(_ context.Context, p *shell.Proc) int {
	flags, words := "", []string{}
	for _, arg := range p.Args[1:] {
		if strings.HasPrefix(arg, "-") && len(words) == 0 {
			flags += arg[1:]
			continue
		}
		words = append(words, arg)
	}
	if strings.Trim(flags, "Htnalop4") != "" {
		p.Errorf("ss: invalid option -- '%s'", strings.Trim(flags, "Htnalop4"))
		return 1
	}
	filter, err := parseFilter(strings.Join(words, " "))
	if err != nil {
		p.Errorf("ss: %v", err)
		return 1
	}
	filtered := filter.state != ""
	if !strings.Contains(flags, "H") {
		p.Printf("State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n")
	}
	for _, s := range n.node.opt.Network.Sockets() {
		switch {
		case !filter.passes(s):
			continue
		case filtered:
		case s.State == "LISTEN" && !strings.ContainsAny(flags, "al"), s.State != "LISTEN" && strings.Contains(flags, "l"):
			continue
		}
		peer := fmt.Sprintf("%s:%d", s.Peer, s.PeerPort)
		if s.State == "LISTEN" {
			peer = "0.0.0.0:*"
		}
		// With one state asked for, the real ss leaves its column out.
		if !filtered {
			p.Printf("%-6s ", s.State)
		}
		p.Printf("0      0      %s:%d %s\n", s.Local, s.LocalPort, peer)
	}
	return 0
}

type socketFilter struct {
	state string
	ports []portTest // any of them
}

type portTest struct {
	source bool
	port   int
}

// parseFilter reads `state established` and `( sport = :5000 or dport = 5000 )`.
func parseFilter(text string) (socketFilter, error) {
	f := socketFilter{}
	words := strings.Fields(strings.NewReplacer("(", " ", ")", " ").Replace(text))
	port := regexp.MustCompile(`^(sport|dport)(?:=+|eq)?:?(\d+)$`)
	for i := 0; i < len(words); i++ {
		switch word := words[i]; {
		case word == "state" && i+1 < len(words):
			i++
			f.state = map[string]string{"established": "ESTAB", "listening": "LISTEN", "listen": "LISTEN"}[words[i]]
			if f.state == "" {
				return f, fmt.Errorf("state %q is not known here", words[i])
			}
		case word == "or":
		case word == "sport" || word == "dport":
			if i+2 >= len(words) {
				return f, fmt.Errorf("incomplete filter %q", text)
			}
			words[i+2] = word + words[i+1] + words[i+2]
			i++
		default:
			m := port.FindStringSubmatch(word)
			if m == nil {
				return f, fmt.Errorf("filter %q is not known here", word)
			}
			number, err := strconv.Atoi(m[2])
			if err != nil {
				return f, err
			}
			f.ports = append(f.ports, portTest{source: m[1] == "sport", port: number})
		}
	}
	return f, nil
}

func (f socketFilter) passes(s Socket) bool {
	if f.state != "" && f.state != s.State {
		return false
	}
	for _, t := range f.ports {
		if t.source && t.port == s.LocalPort || !t.source && t.port == s.PeerPort {
			return true
		}
	}
	return len(f.ports) == 0
}
