package schema_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	reflector "github.com/invopop/jsonschema"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/loadgen"
)

// set is a member of run.json that is one of some words.
type set struct {
	of     reflect.Type
	member string
	words  *reflector.Schema
}

// sets are those of which the type of the member does not say it.
func sets(t *testing.T) []set {
	t.Helper()
	return []set{
		{reflect.TypeFor[kpi.Fault](), "state", words(t, reflect.TypeFor[record.FaultState]())},
		{reflect.TypeFor[kpi.Capture](), "state", words(t, reflect.TypeFor[record.CaptureState]())},
		{reflect.TypeFor[kpi.ErrorCount](), "class", classes()},
		{reflect.TypeFor[kpi.Load](), "model", one(loadgen.Spec{Arrivals: &loadgen.Arrivals{}}.Model(), loadgen.Spec{}.Model())},
		{reflect.TypeFor[kpi.Objective](), "severity", one(kpi.Minor)},
		{reflect.TypeFor[kpi.Check](), "when", one("before", "after")},
	}
}

func one(of ...string) *reflector.Schema {
	s := &reflector.Schema{Type: "string"}
	for _, word := range of {
		s.Enum = append(s.Enum, word)
	}
	return s
}

// classes are those of what did not succeed.
func classes() *reflector.Schema {
	var all []string
	for class := record.HTTP5xx; class < record.Classes; class++ {
		all = append(all, class.String())
	}
	return one(all...)
}

// words are the constants of a type of texts as its package declares them: who adds one has it
// in the schema, or the schema is not the one that is in the repository.
func words(t *testing.T, of reflect.Type) *reflector.Schema {
	t.Helper()
	folder := filepath.Join("..", "..", filepath.FromSlash(strings.TrimPrefix(of.PkgPath(), "github.com/openstack-eris/eris/")))
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	var all []string
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".go" || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, e.Name()), nil, 0)
		require.NoError(t, err)
		for _, declared := range file.Decls {
			constants, is := declared.(*ast.GenDecl)
			if !is || constants.Tok != token.CONST {
				continue
			}
			for _, spec := range constants.Specs {
				value, _ := spec.(*ast.ValueSpec)
				if name, is := value.Type.(*ast.Ident); !is || name.Name != of.Name() {
					continue
				}
				for _, v := range value.Values {
					literal, is := v.(*ast.BasicLit)
					require.True(t, is)
					word, err := strconv.Unquote(literal.Value)
					require.NoError(t, err)
					all = append(all, word)
				}
			}
		}
	}
	require.NotEmpty(t, all, "%s has no constants", of)
	return one(all...)
}
