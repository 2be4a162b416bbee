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

// python runs link.py, and says of itself that it is new enough.
func (n *Node) python(own *proxies, held func(ctx context.Context) bool) shell.Command {
	return func(ctx context.Context, p *shell.Proc) int {
		words := p.Args[1:]
		for len(words) > 0 && (words[0] == "-I" || words[0] == "-S") {
			words = words[1:]
		}
		if len(words) == 2 && words[0] == "-c" && strings.HasPrefix(words[1], "import asyncio, socket, sys; sys.exit(sys.version_info < ") {
			return 0
		}
		if len(words) < 7 {
			p.Errorf("python3: only link.py is known here")
			return 2
		}
		text, err := p.FS().ReadFile(p.Path(words[0]))
		if err != nil {
			return p.Fail(err)
		}
		if !strings.HasPrefix(string(text), "# link.py serve DIRECTORY HOW") {
			p.Errorf("python3: %s is no link.py, which is all that is known here", words[0])
			return 2
		}
		one := &proxy{kind: words[3], held: func() bool { return held(ctx) }}
		for i, into := range []*int{&one.first, &one.second, &one.share} {
			number, err := strconv.Atoi(words[4+i])
			if err != nil {
				return p.Fail(err)
			}
			*into = number
		}
		if words[1] == "serve" {
			return serve(ctx, p, own, one, words[2])
		}
		seen, err := n.ask(ctx, one, words[7:])
		if err != nil {
			p.Errorf("%v", err)
			return 1
		}
		p.Printf("%s\n", seen)
		return 0
	}
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
