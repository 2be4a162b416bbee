package reports_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// A minor objective that was missed is told as that everywhere, with who looks after it, and
// fails no job.
func TestAMinorMissAndItsOwnerAreInEveryReport(t *testing.T) {
	const missed = `availability("tokens") >= 99.9%`
	rec := example.Passing()
	rec.Meta.Objectives = append(rec.Meta.Objectives, missed)
	rec.Meta.Judged = map[string]record.Judged{missed: {Severity: kpi.Minor, Owner: "team <keystone>"}}
	a := kpi.Compute(rec, kpi.Settings{})
	require.Equal(t, kpi.Pass, a.Result.Verdict)
	for name, c := range map[string]struct {
		write func(io.Writer) error
		want  []string
	}{
		"text":     {func(w io.Writer) error { return reports.WriteText(w, a, true) }, []string{"✕ fail, minor", "owner: team <keystone>", "1 minor objective missed"}},
		"markdown": {func(w io.Writer) error { return reports.WriteMarkdown(w, a) }, []string{"✕ fail, minor", "team &lt;keystone&gt;"}},
		"html":     {func(w io.Writer) error { return reports.WriteHTML(w, a) }, []string{"fail, minor", "owner: team &lt;keystone&gt;"}},
		"json":     {func(w io.Writer) error { return reports.WriteJSON(w, &a.Result) }, []string{`"severity": "minor"`, `"owner": "team `}},
		"junit":    {func(w io.Writer) error { return reports.WriteJUnit(w, a) }, []string{`failures="0"`, `skipped message="minor, and missed: `, `owner: team &lt;keystone&gt;`}},
	} {
		var b bytes.Buffer
		require.NoError(t, c.write(&b))
		for _, want := range c.want {
			require.Contains(t, b.String(), want, name)
		}
	}
}
