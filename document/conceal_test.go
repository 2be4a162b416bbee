package document_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
)

func TestAConcealingReporterQuotesNothingBehindAnUnknownKey(t *testing.T) {
	const text = "known: {a: 1, b: hush}\nstrange: hush\nlater:\n  - {c: hush}\n  - hush\nknown: hush\n"
	var into struct {
		Known struct {
			A string `yaml:"a"`
		} `yaml:"known"`
	}
	said := func(conceal bool) string {
		doc, problems := document.Parse("file.yaml", []byte(text))
		require.NotNil(t, doc)
		report := doc.Reporter()
		if conceal {
			report.Conceal()
		}
		report.Add(problems)
		report.Decode(doc.Root, &into)
		report.At(doc.Root.Find("later", "1")).Errorf("a late one")
		return report.Problems().Error()
	}
	require.Contains(t, said(false), "known: {a: 1, b: hush}")
	require.NotContains(t, said(true), "hush")
	require.Contains(t, said(true), "known: {a: 1, b: …\n", "what is before it is shown")
	require.Contains(t, said(true), "file.yaml:5:5: a late one")
}

// long is a mapping that can say how a word in its place is to be written.
type long struct {
	Node string `yaml:"node"`
}

func (long) Longhand(words []string) string { return "write {node: " + words[0] + "}" }

func TestHowAWordInPlaceOfAMappingIsToBeWritten(t *testing.T) {
	doc, problems := document.Parse("x.yaml", []byte("hunter2"))
	require.Empty(t, problems)
	open := doc.Reporter()
	open.Decode(doc.Root, &long{})
	require.Equal(t, "write {node: hunter2}", open.Problems()[0].Hint)

	concealing := doc.Reporter()
	concealing.Conceal()
	concealing.Decode(doc.Root, &long{})
	require.Len(t, concealing.Problems(), 1)
	require.NotContains(t, concealing.Problems().Error(), "hunter2")
}
