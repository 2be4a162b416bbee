package document_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
)

func TestFlowIsAValueOnOneLine(t *testing.T) {
	for source, want := range map[string]string{
		"a: 1%\nb:\n  - x\n  - {c: d, e: [1, 2]}\n": "a: 1%, b: [x, {c: d, e: [1, 2]}]",
		"a: 'it''s'\nb: ~\nc: |\n  two\n  lines\n":  "a: 'it''s', b: ~, c: 'two\nlines\n'",
		"[a, 'b, c']": "[a, 'b, c']",
		"a: {}":       "a: {}",
	} {
		doc, problems := document.Parse("x.yaml", []byte(source))
		require.Empty(t, problems)
		require.Equal(t, want, doc.Root.Flow(), source)
	}
	var none *document.Node
	require.Empty(t, none.Flow())
}

func TestWithPutsOneMappingBeforeAnother(t *testing.T) {
	doc, problems := document.Parse("x.yaml", []byte("base: {a: 1, b: 2}\nsteps: [{b: 3, c: 4}]"))
	require.Empty(t, problems)
	base, step := doc.Root.Get("base"), doc.Root.Get("steps").Items[0]
	require.Equal(t, "b: 3, c: 4, a: 1", base.With(step).Flow())
	require.Equal(t, step.Column, base.With(step).Column)
	require.NotNil(t, base.With(step).Key, "problems of all of it have a place")
	var none *document.Node
	require.Equal(t, "b: 3, c: 4", none.With(step).Flow())
	require.Equal(t, "a: 1, b: 2", base.Flow(), "it is as it was")
	require.Equal(t, "b: 3, c: 4", step.Flow())
}
