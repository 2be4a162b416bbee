package publish

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/coverage"
)

func TestReleasesAreKnownByPackagesAndImages(t *testing.T) {
	of := func(kind record.TestedKind, all ...string) (t record.Tested) {
		for n := 0; n < len(all); n += 2 {
			t.Add(kind, all[n], all[n+1], "ctl-1")
		}
		return t
	}
	for _, c := range []struct {
		tested record.Tested
		want   []string
	}{
		{of(record.TestedPackage, "keystone", "2:22.0.2-0+deb12u6", "haproxy", "2.6.12-1"), []string{"Zed"}},
		{of(record.TestedPackage, "nova", "2:26.2.2-1~deb12u5", "neutron", "2:21.0.0-7", "keystone", "2:22.0.2-0"), []string{"Zed"}},
		{of(record.TestedPackage, "openstack-nova-api", "1:29.0.1-1.el9", "openstack-keystone", "1:24.0.0-1.el9"), []string{"2023.2 Bobcat", "2024.1 Caracal"}},
		{of(record.TestedPackage, "nova", "2:13.1.4-0ubuntu4"), []string{"Mitaka"}},
		{of(record.TestedPackage, "nova", "3:99.0.0-1", "keystone", "8.1.0-1", "neutron", "git"), []string{"keystone 8", "nova 99"}},
		{of(record.TestedImage, "nova-api", "registry.example.org:5000/kolla/nova-api:2024.2-debian-bookworm sha256:1f"), []string{"2024.2 Dalmatian"}},
		{of(record.TestedImage, "keystone", "kolla/ubuntu-source-keystone:wallaby", "nova", "kolla/nova:latest"), []string{"Wallaby"}},
		{of(record.TestedOS, "nova", "26.0"), nil},
	} {
		require.Equal(t, c.want, releases(&c.tested))
	}
	require.Empty(t, releases(nil))
	require.Len(t, releaseNames(), 32-13+1, "a name for each major version of Nova, from Mitaka's to Flamingo's")
}

func TestScenariosOfTwoCloudsAreTwoRowsAndChoices(t *testing.T) {
	now := time.Date(2026, 11, 12, 12, 0, 0, 0, time.UTC)
	run := func(id, cloud string, verdict kpi.Verdict, days int, version string, kinds ...string) coverage.Run {
		r := &kpi.Result{Run: id, Verdict: verdict, Started: now.AddDate(0, 0, -days), Tested: &record.Tested{}}
		r.Scenario.Name, r.Cloud.Name = "drill", cloud
		for _, node := range []string{"ctl-1", "ctl-2", "ctl-3"} {
			r.Tested.Add(record.TestedRole, "controller", "", node)
		}
		r.Tested.Add(record.TestedRole, "compute", "", "cmp-1")
		r.Tested.Add(record.TestedPackage, "nova", version, "ctl-1")
		for _, kind := range kinds {
			r.Faults = append(r.Faults, kpi.Fault{Fault: kind})
		}
		return coverage.Run{Result: r}
	}
	runs := []coverage.Run{
		run("c", "stage", kpi.Fail, 1, "2:29.0-1", "service.kill", "network.partition"),
		run("b", "prod", kpi.Pass, 2, "2:28.0-1", "service.kill"),
		run("a", "prod", kpi.Fail, 3, "2:28.0-1", "service.kill"),
	}
	small := run("d", "prod", kpi.Fail, 0, "2:28.0-1", "service.kill")
	small.Result.Scenario.Small = true
	withSmall := newMatrix(append([]coverage.Run{small}, runs...), now)
	require.Len(t, withSmall.Rows, 3)
	require.Equal(t, "drill (small form)", withSmall.Rows[2].Scenario, "it says nothing of the whole")
	m := newMatrix(runs, now)
	require.Equal(t, []string{"network.partition", "service.kill"}, m.Faults)
	require.Len(t, m.Rows, 2)
	require.Equal(t, "prod", m.Rows[0].Cloud)
	require.False(t, m.Rows[0].Cells[0].Seen)
	require.Equal(t, "runs/b.html", m.Rows[0].Cells[1].Page, "the newest of that cloud")
	require.Equal(t, "stage", m.Rows[1].Cloud)
	require.Equal(t, "runs/c.html", m.Rows[1].Cells[1].Page)

	var rows []row
	for _, r := range runs {
		rows = append(rows, rowOf(r))
	}
	require.Equal(t, []choice{
		{"Cloud", "cloud", false, []string{"prod", "stage"}},
		{"Fault", "fault", true, []string{"network.partition", "service.kill"}},
		{"Release", "release", true, []string{"2023.2 Bobcat", "2024.1 Caracal"}},
	}, newChoices(rows), "all have the same nodes")
	require.Equal(t, "3 × controller, 1 × compute", rows[0].Architecture)
	require.Empty(t, newChoices(rows[1:]))
}
