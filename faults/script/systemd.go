package script

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Systemd is the first command of systemd that a script goes by, also one inside of
// a quoted text or a document that it lays; empty where there is none, and why nobody can tell where it
// is no sh of POSIX. Comments do not count.
func Systemd(text string) string {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), "")
	if err != nil {
		return "something that cannot be told, since it is no sh of POSIX: " + err.Error()
	}
	found := ""
	look := func(text string) {
		for line := range strings.Lines(text) {
			if strings.HasPrefix(strings.TrimSpace(line), "#") {
				continue
			}
			for _, word := range strings.FieldsFunc(line, apart) {
				if found == "" && slices.Contains([]string{"systemctl", "systemd-run"}, word) {
					found = word
				}
			}
		}
	}
	syntax.Walk(file, func(node syntax.Node) bool {
		switch n := node.(type) {
		case *syntax.Lit:
			look(n.Value)
		case *syntax.SglQuoted:
			look(n.Value)
		}
		return found == ""
	})
	return found
}

// apart are what stands between words of sh.
func apart(r rune) bool { return strings.ContainsRune(" \t\n;|&(){}<>\"'`$!", r) }
