package node

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/nft"
	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// python runs the programs that faults bring, which it knows by their first line, and says
// of itself that it is new enough.
func (n *Node) python(b *boot) shell.Command {
	return func(ctx context.Context, p *shell.Proc) int {
		words := p.Args[1:]
		for len(words) > 0 && (words[0] == "-I" || words[0] == "-S") {
			words = words[1:]
		}
		if len(words) == 2 && words[0] == "-c" && strings.Contains(words[1], "socket.htonl(") {
			_, mark, _ := strings.Cut(words[1], "socket.htonl(")
			mark, _, _ = strings.Cut(mark, ")")
			return b.limits.table(ctx, p, []string{"clear", mark}, 0)
		}
		if len(words) == 2 && words[0] == "-c" && strings.Contains(words[1], "; sys.exit(sys.version_info < ") {
			return 0
		}
		if len(words) < 2 {
			p.Errorf("python3: only programs of faults are known here")
			return 2
		}
		text, err := p.Input()
		if words[0] != "-" {
			text, err = p.FS().ReadFile(p.Path(words[0]))
		}
		if err != nil {
			return p.Fail(err)
		}
		switch line, _, _ := strings.Cut(string(text), "\n"); {
		case strings.HasPrefix(line, "# link.py serve DIRECTORY HOW") && len(words) > 6:
			return n.link(ctx, p, b, words)
		case strings.HasPrefix(line, "# ports.py VERB"):
			return b.limits.ports(ctx, p, words[1:])
		case strings.HasPrefix(line, "# marks.py"):
			return b.limits.marks(p)
		case strings.HasPrefix(line, "# conntrack.py VERB"):
			return b.limits.table(ctx, p, words[1:], time.Since(b.manager.Booted()))
		}
		p.Errorf("python3: %s is no program that is known here", words[0])
		return 2
	}
}

// link is link.py.
func (n *Node) link(ctx context.Context, p *shell.Proc, b *boot, words []string) int {
	one := &proxy{kind: words[3], held: func() bool { return b.manager.Holds(ctx) }}
	for i, into := range []*int{&one.first, &one.second, &one.share} {
		number, err := strconv.Atoi(words[4+i])
		if err != nil {
			return p.Fail(err)
		}
		*into = number
	}
	if words[1] == "serve" {
		return serve(ctx, p, b.proxies, one, words[2])
	}
	seen, err := n.ask(ctx, one, words[7:])
	if err != nil {
		p.Errorf("%v", err)
		return 1
	}
	p.Printf("%s\n", seen)
	return 0
}

func serve(ctx context.Context, p *shell.Proc, own *proxies, one *proxy, directory string) int {
	port, remove := own.add(one)
	defer remove()
	told := ""
	counts := func() error {
		one.mu.Lock()
		now := fmt.Sprintf("%d %d 0 0\n", one.met, one.struck)
		one.mu.Unlock()
		if now == told {
			return nil
		}
		told = now
		return p.FS().WriteFile(directory+"/counts", []byte(now), 0o600)
	}
	for first := true; ; first = false {
		if err := counts(); err != nil {
			return p.Fail(err)
		}
		if first {
			if err := p.FS().WriteFile(directory+"/listening", fmt.Appendf(nil, "%d 0\n", port), 0o600); err != nil {
				return p.Fail(err)
			}
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			if err := counts(); err != nil { // what came last, as it does when it is asked to end
				return p.Fail(err)
			}
			return shell.Killed
		}
	}
}

// ask makes connections as a user and says what they meet, as link.py does.
func (n *Node) ask(ctx context.Context, how *proxy, words []string) (string, error) {
	user, err := strconv.Atoi(words[0])
	if err != nil || len(words) < 3 {
		return "", errors.New("ask wants USER ADDRESS PORT")
	}
	address, err := netip.ParseAddr(words[1])
	port, wrong := strconv.Atoi(words[2])
	if err = errors.Join(err, wrong); err != nil {
		return "", err
	}
	source, _ := netip.ParseAddr(n.opt.Address) // it is one
	packet := nft.Packet{Hook: nft.Output, Source: source, Destination: address, Protocol: "tcp", DestinationPort: port, User: user}
	size := max(64, how.first*3/10)
	met := n.meets(packet, 1, size)
	if met.Silent || met.Nobody {
		return "", errors.New("no answer")
	}
	switch how.kind {
	case "delay", "rate":
		select {
		case <-time.After(met.Late):
		case <-ctx.Done():
			return "", ctx.Err()
		}
		if how.kind == "rate" && met.Late > 0 {
			return fmt.Sprintf("%.0f B/s", float64(size)/met.Late.Seconds()), nil
		}
		if met.Late >= time.Duration(how.first-how.second)*time.Millisecond && how.kind == "delay" {
			return fmt.Sprintf("%d ms", met.Late.Milliseconds()), nil
		}
		return "", fmt.Errorf("%s", met.Late)
	}
	tries, struck := 100, 0
	if how.share == 100 {
		tries = 4
	}
	for i := range tries {
		if i > 0 {
			met = n.meets(packet, 1, size)
		}
		if met.Reset && how.kind == "reset" || met.Status == how.first && how.kind == "http_status" {
			struck++
		}
	}
	if struck == 0 || how.share == 100 && struck < tries {
		return "", fmt.Errorf("%d of %d", struck, tries)
	}
	return fmt.Sprintf("%d of %d", struck, tries), nil
}

type userKey struct{}

// UserOf is the user as whom a program of a node runs, by its context: 0 is root.
func UserOf(ctx context.Context) int {
	user, _ := ctx.Value(userKey{}).(int)
	return user
}

// setpriv knows --reuid=USER and --clear-groups.
func setpriv(ctx context.Context, p *shell.Proc) int {
	words, user := p.Args[1:], 0
	for len(words) > 0 && strings.HasPrefix(words[0], "--") {
		number, is := strings.CutPrefix(words[0], "--reuid=")
		var err error
		if is {
			user, err = strconv.Atoi(number)
		}
		if err != nil || !is && words[0] != "--clear-groups" {
			p.Errorf("setpriv: unrecognized option '%s'", words[0])
			return 127
		}
		words = words[1:]
	}
	if len(words) == 0 {
		p.Errorf("setpriv: no command specified")
		return 127
	}
	return p.Run(context.WithValue(ctx, userKey{}, user), words)
}
