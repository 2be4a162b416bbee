package rally

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/nikolalohinski/gonja/v2"
	"github.com/nikolalohinski/gonja/v2/config"
	"github.com/nikolalohinski/gonja/v2/exec"
	"github.com/nikolalohinski/gonja/v2/loaders"
	"go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/document"
)

// render makes the text of a task of its template, as Rally does: by Jinja2 with
// the arguments and with Rally's own functions. Where that moves lines, places are
// those of what was made, and the name of the file says so.
func render(file string, text []byte, o Options) (name string, made []byte, err error) {
	if !bytes.Contains(text, []byte("{{")) && !bytes.Contains(text, []byte("{%")) && !bytes.Contains(text, []byte("{#")) {
		return file, text, nil
	}
	if missing := unset(file, string(text), o.Args); len(missing) > 0 {
		return file, nil, missing
	}
	context := map[string]any{}
	for key, value := range o.Args {
		var of any
		if yaml.Unmarshal([]byte(value), &of) != nil {
			of = value
		}
		context[key] = of
	}
	template, err := exec.NewTemplate(root, config.New(), &folder{text: text, files: o.Files}, environment())
	if err == nil {
		var to bytes.Buffer
		err = template.Execute(&to, exec.NewContext(context))
		made = to.Bytes()
	}
	if err != nil {
		return file, nil, document.Problems{wrong(file, string(text), err)}
	}
	if lines(made) != lines(bytes.TrimSuffix(text, []byte("\n"))) {
		file += " (as its template makes it)"
	}
	return file, made, nil
}

func lines(text []byte) int { return bytes.Count(text, []byte("\n")) }

// environment is Jinja2's, with the functions that Rally adds.
func environment() *exec.Environment {
	all := *gonja.DefaultEnvironment
	all.Context = exec.EmptyContext().Update(gonja.DefaultContext).Update(exec.NewContext(map[string]any{
		"min":   func(a, b *exec.Value) any { return plain(min(a.Float(), b.Float())) },
		"max":   func(a, b *exec.Value) any { return plain(max(a.Float(), b.Float())) },
		"ceil":  func(x *exec.Value) any { return plain(math.Ceil(x.Float())) },
		"round": func(x *exec.Value) any { return plain(math.RoundToEven(x.Float())) },
	}))
	return &all
}

// plain is a number that is written without a fraction where it has none.
func plain(x float64) any {
	if x == math.Trunc(x) && math.Abs(x) < 1<<53 {
		return int(x)
	}
	return x
}

// unset are the variables that a template prints and that nobody gives, as Rally
// refuses them.
func unset(file, text string, args map[string]string) document.Problems {
	var missing document.Problems
	var seen []string
	for _, found := range printed.FindAllStringSubmatchIndex(text, -1) {
		name := text[found[2]:found[3]]
		_, given := args[name]
		if given || slices.Contains(seen, name) || bound(text, name) {
			continue
		}
		seen = append(seen, name)
		problem := at(file, text, found[2])
		problem.Message, problem.Hint = fmt.Sprintf("the template wants the argument %s", name), "--args "+name+"=VALUE"
		missing = append(missing, problem)
	}
	return missing
}

// printed is a variable that is printed as it is.
var printed = regexp.MustCompile(`\{\{-?\s*([A-Za-z_]\w*)\s*-?\}\}`)

// bound tells that the template itself gives a variable a value, or says what it is
// by default.
func bound(text, name string) bool {
	n := regexp.QuoteMeta(name)
	by := regexp.MustCompile(`\{%-?\s*(set\s+` + n + `\s*=|for\s+[\w\s,]*\b` + n + `\b[\w\s,]*\sin\b|(import|macro|with)\b[^%]*\b` + n + `\b)|\b` + n + `\s*\|\s*default\(`)
	return by.MatchString(text)
}

// place is where the parser of templates says that something is wrong.
var place = regexp.MustCompile(`(?i)\bline:?\s*(\d+)`)

// wrong is a problem of the template. The parser's errors begin with the whole
// text, which says nothing.
func wrong(file, text string, err error) document.Problem {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	p := document.Problem{File: file, Line: 1, Column: 1, Message: "the template cannot be read: " + strings.ReplaceAll(err.Error(), "\n", " ")}
	if found := place.FindStringSubmatch(p.Message); found != nil {
		if line, _ := strconv.Atoi(found[1]); line > 0 {
			p.Line = line
		}
	}
	if all := strings.Split(text, "\n"); p.Line <= len(all) {
		p.Source = all[p.Line-1]
	}
	return p
}

// at is a problem at an offset of a text.
func at(file, text string, offset int) document.Problem {
	line := strings.Count(text[:offset], "\n")
	start := strings.LastIndex(text[:offset], "\n") + 1
	return document.Problem{File: file, Line: line + 1, Column: len([]rune(text[start:offset])) + 1, Source: strings.Split(text, "\n")[line]}
}

// root is the name by which the template of the task is loaded.
const root = "/task"

// folder loads what a template includes from the folder of its task, and from
// nowhere else.
type folder struct {
	text  []byte
	files fs.FS
}

// Read is the text of a file by its resolved name.
func (f *folder) Read(name string) (io.Reader, error) {
	if name == root {
		return bytes.NewReader(f.text), nil
	}
	if f.files == nil || !fs.ValidPath(name) {
		return nil, fmt.Errorf("include %s: a template includes files of its own folder", name)
	}
	text, err := fs.ReadFile(f.files, name)
	if err != nil {
		return nil, fmt.Errorf("include: %w", err)
	}
	return bytes.NewReader(text), nil
}

// Resolve is the name below the task's folder.
func (f *folder) Resolve(name string) (string, error) {
	if name == root {
		return name, nil
	}
	return path.Clean(name), nil
}

// Inherit loads for a file that was included, by names from the task's folder on.
func (f *folder) Inherit(string) (loaders.Loader, error) { return f, nil }
