package nft

import (
	"context"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// Command is the program nft: `-f FILE` or `-f -`, with -c only to check;
// `list tables`, `list ruleset` and `list table FAMILY NAME`, with -s and -t;
// `delete table FAMILY NAME`.
func (r *Ruleset) Command(_ context.Context, p *shell.Proc) int {
	flags, words := "", p.Args[1:]
	for len(words) > 0 && len(words[0]) > 1 && words[0][0] == '-' {
		flags += words[0][1:]
		words = words[1:]
	}
	if strings.Trim(flags, "stcf") != "" {
		p.Errorf("nft: the options -%s are not known here", flags)
		return 1
	}
	if strings.Contains(flags, "f") {
		return r.file(p, words, strings.Contains(flags, "c"))
	}
	stateless, out := strings.Contains(flags, "s"), ""
	var err error
	switch line := strings.Join(words, " "); {
	case line == "list tables":
		for _, t := range r.Tables() {
			out += "table " + t + "\n"
		}
	case line == "list ruleset":
		out = r.all(stateless)
	case len(words) == 4 && strings.HasPrefix(line, "list table "):
		out, err = r.List(words[2], words[3], stateless)
	case len(words) == 4 && strings.HasPrefix(line, "delete table "):
		err = r.Delete(words[2], words[3])
	default:
		p.Errorf("Error: %q is not known here", line)
		return 1
	}
	if err != nil {
		p.Errorf("Error: %v", err)
		return 1
	}
	p.Printf("%s", out)
	return 0
}

func (r *Ruleset) file(p *shell.Proc, words []string, check bool) int {
	var text []byte
	var err error
	switch {
	case len(words) != 1:
		p.Errorf("nft: -f wants one file")
		return 1
	case words[0] == "-":
		text, err = p.Input()
	default:
		text, err = p.FS().ReadFile(p.Path(words[0]))
	}
	if err != nil {
		return p.Fail(err)
	}
	if err := r.Load(string(text), check); err != nil {
		p.Errorf("%s: Error: %v", words[0], err)
		return 1
	}
	return 0
}

func (r *Ruleset) all(stateless bool) string {
	var out strings.Builder
	for _, t := range r.Tables() {
		family, name, _ := strings.Cut(t, " ")
		text, err := r.List(family, name, stateless)
		if err != nil {
			continue // it was deleted meanwhile
		}
		out.WriteString(text)
	}
	return out.String()
}
