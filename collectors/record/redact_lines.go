package record

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Lines are those of a scenario as somebody wrote it, for people: without its secrets (what
// Redact leaves out of a value, and what OneLine does of a line), without what a terminal
// obeys, and with their indents and comments. What names a secret and is the name of a load,
// of a fault or of another thing at the top is none if there is a mapping behind it. A value
// that is left out may take with it what stands behind it up to the next one. A line that is
// very long is cut, which "…" shows. A document that is no YAML gives only its lines as OneLine
// has them.
func Lines(document []byte) []string {
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(string(document), "\r\n", "\n"), "\n"), "\n")
	for n, line := range lines {
		lines[n] = printable(line)
	}
	var root yaml.Node
	if yaml.Unmarshal([]byte(strings.Join(lines, "\n")), &root) == nil {
		for _, part := range slices.Backward(secretParts(&root)) {
			part.leaveOut(lines)
		}
	}
	inKey := false
	for n, line := range lines {
		indent := indentOf(line)
		begins := strings.Contains(line, "-----BEGIN ") && strings.Contains(line, "PRIVATE KEY-----")
		switch ends := inKey && strings.Contains(line, "-----END "); {
		case inKey && !begins:
			lines[n] = indent + Redacted
			inKey = !ends
		default:
			inKey = begins && !strings.Contains(line, "-----END ")
			lines[n] = indent + strings.TrimRight(withoutSecrets(strings.TrimLeft(line, " ")), " ")
			if len(line) > readMost {
				lines[n] += " …"
			}
		}
	}
	return lines
}

func indentOf(line string) string { return line[:len(line)-len(strings.TrimLeft(line, " "))] }

// named are the mappings of a scenario whose keys are names that its author has given.
func named() []string { return []string{"tenants", "loads", "collectors", "captures", "faults"} }

// secretPart is a value that is a secret, and what comes next in the document, if anything.
type secretPart struct{ value, next *yaml.Node }

// secretOption is an option of a command whose value is a secret.
var secretOption = regexp.MustCompile(`(?i)^--?[\w-]*(?:` + secretWords + `|` + passName + `)[\w-]*$|^(?-i:-p|-P|--key)$`)

// optionValue tells whether the element of a list is the secret value of the option before it, as
// of a command that is written as a list. A port is none, nor is a user without a password.
func optionValue(option, value string) bool {
	switch {
	case strings.HasPrefix(value, "-"), aPort.MatchString(value):
		return false
	case option == "-u", option == "--user":
		return strings.Contains(value, ":")
	case option == "--key":
		return !strings.ContainsAny(value, "/.~")
	}
	return secretOption.MatchString(option)
}

// secretParts are the values of keys that name a secret, and what aliases of them stand for,
// in the order of the document.
func secretParts(root *yaml.Node) (parts []secretPart) {
	var all []*yaml.Node // in the order of the document
	end := map[*yaml.Node]int{}
	secret := map[*yaml.Node]bool{}
	var walk func(n *yaml.Node, byName, hidden bool)
	walk = func(n *yaml.Node, byName, hidden bool) {
		all = append(all, n)
		for i, child := range n.Content {
			names, hide := false, hidden
			if n.Kind == yaml.MappingNode && i%2 == 1 {
				key := n.Content[i-1].Value
				names = len(root.Content) > 0 && n == root.Content[0] && slices.Contains(named(), key)
				hide = hidden || secretKey.MatchString(key) && !(byName && child.Kind == yaml.MappingNode)
			}
			if n.Kind == yaml.SequenceNode && i > 0 && child.Kind == yaml.ScalarNode {
				hide = hidden || optionValue(n.Content[i-1].Value, child.Value)
			}
			if hide && !hidden {
				secret[child] = true
			}
			if hide && child.Kind == yaml.AliasNode {
				secret[child.Alias] = true
			}
			walk(child, names, hide)
		}
		end[n] = len(all)
	}
	walk(root, false, false)
	last := 0
	for i, n := range all {
		if !secret[n] || i < last { // or a part of one
			continue
		}
		last = end[n]
		part := secretPart{value: n}
		if last < len(all) {
			part.next = all[last]
		}
		parts = append(parts, part)
	}
	return parts
}

// leaveOut takes a secret out of lines: of what is on one line and as it was written only that,
// of all else what stands before the next value.
func (p secretPart) leaveOut(lines []string) {
	at := p.value.Line - 1
	if at < 0 || at >= len(lines) {
		return
	}
	before, rest := split(lines[at], p.value.Column)
	if text, ok := written(p.value); ok && strings.HasPrefix(rest, text) {
		if text != "" {
			lines[at] = before + Redacted + rest[len(text):]
		}
		return
	}
	end, behind := len(lines), ""
	if p.next != nil && p.next.Line-1 < len(lines) {
		var of string
		end = p.next.Line - 1
		if of, behind = split(lines[end], p.next.Column); end > at {
			if strings.Trim(of, " -") == "" { // it begins on a line of its own
				behind = ""
			} else {
				lines[end] = indentOf(of) + Redacted + ", " + behind
				behind = ""
			}
		} else {
			behind = ", " + behind
		}
	}
	lines[at] = before + Redacted + behind
	for n := at + 1; n < end; n++ {
		lines[n] = indentOf(lines[n]) + Redacted
	}
}

// split parts a line before a column, which counts characters from 1.
func split(line string, column int) (before, rest string) {
	n := 0
	for at := range line {
		if n++; n >= column {
			return line[:at], line[at:]
		}
	}
	return line, ""
}

// written is a scalar as it stands in a document, if nothing of it is escaped.
func written(n *yaml.Node) (string, bool) {
	const folds = yaml.LiteralStyle | yaml.FoldedStyle | yaml.TaggedStyle
	switch {
	case n.Kind != yaml.ScalarNode || n.Anchor != "" || n.Style&folds != 0:
		return "", false
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return `"` + n.Value + `"`, true
	case n.Style&yaml.SingleQuotedStyle != 0:
		return "'" + n.Value + "'", true
	}
	return n.Value, true
}
