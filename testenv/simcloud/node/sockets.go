package node

import (
	"context"
	"fmt"
	"maps"
	"path"
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

// ss lists TCP sockets: flags H, t, n, a, l, o; a filter of states, addresses and
// ports. With K it ends those that it lists.
func (n network) ss(_ context.Context, p *shell.Proc) int {
	if len(p.Args) == 2 && p.Args[1] == "--help" {
		p.Printf("Usage: ss [ OPTIONS ] [ FILTER ]\n   -K, --kill          forcibly close sockets, display what was closed\n")
		return 0
	}
	flags, words := "", []string{}
	for _, arg := range p.Args[1:] {
		if strings.HasPrefix(arg, "-") && len(words) == 0 {
			flags += arg[1:]
			continue
		}
		words = append(words, arg)
	}
	if strings.Trim(flags, "HtnaelopK4") != "" {
		p.Errorf("ss: invalid option -- '%s'", strings.Trim(flags, "HtnaelopK4"))
		return 1
	}
	filter, err := parseFilter(strings.Join(words, " "))
	if err != nil {
		p.Errorf("ss: %v", err)
		return 1
	}
	filtered := len(filter.states) > 0
	if !strings.Contains(flags, "H") {
		p.Printf("State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n")
	}
	ender, ends := n.node.opt.Network.(Ender)
	for _, s := range n.node.opt.Network.Sockets() {
		switch {
		case !filter.passes(s):
			continue
		case filtered:
		case s.State == "LISTEN" && !strings.ContainsAny(flags, "al"), s.State != "LISTEN" && strings.Contains(flags, "l"):
			continue
		}
		if strings.Contains(flags, "K") && (!ends || !ender.End(s)) {
			continue
		}
		peer := fmt.Sprintf("%s:%d", s.Peer, s.PeerPort)
		if s.State == "LISTEN" {
			peer = "0.0.0.0:*"
		}
		// With one state asked for, the real ss leaves its column out.
		if len(filter.states) != 1 {
			p.Printf("%-6s ", s.State)
		}
		if strings.Contains(flags, "e") && s.User != 0 {
			peer += fmt.Sprintf(" uid:%d ino:0 sk:0 <->", s.User)
		}
		p.Printf("0      0      %s:%d %s\n", s.Local, s.LocalPort, peer)
	}
	return 0
}

// socketFilter is states, any of them, and alternatives of which each is some tests.
type socketFilter struct {
	states []string
	any    [][]socketTest
}

// socketTest is of an end's address, of its port, or of both.
type socketTest struct {
	source  bool
	address string // empty: any
	port    int    // 0: any
}

// parseFilter reads `state established`, `( sport = :5000 or dport = 5000 )` and
// `( src 127.1.0.11:5000 and dst 127.1.0.12:40000 ) or ( ... )`: an "and" holds
// stronger than an "or", so that brackets around it say nothing new.
func parseFilter(text string) (socketFilter, error) {
	f := socketFilter{}
	words := strings.Fields(strings.NewReplacer("(", " ", ")", " ", "=", " ", ":", " :").Replace(text))
	var all []socketTest
	for i := 0; i < len(words); i++ {
		word := words[i]
		if word == "or" || word == "and" {
			if word == "or" {
				f.any, all = append(f.any, all), nil
			}
			continue
		}
		if i++; i == len(words) {
			return f, fmt.Errorf("incomplete filter %q", text)
		}
		test := socketTest{source: strings.HasPrefix(word, "s")}
		var err error
		switch word {
		case "state":
			shown, known := map[string]string{"established": "ESTAB", "listening": "LISTEN", "listen": "LISTEN"}[words[i]]
			if !known {
				if shown = strings.ToUpper(words[i]); !slices.Contains(rareStates(), words[i]) {
					return f, fmt.Errorf("state %q is not known here", words[i])
				}
			}
			f.states = append(f.states, shown)
			continue
		case "src", "dst":
			test.address = words[i]
			if i+1 < len(words) && strings.HasPrefix(words[i+1], ":") {
				i++
				test.port, err = strconv.Atoi(words[i][1:])
			}
		case "sport", "dport":
			test.port, err = strconv.Atoi(strings.TrimPrefix(words[i], ":"))
		default:
			return f, fmt.Errorf("filter %q is not known here", word)
		}
		if err != nil {
			return f, err
		}
		all = append(all, test)
	}
	if all != nil {
		f.any = append(f.any, all)
	}
	return f, nil
}

// rareStates are those that no simulated socket is in, but that can be asked for.
func rareStates() []string {
	return []string{"syn-sent", "syn-recv", "fin-wait-1", "fin-wait-2", "time-wait", "close-wait", "last-ack", "closing"}
}

func (f socketFilter) passes(s Socket) bool {
	if len(f.states) > 0 && !slices.Contains(f.states, s.State) {
		return false
	}
	for _, all := range f.any {
		if !slices.ContainsFunc(all, func(t socketTest) bool { return !t.fits(s) }) {
			return true
		}
	}
	return len(f.any) == 0
}

func (t socketTest) fits(s Socket) bool {
	address, port := s.Peer, s.PeerPort
	if t.source {
		address, port = s.Local, s.LocalPort
	}
	return (t.address == "" || t.address == address) && (t.port == 0 || t.port == port)
}
