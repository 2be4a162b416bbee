package eris_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is the path of this module, as go.mod has it.
const module = "github.com/openstack-eris/eris"

// packages holds what the checks look at, by folder; "." is the root. Every
// file counts, whatever its build tags are.
type packages map[string]*pkg

type pkg struct {
	ours   []string // folders that its files import, tests left out
	others []string // packages of other modules and of the standard library
	files  []*goFile
}

type goFile struct {
	path   string
	lines  int
	test   bool
	syntax *ast.File
	set    *token.FileSet
}

// parse reads every Go file of the module under a tree. Folders of test data
// and other modules (tools) are no part of it.
func parse(t *testing.T, tree fs.FS) packages {
	t.Helper()
	found := packages{}
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipFolder(tree, name)
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		syntax, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		found.add(&goFile{
			path: name, syntax: syntax, set: set,
			lines: strings.Count(string(text), "\n"),
			test:  strings.HasSuffix(name, "_test.go"),
		})
		return nil
	})
	require.NoError(t, err)
	return found
}

func skipFolder(tree fs.FS, name string) error {
	base := path.Base(name)
	if name != "." && (base == "testdata" || base == "runs" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) {
		return fs.SkipDir
	}
	if _, err := fs.Stat(tree, path.Join(name, "go.mod")); err == nil && name != "." {
		return fs.SkipDir
	}
	return nil
}

func (p packages) add(f *goFile) {
	folder := path.Dir(f.path)
	if p[folder] == nil {
		p[folder] = &pkg{}
	}
	own := p[folder]
	own.files = append(own.files, f)
	if f.test || isKeeper(f) {
		return
	}
	for _, spec := range f.syntax.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		list := &own.others
		if below, ours := strings.CutPrefix(imported, module+"/"); ours {
			imported, list = below, &own.ours
		}
		if !slices.Contains(*list, imported) {
			*list = append(*list, imported)
		}
	}
}

// isKeeper says whether a file only keeps modules in go.mod until they are used.
func isKeeper(f *goFile) bool { return f.path == "deps.go" }
