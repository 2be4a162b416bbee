package document_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/document"
)

// FuzzDecode feeds any bytes to the reader. Whatever they are, every problem
// lies inside the file and is in order, the same bytes give the same problems,
// and what is accepted is YAML to an independent reader as well, without an
// unknown key.
func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("testdata/problems/*.yaml")
	require.NoError(f, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Add([]byte(good))
	f.Add([]byte("name: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		problems := read(data)
		lines := strings.Split(string(data), "\n")
		for _, p := range problems {
			require.NotEmpty(t, p.Message)
			require.True(t, p.Line >= 1 && p.Line <= len(lines), "line %d of %d", p.Line, len(lines))
			require.GreaterOrEqual(t, p.Column, 1)
			require.NotEmpty(t, p.Error())
		}
		require.True(t, slices.IsSortedFunc(problems, func(a, b document.Problem) int {
			return 1000000*(a.Line-b.Line) + a.Column - b.Column
		}))
		require.Equal(t, problems, read(data))
		if len(problems) > 0 {
			return
		}
		var keys map[string]any
		require.NoError(t, yaml.Load(data, &keys))
		for _, a := range document.Describe(sample{}) {
			name, _, _ := strings.Cut(a.Name, ".")
			delete(keys, name)
		}
		require.Empty(t, keys)
	})
}

func read(data []byte) document.Problems {
	doc, problems := document.Parse("fuzz.yaml", data)
	if doc == nil {
		return problems
	}
	report := doc.Reporter()
	report.Add(problems)
	report.Decode(doc.Root, new(sample))
	return report.Problems()
}
