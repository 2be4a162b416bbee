package shell

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/interp"
)

// complain prints a message as dash does and stands for a command that ends
// with that status.
func complain(ctx context.Context, message string, code int) []string {
	fmt.Fprintf(interp.HandlerCtx(ctx).Stderr, "sh: 1: %s\n", message)
	return []string{"/bin/sh:status", strconv.Itoa(code)}
}

// Builtins are the commands that stand for builtins of the shell.
func Builtins() map[string]Command {
	return map[string]Command{
		"sh:status": func(_ context.Context, p *Proc) int {
			code, err := strconv.Atoi(p.Args[1])
			if err != nil {
				return Usage
			}
			return code
		},
		"sh":    asBash(false),
		"dash":  asBash(false),
		"bash":  asBash(true),
		"umask": umask,
		"hash":  func(context.Context, *Proc) int { return 0 },
		"type":  typeOf,
		"echo": func(_ context.Context, p *Proc) int {
			p.Printf("%s", echoText(p.Args[1:]))
			return 0
		},
		"true":  func(context.Context, *Proc) int { return 0 },
		"false": func(context.Context, *Proc) int { return 1 },
	}
}

func evalText(args []string) string { return strings.Join(args, " ") }

// command handles `command -v NAME…` and `command NAME ARGS…`.
func (s *Shell) command(ctx context.Context, args []string) []string {
	rest := args[1:]
	if len(rest) > 0 && rest[0] == "--" {
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return []string{"true"}
	}
	if rest[0] != "-v" && rest[0] != "-V" {
		return s.recall(ctx, rest)
	}
	code := 0
	for _, name := range rest[1:] {
		switch {
		case isBuiltin(name):
			fmt.Fprintln(interp.HandlerCtx(ctx).Stdout, name)
		case s.Commands[name] != nil:
			fmt.Fprintln(interp.HandlerCtx(ctx).Stdout, "/usr/bin/"+name)
		case strings.Contains(name, "/") && s.runnable(ctx, name):
			fmt.Fprintln(interp.HandlerCtx(ctx).Stdout, name)
		default:
			code = NotFound
		}
	}
	return []string{"/bin/sh:status", strconv.Itoa(code)}
}

// recall treats what follows `command` as a command of its own.
func (s *Shell) recall(ctx context.Context, args []string) []string {
	again, err := s.call(ctx, args)
	if err != nil {
		return complain(ctx, err.Error(), 1)
	}
	return again
}

func (s *Shell) runnable(ctx context.Context, name string) bool {
	name = absolute(ctx, name)
	if cut := strings.LastIndexByte(name, '/'); isBin(name[:cut]) && s.Commands[name[cut+1:]] != nil {
		return true
	}
	info, err := s.FS.Stat(name)
	return err == nil && !info.IsDir() && info.Mode()&0o111 != 0
}

func isBuiltin(name string) bool {
	return slices.Contains([]string{
		"[", ":", ".", "break", "cd", "command", "continue", "echo", "eval", "exec", "exit", "export", "false", "getopts",
		"kill", "printf", "pwd", "read", "readonly", "return", "set", "shift", "test", "trap", "true", "type", "umask",
		"unset", "wait",
	}, name)
}

func typeOf(_ context.Context, p *Proc) int {
	code := 0
	for _, name := range p.Args[1:] {
		switch {
		case isBuiltin(name):
			p.Printf("%s is a shell builtin\n", name)
		case p.Shell.Commands[name] != nil:
			p.Printf("%s is /usr/bin/%s\n", name, name)
		default:
			p.Printf("%s: not found\n", name)
			code = NotFound
		}
	}
	return code
}

// umask is taken and has no effect: files of a simulated node have no owner
// but root.
func umask(_ context.Context, p *Proc) int {
	if len(p.Args) == 1 {
		p.Printf("0022\n")
	}
	return 0
}

// dashEcho writes an echo as the printf that does the same in dash, where
// only -n is an option and escapes are always interpreted.
func dashEcho(args []string) []string {
	return []string{"printf", "%s", echoText(args[1:])}
}

func echoText(args []string) string {
	end := "\n"
	if len(args) > 0 && args[0] == "-n" {
		args, end = args[1:], ""
	}
	text, stopped := unescape(strings.Join(args, " "))
	if stopped {
		end = ""
	}
	return text + end
}

// unescape interprets the escapes of dash's echo; stopped says that a \c ended
// the text.
func unescape(s string) (text string, stopped bool) {
	if !strings.Contains(s, `\`) {
		return s, false
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch at := strings.IndexByte(`abfnrtv\`, s[i]); {
		case s[i] == 'c':
			return b.String(), true
		case s[i] == '0':
			end := i + 1
			for end < len(s) && end < i+4 && s[end] >= '0' && s[end] <= '7' {
				end++
			}
			n, _ := strconv.ParseUint("0"+s[i+1:end], 8, 16)
			b.WriteByte(byte(n))
			i = end - 1
		case at >= 0:
			b.WriteByte("\a\b\f\n\r\t\v\\"[at])
		default:
			b.WriteByte('\\')
			b.WriteByte(s[i])
		}
	}
	return b.String(), false
}

// runShell is sh: -c TEXT [NAME ARG…], FILE [ARG…], or a script on stdin; the
// options -e, -u and -x may come before.
func runShell(ctx context.Context, p *Proc) int {
	args, set := p.Args[1:], ""
	for len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && args[0] != "-c" && args[0] != "-s" && args[0] != "--" {
		flags := args[0][1:]
		args = args[1:]
		if cut, isText := strings.CutSuffix(flags, "c"); isText {
			flags, args = cut, slices.Concat([]string{"-c"}, args)
		}
		if strings.Trim(flags, "eux") != "" {
			p.Errorf("sh: 0: Illegal option -%s", flags)
			return Usage
		}
		set += flags
	}
	child := *p
	var text string
	switch {
	case len(args) > 0 && args[0] == "-c":
		if len(args) < 2 {
			p.Errorf("sh: 0: -c requires an argument")
			return Usage
		}
		text, child.Args = args[1], args[2:]
	case len(args) == 0 || args[0] == "-s" || args[0] == "--":
		input, err := p.Input()
		if err != nil {
			return p.Fail(err)
		}
		text, child.Stdin = string(input), nil
		child.Args = slices.Concat([]string{"sh"}, args[min(1, len(args)):])
	default:
		data, err := p.FS().ReadFile(p.Path(args[0]))
		if err != nil {
			p.Errorf("sh: 0: cannot open %s: %s", args[0], Strerror(err))
			return Usage
		}
		text, child.Args = string(data), args
	}
	if len(child.Args) == 0 {
		child.Args = []string{"sh"}
	}
	if set != "" {
		text = "set -" + set + "\n" + text
	}
	return p.Shell.Run(ctx, &child, text)
}
