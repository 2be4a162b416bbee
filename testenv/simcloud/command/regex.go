package command

import (
	"regexp"
	"strings"
)

// compile translates a POSIX regular expression, basic or extended (with the
// GNU additions \+ \? \|), and compiles it with POSIX's leftmost-longest
// rule.
func compile(text string, extended, fold bool) (*regexp.Regexp, error) {
	return longest(translate(text, extended), fold)
}

func longest(text string, fold bool) (*regexp.Regexp, error) {
	if fold {
		text = "(?i)" + text
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, err
	}
	re.Longest()
	return re, nil
}

func translate(text string, extended bool) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '[':
			end := bracketEnd(text, i)
			b.WriteString(strings.ReplaceAll(text[i:end], `\`, `\\`))
			i = end - 1
		case c == '\\' && i+1 < len(text):
			i++
			b.WriteString(escaped(text[i], extended))
		case !extended && strings.IndexByte("(){}|+?", c) >= 0:
			b.WriteString(`\` + string(c))
		case !extended && c == '*' && (i == 0 || strings.HasSuffix(text[:i], `\(`) || text[:i] == "^"):
			b.WriteString(`\*`)
		case !extended && c == '^' && i > 0 && !strings.HasSuffix(text[:i], `\(`) && !strings.HasSuffix(text[:i], `\|`):
			b.WriteString(`\^`)
		case !extended && c == '$' && i+1 < len(text) && !strings.HasPrefix(text[i+1:], `\)`) && !strings.HasPrefix(text[i+1:], `\|`):
			b.WriteString(`\$`)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func escaped(c byte, extended bool) string {
	switch {
	case !extended && strings.IndexByte("(){}|+?", c) >= 0:
		return string(c)
	case c == '<' || c == '>':
		return `\b`
	case strings.IndexByte("bBwWsSnt", c) >= 0:
		return `\` + string(c)
	}
	return regexp.QuoteMeta(string(c))
}

// bracketEnd is the index after the bracket expression that starts at from.
func bracketEnd(text string, from int) int {
	i := from + 1
	if i < len(text) && text[i] == '^' {
		i++
	}
	if i < len(text) && text[i] == ']' {
		i++
	}
	for i < len(text) && text[i] != ']' {
		if strings.HasPrefix(text[i:], "[:") {
			if end := strings.Index(text[i:], ":]"); end > 0 {
				i += end + 1
			}
		}
		i++
	}
	return min(i+1, len(text))
}
