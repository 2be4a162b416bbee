package command

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

func fields() map[string]shell.Command {
	return map[string]shell.Command{"cut": cut, "tr": tr, "expr": expr}
}

// ranges is a list like 1,3-5,7-.
type ranges [][2]int

func parseRanges(text string) (ranges, error) {
	rs := ranges{}
	for part := range strings.SplitSeq(text, ",") {
		from, to, isRange := strings.Cut(part, "-")
		low, high := 1, 1<<30
		var err error
		if from != "" {
			low, err = strconv.Atoi(from)
		}
		if err == nil && to != "" {
			high, err = strconv.Atoi(to)
		}
		if !isRange {
			high = low
		}
		if err != nil || low < 1 || part == "" || part == "-" {
			return nil, errors.New("invalid field value '" + part + "'")
		}
		rs = append(rs, [2]int{low, high})
	}
	return rs, nil
}

func (rs ranges) has(n int) bool {
	for _, r := range rs {
		if n >= r[0] && n <= r[1] {
			return true
		}
	}
	return false
}

func cut(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "d:f:c:b:s", nil, false)
	if err != nil {
		return usage(p, err)
	}
	byChar := o.has("c", "b")
	list := o.value("f")
	if byChar {
		list = o.value("c", "b")
	}
	chosen, err := parseRanges(list)
	if err != nil {
		return usage(p, err)
	}
	delimiter := "\t"
	switch {
	case byChar:
		delimiter = ""
	case o.has("d"):
		delimiter = o.value("d")
	}
	data, ok := inputs(p, o.values)
	for _, line := range split(data) {
		if !byChar && !strings.Contains(line, delimiter) {
			if !o.has("s") {
				p.Printf("%s\n", line)
			}
			continue
		}
		kept := []string{}
		for i, part := range strings.Split(line, delimiter) {
			if chosen.has(i + 1) {
				kept = append(kept, part)
			}
		}
		p.Printf("%s\n", strings.Join(kept, delimiter))
	}
	if !ok {
		return 1
	}
	return 0
}

func tr(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "dscC", nil, false)
	if err != nil || len(o.values) < 1 {
		return usage(p, errors.Join(err, missing(o, 1)))
	}
	data, err := p.Input()
	if err != nil {
		return p.Fail(err)
	}
	from := characters(o.values[0])
	to := ""
	if len(o.values) > 1 {
		to = characters(o.values[1])
	}
	inverse := o.has("c", "C")
	squeeze := to
	if squeeze == "" {
		squeeze = from
	}
	out := make([]byte, 0, len(data))
	for _, c := range data {
		at := strings.IndexByte(from, c)
		if (at >= 0) != inverse {
			switch {
			case o.has("d"):
				continue
			case to == "":
			case inverse:
				c = to[len(to)-1]
			default:
				c = to[min(at, len(to)-1)]
			}
			if o.has("s") && len(out) > 0 && out[len(out)-1] == c && (inverse || strings.IndexByte(squeeze, c) >= 0) {
				continue
			}
		}
		out = append(out, c)
	}
	if _, err := p.Stdout.Write(out); err != nil {
		return 1
	}
	return 0
}

// characters expands the ranges, classes and escapes of tr's sets.
func characters(set string) string {
	classes := map[string]string{
		"[:digit:]": "0-9", "[:lower:]": "a-z", "[:upper:]": "A-Z", "[:alpha:]": "A-Za-z", "[:alnum:]": "0-9A-Za-z",
		"[:space:]": "\t\n\v\f\r ", "[:blank:]": " \t", "[:cntrl:]": "\x00-\x1f\x7f",
	}
	set = octal().ReplaceAllStringFunc(set, func(escape string) string {
		if escape == `\\` {
			return escape
		}
		c, _ := strconv.ParseUint(escape[1:], 8, 8) // the pattern takes nothing else
		return string([]byte{byte(c)})
	})
	for name, list := range classes {
		set = strings.ReplaceAll(set, name, list)
	}
	set, _ = unescaped(set)
	var b strings.Builder
	for i := 0; i < len(set); i++ {
		if i+2 < len(set) && set[i+1] == '-' && set[i] <= set[i+2] {
			for c := int(set[i]); c <= int(set[i+2]); c++ {
				b.WriteByte(byte(c))
			}
			i += 2
			continue
		}
		b.WriteByte(set[i])
	}
	return b.String()
}

// octal finds tr's octal escapes, and escaped backslashes, which are none.
func octal() *regexp.Regexp { return regexp.MustCompile(`\\\\|\\(?:[0-3][0-7]{2}|[0-7]{1,2})`) }

// unescaped interprets \n, \t, \\ and \0.
func unescaped(text string) (string, bool) {
	out := strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t", `\r`, "\r", `\000`, "\x00", `\0`, "\x00").Replace(text)
	return out, out != text
}

// expr knows the forms A op B for the operators of integers and strings, and
// STRING : REGEX.
func expr(_ context.Context, p *shell.Proc) int {
	args := p.Args[1:]
	if len(args) == 1 {
		return exprResult(p, args[0])
	}
	if len(args) != 3 {
		p.Errorf("expr: syntax error")
		return 2
	}
	if args[1] == ":" {
		re, err := compile("^\\("+args[2]+"\\)", false, false)
		if err != nil {
			p.Errorf("expr: %v", err)
			return 2
		}
		m := re.FindStringSubmatch(args[0])
		switch {
		case len(m) > 2:
			return exprResult(p, m[2])
		case len(m) > 0:
			return exprResult(p, strconv.Itoa(len(m[0])))
		case re.NumSubexp() > 1:
			return exprResult(p, "")
		}
		return exprResult(p, "0")
	}
	a, errA := strconv.Atoi(args[0])
	b, errB := strconv.Atoi(args[2])
	switch args[1] {
	case "=":
		return exprResult(p, truth(args[0] == args[2]))
	case "!=":
		return exprResult(p, truth(args[0] != args[2]))
	}
	if errA != nil || errB != nil {
		p.Errorf("expr: non-integer argument")
		return 2
	}
	return arithmetic(p, a, args[1], b)
}

func arithmetic(p *shell.Proc, a int, operator string, b int) int {
	if b == 0 && (operator == "/" || operator == "%") {
		p.Errorf("expr: division by zero")
		return 2
	}
	switch operator {
	case "+":
		return exprResult(p, strconv.Itoa(a+b))
	case "-":
		return exprResult(p, strconv.Itoa(a-b))
	case "*":
		return exprResult(p, strconv.Itoa(a*b))
	case "/":
		return exprResult(p, strconv.Itoa(a/b))
	case "%":
		return exprResult(p, strconv.Itoa(a%b))
	case "<":
		return exprResult(p, truth(a < b))
	case "<=":
		return exprResult(p, truth(a <= b))
	case ">":
		return exprResult(p, truth(a > b))
	case ">=":
		return exprResult(p, truth(a >= b))
	}
	p.Errorf("expr: syntax error: unexpected argument '%s'", operator)
	return 2
}

func truth(is bool) string {
	if is {
		return "1"
	}
	return "0"
}

func exprResult(p *shell.Proc, value string) int {
	p.Printf("%s\n", value)
	if value == "" || value == "0" {
		return 1
	}
	return 0
}
