package eris_test

import (
	"fmt"
	"go/ast"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// The rules of a file and of a package, each a function from the packages to
// what is wrong with them.
func rules() map[string]func(packages) []string {
	return map[string]func(packages) []string{
		"package names":  badNames,
		"package doc":    undocumentedPackages,
		"exported names": undocumentedNames,
		"file sizes":     oversized,
		"init functions": inits,
		"sleeping tests": sleepingTests,
	}
}

func TestHouse(t *testing.T) {
	found := parse(t, os.DirFS("."))
	for name, rule := range rules() {
		t.Run(name, func(t *testing.T) { require.Empty(t, rule(found), "%s", strings.Join(rule(found), "\n")) })
	}
}

func TestHouseCanFail(t *testing.T) {
	long := "// Package long is long.\npackage long\n" + strings.Repeat("//\n", 400)
	tree := fstest.MapFS{
		"long/long.go":   &fstest.MapFile{Data: []byte(long)},
		"utils/utils.go": &fstest.MapFile{Data: []byte("package utils\n\nfunc init() {}\n\nfunc Exported() {}\n\n// T is a type.\ntype T int\n\nfunc (T) Method() {}\n\nconst C = 1\n")},
		"utils/u_test.go": &fstest.MapFile{Data: []byte(
			"package utils\n\nimport (\"testing\"; \"time\")\n\nfunc TestSleep(*testing.T) { time.Sleep(1) }\n")},
	}
	want := map[string][]string{
		"package names":  {"utils: a package is named for what it is, not utils"},
		"package doc":    {"utils has no package comment that begins with \"Package utils \""},
		"exported names": {"utils/utils.go:10: Method has no doc comment", "utils/utils.go:12: C has no doc comment", "utils/utils.go:5: Exported has no doc comment"},
		"file sizes":     {"long/long.go has 402 lines, more than 400", "only 2 of 3 files are under 250 lines; nine in ten are to be"},
		"init functions": {"utils/utils.go:3: func init"},
		"sleeping tests": {"utils/u_test.go sleeps outside of testing/synctest"},
	}
	found := parse(t, tree)
	for name, rule := range rules() {
		require.Equal(t, want[name], rule(found), name)
	}
}

func badNames(p packages) []string {
	bad := []string{"utils", "util", "common", "core", "types", "helpers", "helper", "misc", "shared", "base"}
	var found []string
	for folder, pkg := range p {
		name := strings.TrimSuffix(pkg.files[0].syntax.Name.Name, "_test")
		if slices.Contains(bad, name) || slices.Contains(bad, path.Base(folder)) {
			found = append(found, fmt.Sprintf("%s: a package is named for what it is, not %s", folder, name))
		}
	}
	return sorted(found)
}

func undocumentedPackages(p packages) []string {
	var found []string
	for folder, pkg := range p {
		name := strings.TrimSuffix(pkg.files[0].syntax.Name.Name, "_test")
		begin := "Package " + name + " "
		if name == "main" { // as gofmt is "Gofmt formats", and others "Command x"
			name = path.Base(folder)
			begin = strings.ToUpper(name[:1]) + name[1:] + " "
		}
		described := slices.ContainsFunc(pkg.files, func(f *goFile) bool {
			text := f.syntax.Doc.Text()
			return strings.HasPrefix(text, begin) || strings.HasPrefix(text, "Command "+name+" ")
		})
		onlyTests := !slices.ContainsFunc(pkg.files, func(f *goFile) bool { return !f.test })
		if !described && !onlyTests {
			found = append(found, fmt.Sprintf("%s has no package comment that begins with %q", folder, begin))
		}
	}
	return sorted(found)
}

func undocumentedNames(p packages) []string {
	var found []string
	for _, pkg := range p {
		for _, f := range pkg.files {
			if f.test {
				continue
			}
			for _, name := range bare(f.syntax) {
				found = append(found, fmt.Sprintf("%s:%d: %s has no doc comment", f.path, f.set.Position(name.Pos()).Line, name.Name))
			}
		}
	}
	return sorted(found)
}

// bare lists a file's exported names without a comment. One comment may stand
// for a group of constants or variables.
func bare(file *ast.File) []*ast.Ident {
	var found []*ast.Ident
	want := func(name *ast.Ident, docs ...*ast.CommentGroup) {
		documented := slices.ContainsFunc(docs, func(d *ast.CommentGroup) bool { return d != nil })
		if name.IsExported() && !documented {
			found = append(found, name)
		}
	}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil || receiver(d).IsExported() {
				want(d.Name, d.Doc)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					want(s.Name, s.Doc, d.Doc)
				case *ast.ValueSpec:
					for _, name := range s.Names {
						want(name, s.Doc, s.Comment, d.Doc)
					}
				}
			}
		}
	}
	return found
}

func receiver(d *ast.FuncDecl) *ast.Ident {
	kind := d.Recv.List[0].Type
	for {
		switch k := kind.(type) {
		case *ast.StarExpr:
			kind = k.X
		case *ast.IndexExpr:
			kind = k.X
		case *ast.IndexListExpr:
			kind = k.X
		case *ast.Ident:
			return k
		default:
			return ast.NewIdent("_")
		}
	}
}

func oversized(p packages) []string {
	var found []string
	all, small := 0, 0
	for _, pkg := range p {
		for _, f := range pkg.files {
			all++
			if f.lines < 250 {
				small++
			}
			if f.lines > 400 {
				found = append(found, fmt.Sprintf("%s has %d lines, more than 400", f.path, f.lines))
			}
		}
	}
	if small*10 < all*9 {
		found = append(found, fmt.Sprintf("only %d of %d files are under 250 lines; nine in ten are to be", small, all))
	}
	return sorted(found)
}

func inits(p packages) []string {
	var found []string
	for _, pkg := range p {
		for _, f := range pkg.files {
			for _, decl := range f.syntax.Decls {
				if d, ok := decl.(*ast.FuncDecl); ok && d.Recv == nil && d.Name.Name == "init" {
					found = append(found, fmt.Sprintf("%s:%d: func init", f.path, f.set.Position(d.Pos()).Line))
				}
			}
		}
	}
	return sorted(found)
}

// sleepingTests finds time.Sleep in the tests of a package that has no bubble
// to sleep in.
func sleepingTests(p packages) []string {
	var found []string
	for _, pkg := range p {
		bubble := slices.ContainsFunc(pkg.files, func(f *goFile) bool {
			return f.test && slices.ContainsFunc(f.syntax.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"testing/synctest"` })
		})
		for _, f := range pkg.files {
			if f.test && !bubble && calls(f.syntax, "time", "Sleep") {
				found = append(found, f.path+" sleeps outside of testing/synctest")
			}
		}
	}
	return sorted(found)
}

func calls(file *ast.File, pkg, function string) bool {
	found := false
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == function {
			x, ok := s.X.(*ast.Ident)
			found = found || ok && x.Name == pkg
		}
		return !found
	})
	return found
}

func sorted(found []string) []string {
	slices.Sort(found)
	return found
}
