package reports_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// Of failures with more texts than are shown each format says how many others there were, and of
// how many texts.
func TestAClassSaysWhatItsOtherTextsAre(t *testing.T) {
	rec := example.Failing()
	rec.Failures = func(string) ([]record.Failure, error) {
		var said []record.Failure
		for n := range 6 {
			said = append(said, record.Failure{Class: "timeout", Text: fmt.Sprintf("text %c", 'a'+n), Count: int64(10 - n)})
		}
		return said, nil
	}
	const want, where = "and 18 more of 3 other texts", "3 more texts of errors in run.json"
	a := kpi.Compute(rec, kpi.Settings{})
	var text, markdown bytes.Buffer
	require.NoError(t, reports.WriteText(&text, a, false))
	require.NoError(t, reports.WriteMarkdown(&markdown, a))
	require.Contains(t, page(t, rec), want)
	require.Contains(t, text.String(), want)
	require.Contains(t, markdown.String(), want)
	require.Contains(t, page(t, rec), where)
	require.Contains(t, text.String(), where)
	require.Contains(t, markdown.String(), where)
	rec.Failures = func(string) ([]record.Failure, error) {
		return []record.Failure{{Class: "timeout", Text: "a"}, {Class: "timeout", Text: "b"}, {Class: "timeout", Text: "c"}, {Class: "timeout", Text: "d"}}, nil
	}
	require.Contains(t, page(t, rec), "<li>and 1 other text</li>", "which nobody has counted")
}
