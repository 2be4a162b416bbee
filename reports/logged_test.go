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

// withLogs is a run whose logs were looked into.
func withLogs(t *testing.T) kpi.Record {
	t.Helper()
	rec := example.Failing()
	id := kpi.Compute(rec, kpi.Settings{}).Result.Loads[0].Errors[0].SentIDs[0]
	var many []string
	for n := range 200 {
		many = append(many, fmt.Sprint("keystone says n", n))
	}
	rec.Events = append(rec.Events,
		record.Event{Logged: &record.Logged{Node: "ctl-1", Requests: 9, Lines: []record.LoggedExcerpt{
			{Source: "/var/log/keystone/keystone.log", Request: "req-unknown-to-any-row", Lines: []string{"elsewhere"}},
			{Source: "/var/log/keystone/keystone.log", Request: id, Left: 5, Lines: []string{
				"ERROR [None " + id + " -] <script>lost</script> mq1.example.org:5672 password=geheim", "at amqp://mq2.example.org:5672/", "by ctl-1.cloud.example.org of mq2.example.org, 198.51.100.7",
				"oslo.messaging _drivers/impl_rabbit.py:640 ctl-1",
			}},
			{Source: "journal keystone.service", Fault: "kill-keystone", Service: "keystone", Head: 100, Left: 1234, Lines: many},
		}, Silent: []string{"no log file and no journal of haproxy"}}},
		record.Event{Logged: &record.Logged{Node: "ctl-2", Silent: []string{"no log file and no journal of haproxy"}}},
	)
	return rec
}

func TestWhatTheLogsHaveIsInEveryReport(t *testing.T) {
	a := kpi.Compute(withLogs(t), kpi.Settings{})
	var text, page, mark bytes.Buffer
	require.NoError(t, reports.WriteText(&text, a, true))
	require.NoError(t, reports.WriteHTML(&page, a))
	require.NoError(t, reports.WriteMarkdown(&mark, a))
	for name, report := range map[string]string{"text": text.String(), "page": page.String(), "markdown": strings.ReplaceAll(mark.String(), `\`, "")} {
		for _, part := range []string{"Failed requests", "journal keystone.service", "ctl-1, ctl-2: no log file and no journal of haproxy", "keystone says n0", "password=REDACTED"} {
			require.Contains(t, report, part, name)
		}
		require.NotContains(t, report, "geheim", name)
		require.Less(t, strings.Index(report, "mq2.example.org"), strings.Index(report, "elsewhere"), "%s: those of the errors that are shown come first", name)
	}
	require.Contains(t, page.String(), "&lt;script&gt;lost")
	require.Contains(t, page.String(), "keystone says n99\n… 1234 lines left out\nkeystone says n100\n")
	require.Contains(t, page.String(), "4 lines and 5 more")
	require.Contains(t, text.String(), "  kill-keystone on keystone@ctl-1 (ctl-1 journal keystone.service)\n    keystone says n0\n    keystone says n1\n    keystone says n2\n    and 198 more\n")
}

func TestAnIssueHasTheLogLinesOfItsRequests(t *testing.T) {
	text := issueOf(t, withLogs(t), "")
	require.Contains(t, text, "### Log lines")
	for _, gone := range []string{"example.org:", "example.org,", "198.51", "geheim", "elsewhere", "keystone says n20\n"} {
		require.NotContains(t, text, gone)
	}
	hosts := map[string]string{}
	for word := range strings.FieldsSeq(text) {
		for part := range strings.SplitSeq(word, "/") {
			if host, port, ok := strings.Cut(part, ":"); ok && strings.HasPrefix(host, "HOST-") && port == "5672" {
				hosts[host] = port
			}
		}
	}
	require.Len(t, hosts, 2, "each has a name of its own")
	require.Regexp(t, `by ctl-1 of HOST-\d, ADDRESS-\d\n`, text, "one that had a name has the same")
	require.Contains(t, text, "impl_rabbit.py:640 ctl-1")
	require.Contains(t, text, "# around kill-keystone on keystone@ctl-1, ctl-1 journal keystone.service\nkeystone says n0\n")
	require.Contains(t, text, "- not searched: ctl-1, ctl-2: no log file and no journal of haproxy")
}
