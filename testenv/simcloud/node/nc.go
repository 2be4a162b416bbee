package node

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// nc knows -z, whether a port accepts, and otherwise hands what it reads to a
// port, or with -U to a socket in the files, and prints the answer.
func (n network) nc(ctx context.Context, p *shell.Proc) int {
	limit, zero, local, rest := "", false, false, []string{}
	for i := 1; i < len(p.Args); i++ {
		switch arg := p.Args[i]; {
		case arg == "-w" && i+1 < len(p.Args):
			i++
			limit = p.Args[i]
		case strings.HasPrefix(arg, "-"):
			if strings.Trim(arg[1:], "zvnNU") != "" {
				p.Errorf("nc: unsupported option %s", arg)
				return 1
			}
			zero = zero || strings.Contains(arg, "z")
			local = local || strings.Contains(arg, "U")
		default:
			rest = append(rest, arg)
		}
	}
	if local && !zero && len(rest) == 1 {
		return n.talk(ctx, p, limit, rest[0])
	}
	if local || len(rest) != 2 {
		p.Errorf("nc: only HOST PORT and -U SOCKET are known here")
		return 1
	}
	port, err := strconv.Atoi(rest[1])
	if err != nil {
		p.Errorf("nc: invalid port %s", rest[1])
		return 1
	}
	bounded, cancel, err := bound(ctx, limit)
	if err != nil {
		p.Errorf("nc: %v", err)
		return 1
	}
	defer cancel()
	host, err := n.resolve(bounded, p, rest[0])
	if err != nil {
		p.Errorf("nc: getaddrinfo for host \"%s\" port %d: %v", rest[0], port, err)
		return 1
	}
	if !zero {
		return n.say(bounded, p, host, port)
	}
	if err := n.node.opt.Network.Connect(bounded, host, port); err != nil {
		return 1
	}
	return 0
}

// say hands what it reads to a port and prints the answer.
func (n network) say(ctx context.Context, p *shell.Proc, host string, port int) int {
	speaker, ok := n.node.opt.Network.(Speaker)
	if !ok {
		return 1
	}
	said := []byte(nil)
	if p.Stdin != nil {
		var err error
		if said, err = io.ReadAll(p.Stdin); err != nil {
			return 1
		}
	}
	answer, err := speaker.Say(ctx, host, port, said)
	if err != nil {
		return 1
	}
	if _, err := p.Stdout.Write(answer); err != nil {
		return 1
	}
	return 0
}

func (n network) talk(ctx context.Context, p *shell.Proc, limit, socket string) int {
	bounded, cancel, err := bound(ctx, limit)
	if err != nil {
		p.Errorf("nc: %v", err)
		return 1
	}
	defer cancel()
	talker, ok := n.node.opt.Network.(Talker)
	if !ok {
		p.Errorf("nc: %s: No such file or directory", socket)
		return 1
	}
	said := []byte(nil)
	if p.Stdin != nil {
		if said, err = io.ReadAll(p.Stdin); err != nil {
			return 1
		}
	}
	answer, err := talker.Talk(bounded, socket, said)
	if err != nil {
		p.Errorf("nc: %s: %v", socket, err)
		return 1
	}
	if _, err := p.Stdout.Write(answer); err != nil {
		return 1
	}
	return 0
}
