package command

import (
	"bufio"
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

func searching() map[string]shell.Command {
	return map[string]shell.Command{"grep": grep, "sed": sed}
}

func grep(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "aqcvEFxoniHhsle:m:w", []string{"line-buffered"}, false)
	if err != nil {
		p.Errorf("grep: %v", err)
		return 2
	}
	patterns, names := o.set["e"], o.values
	if len(patterns) == 0 {
		if len(names) == 0 {
			p.Errorf("grep: no pattern")
			return 2
		}
		patterns, names = names[:1], names[1:]
	}
	re, err := grepPattern(o, patterns)
	if err != nil {
		p.Errorf("grep: %v", err)
		return 2
	}
	g := grepping{p: p, o: o, re: re, limit: -1, label: len(names) > 1 && !o.has("h") || o.has("H")}
	if o.has("m") {
		if g.limit, err = strconv.Atoi(o.value("m")); err != nil {
			p.Errorf("grep: invalid max count")
			return 2
		}
	}
	if len(names) == 0 {
		names = []string{"-"}
	}
	code := 1
	for _, name := range names {
		switch matched, err := g.file(name); {
		case err != nil:
			if !o.has("s") {
				p.Fail(err)
			}
			code = 2
		case matched && code == 1:
			code = 0
		}
	}
	return code
}

func grepPattern(o options, patterns []string) (*regexp.Regexp, error) {
	parts := []string{}
	for _, whole := range patterns {
		for pattern := range strings.SplitSeq(whole, "\n") {
			if o.has("F") {
				pattern = regexp.QuoteMeta(pattern)
			} else {
				pattern = translate(pattern, o.has("E"))
			}
			parts = append(parts, "(?:"+pattern+")")
		}
	}
	text := strings.Join(parts, "|")
	if o.has("w") {
		text = `\b(?:` + text + `)\b`
	}
	if o.has("x") {
		text = "^(?:" + text + ")$"
	}
	return longest(text, o.has("i"))
}

type grepping struct {
	p     *shell.Proc
	o     options
	re    *regexp.Regexp
	limit int
	label bool
}

// file searches one input line by line, as it comes.
func (g grepping) file(name string) (bool, error) {
	var in *bufio.Reader
	if name == "-" && g.p.Stdin != nil {
		in = bufio.NewReader(g.p.Stdin)
	} else {
		data, err := content(g.p, name)
		if err != nil {
			return false, err
		}
		in = bufio.NewReader(strings.NewReader(string(data)))
	}
	count, number := 0, 0
	for g.limit < 0 || count < g.limit {
		line, err := in.ReadString('\n')
		if line == "" && err != nil {
			break
		}
		number++
		line = strings.TrimSuffix(line, "\n")
		if g.re.MatchString(line) == g.o.has("v") {
			continue
		}
		count++
		if g.o.has("q") {
			return true, nil
		}
		if !g.o.has("c", "l") && !g.print(name, number, line) {
			return true, errors.New("write error: Broken pipe")
		}
	}
	if g.o.has("c") {
		g.p.Printf("%s%d\n", g.prefix(name, 0), count)
	}
	if g.o.has("l") && count > 0 {
		g.p.Printf("%s\n", name)
	}
	return count > 0, nil
}

func (g grepping) prefix(name string, number int) string {
	text := ""
	if g.label {
		text = name + ":"
	}
	if g.o.has("n") && number > 0 {
		text += strconv.Itoa(number) + ":"
	}
	return text
}

func (g grepping) print(name string, number int, line string) bool {
	if !g.o.has("o") {
		return g.p.Printf("%s%s\n", g.prefix(name, number), line)
	}
	for _, found := range g.re.FindAllString(line, -1) {
		if found != "" && !g.p.Printf("%s%s\n", g.prefix(name, number), found) {
			return false
		}
	}
	return true
}
