package reports_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/coverage"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

func issueOf(t *testing.T, rec kpi.Record, scenario string) string {
	t.Helper()
	run := &reports.Run{Record: rec, Analysis: kpi.Compute(rec, kpi.Settings{})}
	at := time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)
	var out bytes.Buffer
	require.NoError(t, reports.WriteIssue(&out, coverage.Seen{
		Scenario: "keystone-token-storm", Gap: run.Analysis.Result.Gaps[0], Times: 2, Runs: 3,
		First: coverage.Evidence{At: at.AddDate(0, 0, -2)}, Last: coverage.Evidence{At: at},
	}, run, []byte(scenario)))
	return out.String()
}

func TestAnIssueHasWhatTheCloudsPeopleNeed(t *testing.T) {
	text := issueOf(t, example.Failing(), "name: keystone-token-storm\nloads:\n  tokens: {workload: keystone.issue_token}\n")
	for _, part := range []string{
		"## keystone-token-storm: availability of tokens\n", "Seen in 2 of 3 runs, first on 2026-11-19, last on 2026-11-21.",
		"| packages | haproxy 2.6.12-1+deb12u5 | ctl-3 |", "seed 4242, scenario with the sha256 91ab3f6e0c5d",
		"` eris run keystone-token-storm -i lab --seed 4242 `", "\n  tokens: {workload: keystone.issue_token}\n",
		"### Cause, as a hypothesis\n\n- hypothesis: what was struck vanished without a word",
		"- on ctl-1 read the journal and the log files of rabbitmq from 2026-11-21 09:38:54 to 09:42:28 UTC\n",
		"\n04:00  fault kill-keystone ", "### Requests that failed", "sent as req-a2611171-9f80-438d-82f3-b026bcde4d43",
	} {
		require.Contains(t, text, part)
	}
	require.NotContains(t, text, "identity.example.org", "whose cloud it is, nobody needs")
	require.Contains(t, text, "POST https://HOST-1:PORT/v3/auth/tokens")
}

func TestAnIssueHasNoSecretsAndNoAddresses(t *testing.T) {
	rec := example.Failing()
	rec.Events = append(rec.Events, record.Event{At: time.Minute, Note: &record.Note{Level: "warning", Text: strings.Join([]string{
		"198.51.100.7", "then 198.51.100.8:5000", "and [2001:db8::7]:22", "2001:db8::7", "198.51.100.7 again", "at 09:30:00", "version 2.6.12-1", "http://admin:geheim@vip.example.org/x", "password=geheim",
	}, ", ")}})
	rec.Events = append(rec.Events, record.Event{Outage: &record.OutageEvent{Target: record.Target{Node: "198.51.100.9"}, State: record.OutageBegan, From: 9 * time.Minute}})
	text := issueOf(t, rec, "loads: {a: {workload: http.get, url: 'http://198.51.100.9/'}}\npassword: geheim\n```\n# heading\n")
	for _, gone := range []string{"198.51", "2001:db8", "geheim", "vip.example.org"} {
		require.NotContains(t, text, gone)
	}
	require.Contains(t, text, "ADDRESS-2, then ADDRESS-3:5000, and [ADDRESS-4]:22, ADDRESS-4, ADDRESS-2 again, at 09:30:00, version 2.6.12-1")
	require.Regexp(t, `hypothesis: something else was down .*ADDRESS-\d+ gave no answer`, text)
	require.Contains(t, text, "\n````\n", "a fence in a scenario ends none")
}
