package command

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// wrappers are the programs that run another program.
func wrappers() map[string]shell.Command {
	return map[string]shell.Command{
		"timeout": timeout, "nohup": plain, "nice": nice, "ionice": nice, "setsid": setsid, "sudo": sudo, "env": env, "xargs": xargs,
		"stdbuf": nice,
	}
}

func timeout(ctx context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "s:k:v", []string{"signal=", "kill-after=", "preserve-status", "foreground"}, true)
	if err != nil || len(o.values) < 2 {
		p.Errorf("timeout: %v", errors.Join(err, missing(o, 2)))
		return 125
	}
	limit, err := interval(o.values[0])
	if err != nil {
		p.Errorf("timeout: %v", err)
		return 125
	}
	if limit == 0 {
		return p.Run(ctx, o.values[1:])
	}
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	code := p.Run(bounded, o.values[1:])
	if bounded.Err() == nil || ctx.Err() != nil {
		return code
	}
	if signal := o.value("s", "signal"); signal == "KILL" || signal == "9" {
		return shell.Killed
	}
	return 124
}

func plain(ctx context.Context, p *shell.Proc) int {
	if len(p.Args) < 2 {
		return usage(p, errors.New("missing operand"))
	}
	return p.Run(ctx, p.Args[1:])
}

// nice takes its own flags, which have no effect here.
func nice(ctx context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "n:c:o:i:e:t", []string{"adjustment="}, true)
	if err != nil || len(o.values) == 0 {
		return usage(p, errors.Join(err, missing(o, 1)))
	}
	return p.Run(ctx, o.values)
}

// setsid runs its program as a process of its own, out of reach of the script's end,
// and waits for it, as the real one does where it need not fork; with -f it does not.
func setsid(ctx context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "fwc", []string{"fork", "wait"}, true)
	if err != nil || len(o.values) == 0 {
		return usage(p, errors.Join(err, missing(o, 1)))
	}
	if p.Shell.Detach == nil {
		return p.Run(ctx, o.values)
	}
	child := *p
	child.Args = o.values
	if o.has("f", "fork") && !o.has("w", "wait") {
		child.Stdin = nil
		p.Shell.Detach(&child)
		return 0
	}
	select {
	case code := <-p.Shell.Detach(&child):
		return code
	case <-ctx.Done():
		return shell.Killed
	}
}

// sudo is always allowed: there is no user but root.
func sudo(ctx context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "nEHSu:g:", []string{"non-interactive", "user="}, true)
	if err != nil || len(o.values) == 0 {
		return usage(p, errors.Join(err, missing(o, 1)))
	}
	child := *p
	child.Env = maps.Clone(p.Env)
	if !o.has("E") {
		delete(child.Env, "SSH_CONNECTION")
	}
	for len(o.values) > 0 && strings.Contains(o.values[0], "=") {
		name, value, _ := strings.Cut(o.values[0], "=")
		child.Env[name] = value
		o.values = o.values[1:]
	}
	if len(o.values) == 0 {
		return usage(p, missing(o, 1))
	}
	return child.Run(ctx, o.values)
}

func env(ctx context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "iu:", nil, true)
	if err != nil {
		return usage(p, err)
	}
	child := *p
	child.Env = maps.Clone(p.Env)
	if o.has("i") || child.Env == nil {
		child.Env = map[string]string{}
	}
	for _, name := range o.set["u"] {
		delete(child.Env, name)
	}
	for len(o.values) > 0 && strings.Contains(o.values[0], "=") {
		name, value, _ := strings.Cut(o.values[0], "=")
		child.Env[name] = value
		o.values = o.values[1:]
	}
	if len(o.values) > 0 {
		return child.Run(ctx, o.values)
	}
	for _, name := range slices.Sorted(maps.Keys(child.Env)) {
		p.Printf("%s=%s\n", name, child.Env[name])
	}
	return 0
}

func xargs(ctx context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "rn:I:0", []string{"no-run-if-empty"}, true)
	if err != nil {
		return usage(p, err)
	}
	data, err := p.Input()
	if err != nil {
		return p.Fail(err)
	}
	words := strings.Fields(string(data))
	switch {
	case o.has("0"):
		words = strings.FieldsFunc(string(data), func(r rune) bool { return r == 0 })
	case o.has("I"):
		words = split(data)
	}
	program := o.values
	if len(program) == 0 {
		program = []string{"echo"}
	}
	if len(words) == 0 && (o.has("r", "no-run-if-empty", "I")) {
		return 0
	}
	size := max(len(words), 1)
	if o.has("I") {
		size = 1
	} else if o.has("n") {
		if size, err = strconv.Atoi(o.value("n")); err != nil || size < 1 {
			return usage(p, errors.New("invalid number for -n"))
		}
	}
	child := *p
	child.Stdin = nil
	code := 0
	for first := true; first || len(words) > 0; first = false {
		batch := words[:min(size, len(words))]
		words = words[len(batch):]
		args := slices.Concat(program, batch)
		if mark := o.value("I"); mark != "" {
			args = slices.Clone(program)
			for i := range args {
				args[i] = strings.ReplaceAll(args[i], mark, batch[0])
			}
		}
		switch one := child.Run(ctx, args); {
		case ctx.Err() != nil || one >= 126:
			return one
		case one != 0:
			code = 123
		}
	}
	return code
}
