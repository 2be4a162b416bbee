package reports_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

func TestAReportSaysWhatWasTested(t *testing.T) {
	a := kpi.Compute(example.Failing(), kpi.Settings{})
	require.Equal(t, []reports.TestedRow{
		{What: "role", Found: "controller", Where: "all 3 nodes"},
		{What: "APIs", Found: "identity 3.14", Where: "the cloud"},
		{What: "system", Found: "Debian GNU/Linux 12 (bookworm)", Where: "all 3 nodes"},
		{What: "kernel", Found: "6.1.0-48-amd64 x86_64", Where: "all 3 nodes"},
		{What: "packages", Found: "haproxy 2.6.12-1+deb12u4", Where: "ctl-1, ctl-2"},
		{What: "packages", Found: "haproxy 2.6.12-1+deb12u5", Where: "ctl-3"},
		{What: "packages", Found: "keystone 2:22.0.2-0+deb12u6", Where: "all 3 nodes"},
		{What: "settings", Found: "keystone provider = fernet", Where: "all 3 nodes"},
		{What: "configuration", Found: "keystone 865b1e7bebea", Where: "all 3 nodes"},
	}, reports.NewView(a).Tested)
	for _, write := range []func(*bytes.Buffer) error{
		func(w *bytes.Buffer) error { return reports.WriteText(w, a, true) },
		func(w *bytes.Buffer) error { return reports.WriteMarkdown(w, a) },
		func(w *bytes.Buffer) error { return reports.WriteHTML(w, a) },
		func(w *bytes.Buffer) error { return reports.WriteJSON(w, &a.Result) },
	} {
		var out bytes.Buffer
		require.NoError(t, write(&out))
		require.Contains(t, out.String(), "deb12u5") // HTML escapes a plus sign
	}
}

// Who could not be asked is told, and a cloud of a thousand nodes makes no endless page.
func TestWhatWasTestedOfManyNodes(t *testing.T) {
	rec := example.Failing()
	many := &record.Tested{Silent: []record.TestedSilence{{Node: "ctl-9", Why: "node is unreachable"}, {Why: "APIs: 503"}}}
	for n := range 1000 {
		node := fmt.Sprintf("cmp-%04d", n)
		many.Add(record.TestedRole, "compute", "", node)
		many.Add(record.TestedConfig, "nova", fmt.Sprintf("%064d", n), node)
	}
	many.Sort()
	for n := range rec.Events {
		if rec.Events[n].Tested != nil {
			rec.Events[n].Tested = many
		}
	}
	v := reports.NewView(kpi.Compute(rec, kpi.Settings{}))
	require.Equal(t, reports.TestedRow{What: "role", Found: "compute", Where: "cmp-0000, cmp-0001, cmp-0002, cmp-0003, cmp-0004, cmp-0005 … (1000 of 1001 nodes)"}, v.Tested[0])
	require.Len(t, v.Tested, 61)
	require.Equal(t, reports.TestedRow{What: "more", Found: "941 rows, which run.json has"}, v.Tested[60])
	require.Equal(t, []string{"APIs: 503", "ctl-9: node is unreachable"}, v.Silent)
}

// A record of before that was asked says nothing of it.
func TestNothingIsSaidOfWhatNobodyAsked(t *testing.T) {
	rec := example.Failing()
	for n := range rec.Events {
		rec.Events[n].Tested = nil
	}
	a := kpi.Compute(rec, kpi.Settings{})
	require.Nil(t, a.Result.Tested)
	var out bytes.Buffer
	require.NoError(t, reports.WriteText(&out, a, true))
	require.NoError(t, reports.WriteHTML(&out, a))
	require.NotContains(t, out.String(), "What was tested")
}

// tried is a set whose runs were tried on that.
func tried(name string, what func(n int) *record.Tested) *reports.Set {
	return setOf(name, 3, func(n int, r *kpi.Result) { r.Tested = what(n) })
}

func TestAComparisonNamesWhatElseWasTested(t *testing.T) {
	before := func(int) *record.Tested { return example.OnTrial() }
	differ := func(a, b func(int) *record.Tested) []string {
		c, err := reports.Compare(tried("before", a), tried("after", b), false)
		require.NoError(t, err)
		return c.Differ
	}
	change := func(edit func(*record.Tested)) func(int) *record.Tested {
		return func(int) *record.Tested {
			of := example.OnTrial()
			edit(of)
			of.Sort()
			return of
		}
	}
	require.Empty(t, differ(before, before))
	require.Equal(t, []string{"what was tested is on record of one side only"}, differ(before, func(int) *record.Tested { return nil }))

	upgraded := change(func(of *record.Tested) {
		for n := range of.Facts {
			f := &of.Facts[n]
			f.Value = strings.ReplaceAll(f.Value, "22.0.2", "23.0.1")
			f.Value = strings.ReplaceAll(f.Value, "deb12u4", "deb12u5")
			if f.Kind == record.TestedConfig {
				f.Value = strings.Repeat("ab", 32)
			}
		}
	})
	require.Equal(t, []string{
		"package haproxy: 2.6.12-1+deb12u4, then 2.6.12-1+deb12u5 (ctl-1, ctl-2)",
		"package keystone: 2:22.0.2-0+deb12u6, then 2:23.0.1-0+deb12u6 (all 3 nodes)",
		"configuration keystone: 865b1e7bebea, then abababababab (all 3 nodes)",
	}, differ(before, upgraded))

	more := change(func(of *record.Tested) { of.Add(record.TestedPackage, "haproxy", "2.6.12-1+deb12u4", "ctl-4") })
	require.Empty(t, differ(before, more), "another node, and nothing else of it: of clouds with other nodes only values are compared")
	require.Equal(t, []string{"package mariadb: none, then 11.8 (ctl-1)"}, differ(before, change(func(of *record.Tested) { of.Add(record.TestedPackage, "mariadb", "11.8", "ctl-1") })))
	silent := change(func(of *record.Tested) {
		for n := range of.Facts {
			if of.Facts[n].Kind == record.TestedKernel {
				of.Facts[n].Nodes = []string{"ctl-1", "ctl-2"}
			}
		}
		of.Silent = []record.TestedSilence{{Node: "ctl-3", Why: "node is unreachable"}}
	})
	require.Empty(t, differ(before, silent), "who gave no answer is not one that has nothing")

	halfWay := func(n int) *record.Tested {
		if n == 2 {
			return upgraded(n)
		}
		return before(n)
	}
	require.Contains(t, differ(before, halfWay), "among B's repetitions package haproxy: 2.6.12-1+deb12u4, then 2.6.12-1+deb12u5 (ctl-1, ctl-2)")
}
