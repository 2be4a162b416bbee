package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// parse reads a script as POSIX, so that what only bash understands is refused
// here as it is by dash. The interpreter knows export, readonly and local only
// as the clauses that bash's parser makes of them, so they are made here.
func parse(text, name string) (*syntax.File, error) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), name)
	if err != nil {
		return nil, err
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Stmt:
			if call, ok := n.Cmd.(*syntax.CallExpr); ok && len(call.Args) > 0 {
				n.Cmd = declaration(call)
			}
		case *syntax.Assign:
			literal(n.Value)
		}
		return true
	})
	return file, nil
}

// literal makes quoted text of what stands behind a backslash in the value of an
// assignment, where the interpreter would keep the backslash.
func literal(value *syntax.Word) {
	if value == nil {
		return
	}
	for i, part := range value.Parts {
		lit, ok := part.(*syntax.Lit)
		if !ok || !strings.Contains(lit.Value, `\`) || strings.HasPrefix(lit.Value, "~") {
			continue
		}
		var b strings.Builder
		for text := lit.Value; text != ""; text = text[1:] {
			if text[0] == '\\' && len(text) > 1 {
				text = text[1:]
			}
			b.WriteByte(text[0])
		}
		value.Parts[i] = &syntax.SglQuoted{Left: lit.ValuePos, Right: lit.ValueEnd, Value: b.String()}
	}
}

// declaration turns a call of export, readonly or local into its clause.
func declaration(call *syntax.CallExpr) syntax.Command {
	variant := call.Args[0].Lit()
	if variant != "export" && variant != "readonly" && variant != "local" {
		return call
	}
	clause := &syntax.DeclClause{Variant: &syntax.Lit{ValuePos: call.Args[0].Pos(), ValueEnd: call.Args[0].End(), Value: variant}}
	for _, word := range call.Args[1:] {
		clause.Args = append(clause.Args, assignment(word))
	}
	return clause
}

// assignment reads NAME=VALUE; any other word stands for itself.
func assignment(word *syntax.Word) *syntax.Assign {
	first, isLit := word.Parts[0].(*syntax.Lit)
	if !isLit {
		return &syntax.Assign{Naked: true, Value: word}
	}
	name, value, found := strings.Cut(first.Value, "=")
	if !found || !syntax.ValidName(name) {
		if len(word.Parts) == 1 && syntax.ValidName(first.Value) {
			return &syntax.Assign{Naked: true, Name: first}
		}
		return &syntax.Assign{Naked: true, Value: word}
	}
	rest := &syntax.Word{}
	if value != "" {
		rest.Parts = append(rest.Parts, &syntax.Lit{ValuePos: first.ValuePos, ValueEnd: first.ValueEnd, Value: value})
	}
	rest.Parts = append(rest.Parts, word.Parts[1:]...)
	return &syntax.Assign{Name: &syntax.Lit{ValuePos: first.ValuePos, ValueEnd: first.ValueEnd, Value: name}, Value: rest}
}
