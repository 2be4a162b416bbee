package document

import (
	"regexp"
	"slices"
)

// Conceal makes the reporter quote nothing of what a file gives where nobody
// has a use for it: to an unknown key, to a key that is given twice, in place
// of a mapping. In a file that tells how machines are reached, that may well be
// a password, and messages end up in logs.
func (r *Reporter) Conceal() { r.conceals = true }

// conceal remembers that a node's text is not to be quoted.
func (r *Reporter) conceal(n *Node) { r.concealed = append(r.concealed, n) }

// quote is a problem with its line cut off where concealed text begins.
func (r *Reporter) quote(p Problem) Problem {
	if !r.conceals || p.File != r.doc.File {
		return p
	}
	for _, n := range slices.Concat(r.concealed, r.doc.doubled) {
		switch {
		case p.Line == n.Line:
			if shown := []rune(p.Source); len(shown) >= n.Column {
				p.Source = string(shown[:n.Column-1]) + "…"
			}
		case p.Line > n.Line && p.Line <= n.last:
			p.Source = ""
		}
	}
	return p
}

// secret is a key whose value must not be shown, whatever stands in the file.
var secret = regexp.MustCompile(`(?i)(pass|pw|secret|token)[a-z_-]*["']?\s*:`)

// unquoted is a problem without its line, nor the parser's words about it,
// where that seems to hold a secret: of a text that is not YAML, nobody knows
// which key has which value.
func unquoted(p Problem) Problem {
	if secret.MatchString(p.Source) {
		p.Source, p.Message = "", "not valid YAML"
		p.Hint = "the line is not shown, since it seems to hold a secret; a value with special characters belongs in quotes"
	}
	return p
}
