package script

import (
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Allowed are the commands that scripts on a node may use: what both Debian's
// base system with systemd and a simulated node have, and nothing that could
// undo more than it made.
func Allowed() []string {
	return strings.Fields(`
		[ test : . echo printf read set shift export eval exit return break continue true false cd umask command wait
		cat cp mv rm mkdir mkfifo rmdir ls ln touch chmod chown sync stat readlink mktemp df dd fallocate mount
		grep sed cut tr sort uniq head tail wc tee basename dirname xargs seq expr sha256sum
		date sleep uname hostname id nproc kill ps prlimit strace setpriv timeout flock setsid nohup sh bash env
		systemctl systemd-run systemd-detect-virt journalctl getent curl nc ss ip tc nft dmsetup iscsiadm mysql rabbitmqctl docker podman python3 dpkg-query rpm
		crm_mon crm_node crm_resource cibadmin`)
}

// Check parses a script as POSIX sh and returns an error for each place where
// it leaves the subset: a command that is not allowed or not a plain word, a
// file descriptor above 2, a trap other than on EXIT, a tenth argument without a
// shift. The text that `sh -c` or `bash -c`
// gets in single quotes is checked with it.
func Check(name, text string) []error {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), name)
	if err != nil {
		return []error{fmt.Errorf("parse script: %w", err)}
	}
	c := checker{name: name, known: map[string]bool{}}
	for _, command := range Allowed() {
		c.known[command] = true
	}
	syntax.Walk(file, func(node syntax.Node) bool {
		if f, ok := node.(*syntax.FuncDecl); ok {
			c.known[f.Name.Value] = true
		}
		return true
	})
	syntax.Walk(file, c.visit)
	return c.wrong
}

type checker struct {
	name  string
	known map[string]bool // commands and the script's own functions
	wrong []error
}

func (c *checker) report(at syntax.Pos, format string, args ...any) {
	c.wrong = append(c.wrong, fmt.Errorf("%s:%s: %s", c.name, at, fmt.Sprintf(format, args...)))
}

func (c *checker) visit(node syntax.Node) bool {
	switch n := node.(type) {
	case *syntax.Redirect:
		if n.N != nil && n.N.Value != "0" && n.N.Value != "1" && n.N.Value != "2" {
			c.report(n.Pos(), "file descriptor %s is above 2", n.N.Value)
		}
	case *syntax.ParamExp:
		if len(n.Param.Value) > 1 && strings.Trim(n.Param.Value, "0123456789") == "" {
			c.report(n.Pos(), "a simulated node does not know ${%s}; shift", n.Param.Value)
		}
	case *syntax.CallExpr:
		if len(n.Args) > 0 {
			c.call(n)
		}
	}
	return true
}

func (c *checker) call(call *syntax.CallExpr) {
	command := call.Args[0].Lit()
	switch {
	case command == "":
		c.report(call.Pos(), "a command must be a plain word")
	case command == "trap":
		if last := call.Args[len(call.Args)-1].Lit(); last != "EXIT" {
			c.report(call.Pos(), "a trap on %q; only EXIT is the same everywhere", last)
		}
	case !c.known[command]:
		c.report(call.Pos(), "command %q is not allowed", command)
	}
	for i, word := range call.Args {
		if word.Lit() == "-c" && i > 0 && slices.Contains([]string{"sh", "bash"}, call.Args[i-1].Lit()) && i+1 < len(call.Args) {
			c.quoted(call.Args[i+1])
		}
	}
}

// quoted checks the text of `sh -c '...'`; text from a variable is checked
// where it is made.
func (c *checker) quoted(word *syntax.Word) {
	for _, part := range word.Parts {
		if q, ok := part.(*syntax.SglQuoted); ok {
			c.wrong = append(c.wrong, Check(c.name+":"+word.Pos().String(), q.Value)...)
		}
	}
}
