package node

import (
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/command"
	"github.com/openstack-eris/eris/testenv/simcloud/shell"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// stress are programs that take time of processors and disks.
type stress struct {
	manager *systemd.Manager
	volumes *mapper
}

// sum is sha256sum; of /dev/zero, which has no end, it computes until it is ended.
func (s stress) sum(ctx context.Context, p *shell.Proc) int {
	if !slices.Contains(p.Args[1:], "/dev/zero") {
		return command.All()["sha256sum"](ctx, p)
	}
	defer s.manager.Burn(ctx)()
	<-ctx.Done()
	return shell.Killed
}

// fork is xargs; of /dev/zero, which has no end, it starts a program for each byte
// until it is ended.
func (s stress) fork(ctx context.Context, p *shell.Proc) int {
	if !slices.Equal(p.Args[1:], []string{"-0", "-n", "1", "-a", "/dev/zero", "true"}) {
		return command.All()["xargs"](ctx, p)
	}
	defer s.manager.Fork(ctx)()
	<-ctx.Done()
	return shell.Killed
}

// hand is dd from one named pipe to another, byte by byte, until it is ended.
func (s stress) hand(ctx context.Context, p *shell.Proc, from, to string) int {
	for _, name := range []string{from, to} {
		if !p.FS().Exists(p.Path(name)) {
			p.Errorf("dd: failed to open '%s': No such file or directory", name)
			return 1
		}
	}
	defer s.manager.Swap(ctx)()
	<-ctx.Done()
	return shell.Killed
}

// dd copies COUNT blocks of BS bytes: what it writes is zeros, and what it
// reads goes nowhere.
func (s stress) dd(ctx context.Context, p *shell.Proc) int {
	if a := p.Args[1:]; len(a) == 4 && a[0] == "bs=1" && a[3] == "status=none" && strings.HasPrefix(a[1], "if=") && strings.HasPrefix(a[2], "of=") {
		return s.hand(ctx, p, a[1][3:], a[2][3:])
	}
	args, err := ddArgs(p.Args[1:])
	if err != nil {
		p.Errorf("dd: %v", err)
		return 1
	}
	if wait, mapped, err := s.volumes.read(args["if"]); mapped {
		return s.volume(ctx, p, args["if"], wait, err)
	}
	bs, count, skipped := args.number("bs"), args.number("count"), args.number("seek")
	name, flag := args["of"], os.O_WRONLY|os.O_CREATE
	if args["conv"] != "notrunc" {
		flag |= os.O_TRUNC
	}
	write := args["if"] == "/dev/zero" && name != "/dev/null"
	if !write {
		name, flag = args["if"], os.O_RDONLY
	}
	file, err := p.FS().Open(p.Path(name), flag, 0o644)
	if err != nil {
		p.Errorf("dd: failed to open '%s': %s", name, shell.Strerror(err))
		return 1
	}
	if write {
		err = file.Allocate(bs * (skipped + count))
	} else if info, wrong := p.FS().Stat(p.Path(name)); wrong == nil {
		count = max(min(count, info.Size()/bs-args.number("skip")), 0)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		p.Errorf("dd: error writing '%s': %s", name, shell.Strerror(err))
		return 1
	}
	select {
	case <-time.After(s.manager.Moved(ctx, bs*count, write)):
		return 0
	case <-ctx.Done():
		return shell.Killed
	}
}

// volume reads a block from a device itself.
func (s stress) volume(ctx context.Context, p *shell.Proc, name string, wait time.Duration, err error) int {
	select {
	case <-time.After(wait):
	case <-ctx.Done():
		return shell.Killed
	}
	if err != nil {
		p.Errorf("dd: error reading '%s': %s", name, shell.Strerror(err))
		return 1
	}
	return 0
}

// operands are those of dd.
type operands map[string]string

// number is an operand that ddArgs has seen to be one.
func (o operands) number(name string) int64 {
	n, _ := strconv.ParseInt(o[name], 10, 64)
	return n
}

func ddArgs(args []string) (operands, error) {
	given := operands{"bs": "512", "seek": "0", "skip": "0"}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		switch name {
		case "if", "of", "status", "conv", "oflag", "iflag":
		case "bs", "count", "seek", "skip":
			if n, err := strconv.ParseInt(value, 10, 64); err != nil || n < 0 || n == 0 && name == "bs" {
				return nil, errors.New("invalid number: '" + value + "'")
			}
		default:
			return nil, errors.New("unrecognized operand '" + arg + "'")
		}
		given[name] = value
	}
	if given["if"] != "/dev/zero" && given["of"] != "/dev/null" || given["count"] == "" {
		return nil, errors.New("only zeros are written, and what is read goes to /dev/null")
	}
	return given, nil
}
