package node

import (
	"context"
	"io"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// rabbitmqctl hands its arguments to the node's broker. The real one reads its
// standard input to the end, as this one does.
func (n network) rabbitmqctl(ctx context.Context, p *shell.Proc) int {
	if p.Stdin != nil {
		if _, err := io.Copy(io.Discard, p.Stdin); err != nil {
			return 1
		}
	}
	broker, _ := n.node.opt.Network.(Broker)
	out, complaint, code := broker.Control(ctx, p.Args[1:])
	if ctx.Err() != nil {
		return shell.Killed
	}
	p.Printf("%s", out)
	if complaint != "" {
		p.Errorf("%s", complaint)
	}
	return code
}
