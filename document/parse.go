package document

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Document is a parsed file: its tree and its lines.
type Document struct {
	File string
	Root *Node // never nil after a successful Parse

	lines   []string
	doubled []*Node // values whose key was given before
}

// Parse reads the text of one YAML document into a tree. It refuses what makes
// a place or a meaning ambiguous: duplicate keys, aliases, merge keys, tags and
// a second document. The document is nil when the text is not YAML at all;
// otherwise it can be decoded in spite of the problems, so that all of them
// are seen at once.
func Parse(file string, data []byte) (*Document, Problems) {
	doc := &Document{File: file, lines: strings.Split(string(data), "\n")}
	for i, line := range doc.lines {
		doc.lines[i] = strings.TrimSuffix(line, "\r")
	}
	if !utf8.Valid(data) {
		return nil, Problems{doc.problem(doc.invalidLine(), 1, "the file is not UTF-8 text", "")}
	}
	var trees []yaml.Node
	if err := yaml.Load(data, &trees, yaml.WithAllDocuments()); err != nil {
		return nil, Problems{unquoted(doc.syntax(err))}
	}
	if len(trees) == 0 || len(trees[0].Content) == 0 {
		return nil, Problems{doc.problem(1, 1, "the file is empty", "")}
	}
	report := doc.Reporter()
	doc.Root = doc.convert(report, trees[0].Content[0], nil)
	if len(trees) > 1 {
		second := &Node{Line: trees[1].Line, Column: trees[1].Column, doc: doc}
		report.At(second).Errorf("a second document starts here; a file holds one")
	}
	return doc, report.Problems()
}

// Reporter returns a reporter for this document's problems.
func (d *Document) Reporter() *Reporter { return &Reporter{doc: d} }

// Decode decodes the whole document into a pointer; see [Reporter.Decode].
func (d *Document) Decode(into any) Problems { return DecodeNode(d.Root, into) }

// DecodeNode decodes one node into a pointer; see [Reporter.Decode].
func DecodeNode(node *Node, into any) Problems {
	report := node.doc.Reporter()
	report.Decode(node, into)
	return report.Problems()
}

func (d *Document) line(n int) string {
	if n < 1 || n > len(d.lines) {
		return ""
	}
	return d.lines[n-1]
}

func (d *Document) invalidLine() int {
	for i, line := range d.lines {
		if !utf8.ValidString(line) {
			return i + 1
		}
	}
	return 1
}

// problem makes a problem whose place is inside the file, whatever the parser
// said.
func (d *Document) problem(line, column int, message, hint string) Problem {
	last := len(d.lines)
	if last > 1 && d.lines[last-1] == "" {
		last--
	}
	if line > last {
		line, column = last, utf8.RuneCountInString(d.lines[last-1])+1
	}
	return Problem{
		File: d.File, Line: max(line, 1), Column: max(column, 1),
		Message: message, Hint: hint, Source: d.line(max(line, 1)),
	}
}

// syntax turns the parser's error into a problem.
func (d *Document) syntax(err error) Problem {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return d.problem(1, 1, err.Error(), "")
	}
	hint := ""
	if load.ContextMsg != "" && load.ContextMark.Line > 0 {
		hint = load.ContextMsg + " that starts in line " + strconv.Itoa(load.ContextMark.Line)
	}
	return d.problem(load.Mark.Line, load.Mark.Column, "not valid YAML: "+load.Message, hint)
}

// convert copies the parser's tree into ours and reports what we refuse.
func (d *Document) convert(report *Reporter, from *yaml.Node, key *Node) *Node {
	n := &Node{Line: from.Line, Column: from.Column, Key: key, last: lastLine(from), doc: d}
	switch {
	case from.Kind == yaml.AliasNode:
		n.Shape = Null
		report.At(n).Errorf("aliases are not supported; write the value out")
		n.reported = true
		return n
	case from.Anchor != "":
		report.At(n).Errorf("anchors are not supported; write the value out where it is used")
	case from.Style&yaml.TaggedStyle != 0:
		report.At(n).Errorf("tags are not supported; leave it out")
	}
	switch from.Kind {
	case yaml.MappingNode:
		n.Shape = Mapping
		d.convertEntries(report, from, n)
	case yaml.SequenceNode:
		n.Shape = Sequence
		for _, item := range from.Content {
			n.Items = append(n.Items, d.convert(report, item, nil))
		}
	default:
		n.Text = from.Value
		n.Quoted = from.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
		n.number = from.Tag == "!!int" || from.Tag == "!!float"
		if from.Tag == "!!null" && !n.Quoted {
			n.Shape = Null
		}
	}
	return n
}

// lastLine is the line on which the last node of a tree starts.
func lastLine(n *yaml.Node) int {
	if len(n.Content) == 0 {
		return n.Line
	}
	return max(n.Line, lastLine(n.Content[len(n.Content)-1]))
}

func (d *Document) convertEntries(report *Reporter, from *yaml.Node, n *Node) {
	seen := map[string]*Node{}
	for i := 0; i+1 < len(from.Content); i += 2 {
		key := d.convert(report, from.Content[i], nil)
		value := d.convert(report, from.Content[i+1], key)
		switch first := seen[key.Text]; {
		case key.Shape == Null && key.reported:
		case key.Shape != Scalar:
			report.At(key).Errorf("a key is a word, not %s", key.Shape)
		case key.Text == "<<" && !key.Quoted:
			report.At(key).Errorf("merge keys are not supported; write the values out")
		case first != nil:
			d.doubled = append(d.doubled, value)
			report.At(key).Errorf("%q is given twice; the first is in line %d", key.Text, first.Line)
		default:
			seen[key.Text] = key
			n.Entries = append(n.Entries, Entry{Key: key, Value: value})
		}
	}
}
