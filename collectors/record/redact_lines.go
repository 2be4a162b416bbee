package record

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Lines are those of a YAML document as somebody wrote it, for people: without its secrets
// (what Redact leaves out of a value, and what OneLine does of a line), without what a
// terminal obeys, and with their indents and comments. A value of a key that names a secret
// which goes over several lines is left out with all of them. A line that is very long is
// cut, which "…" shows. A document that is no YAML gives only its lines as OneLine has them.
func Lines(document []byte) []string {
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(string(document), "\r\n", "\n"), "\n"), "\n")
	secret := map[int]bool{} // those that are nothing but a part of one
	var root yaml.Node
	if yaml.Unmarshal([]byte(printable(string(document))), &root) == nil {
		for _, part := range secretParts(&root, len(lines)) {
			for n := part.first; n < part.end && n < len(lines); n++ {
				secret[n] = true
			}
		}
	}
	inKey := false
	for n, line := range lines {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		begins := strings.Contains(line, "-----BEGIN ") && strings.Contains(line, "PRIVATE KEY-----")
		switch ends := inKey && strings.Contains(line, "-----END "); {
		case secret[n] || inKey && !begins:
			lines[n] = indent + Redacted
			inKey = inKey && !ends
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

// stretch is from a line of a document to before another one, from 0.
type stretch struct{ first, end int }

// secretParts are the lines of values that belong to a key which names a secret, but for the
// line of the key itself: of scalars over several lines, and of lists.
func secretParts(root *yaml.Node, lines int) (parts []stretch) {
	var all []*yaml.Node // in the order of the document
	secret := map[*yaml.Node]bool{}
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		all = append(all, n)
		for i, child := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 1 && secretKey.MatchString(n.Content[i-1].Value) {
				for _, one := range append(slices.Clone(child.Content), child) {
					secret[one] = one.Kind == yaml.ScalarNode && (one == child || child.Kind == yaml.SequenceNode)
				}
			}
			walk(child)
		}
	}
	walk(root)
	keyAt := 0
	for i, n := range all {
		if !secret[n] {
			if n.Kind == yaml.ScalarNode {
				keyAt = n.Line
			}
			continue
		}
		next := lines + 1
		if i+1 < len(all) {
			next = all[i+1].Line
		}
		first := n.Line - 1
		if n.Line == keyAt { // the rest of it is below
			first++
		}
		parts = append(parts, stretch{first, max(next-1, first)})
	}
	return parts
}
