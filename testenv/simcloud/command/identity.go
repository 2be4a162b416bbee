package command

import (
	"context"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

func identity() map[string]shell.Command {
	return map[string]shell.Command{"id": id, "whoami": whoami, "uname": uname, "hostname": hostname, "nproc": nproc}
}

func id(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "ung", nil, false)
	if err != nil {
		return usage(p, err)
	}
	switch {
	case o.has("n"):
		p.Printf("root\n")
	case o.has("u", "g"):
		p.Printf("0\n")
	default:
		p.Printf("uid=0(root) gid=0(root) groups=0(root)\n")
	}
	return 0
}

func whoami(_ context.Context, p *shell.Proc) int {
	p.Printf("root\n")
	return 0
}

func hostname(_ context.Context, p *shell.Proc) int {
	name, err := p.FS().ReadFile("/etc/hostname")
	if err != nil {
		return p.Fail(err)
	}
	p.Printf("%s", name)
	return 0
}

func uname(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "asnrm", nil, false)
	if err != nil {
		return usage(p, err)
	}
	node := "localhost"
	if name, err := p.FS().ReadFile("/etc/hostname"); err == nil {
		node = split(name)[0]
	}
	switch {
	case o.has("a"):
		p.Printf("Linux %s 6.1.0-simulated #1 SMP x86_64 GNU/Linux\n", node)
	case o.has("r"):
		p.Printf("6.1.0-simulated\n")
	case o.has("n"):
		p.Printf("%s\n", node)
	case o.has("m"):
		p.Printf("x86_64\n")
	default:
		p.Printf("Linux\n")
	}
	return 0
}

func nproc(_ context.Context, p *shell.Proc) int {
	p.Printf("4\n")
	return 0
}
