package publish

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/coverage"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// A name of any length pushes nothing away on the first page, which has the whole of it.
func TestALongNameIsFoldedOnTheIndex(t *testing.T) {
	name := strings.Repeat("x", 10_000)
	rec := example.Failing()
	rec.Meta.Scenario, rec.Meta.Cloud = name, name
	a := kpi.Compute(rec, kpi.Settings{})
	runs := []coverage.Run{{Dir: "a", Result: &a.Result, Meta: rec.Meta}, {Dir: "b", Result: &a.Result, Meta: rec.Meta}}
	page, err := newIndex(runs, nil, Options{Title: name, Now: time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)}, &reports.Hiding{}).page()
	require.NoError(t, err)
	folded := regexp.MustCompile(`(?s)<(head|script|style|details|title|desc)[ >].*?</(head|script|style|details|title|desc)>`)
	tags := regexp.MustCompile(`<[^>]*>`)
	for word := range strings.FieldsSeq(html.UnescapeString(tags.ReplaceAllString(folded.ReplaceAllString(string(page), " "), " "))) {
		require.LessOrEqual(t, len(word), 120)
	}
	require.Contains(t, string(page), "<pre>"+name+"</pre>")
}
