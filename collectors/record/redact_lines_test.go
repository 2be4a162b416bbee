package record_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// What somebody wrote stays as it is, and a secret goes with all of its lines. A load that is
// called tokens is none.
func TestLinesAreThoseOfTheDocumentWithoutItsSecrets(t *testing.T) {
	given := `version: eris/v1   # as it was
loads:
  tokens: {workload: keystone.issue_token, arrivals: {rate: 10/s}}
  api:
    workload: http.get
    args:
      url: https://user:hunter2@api.example.org/
      headers: {X-Auth-Token: hunter2, accept: text/plain}
      password: >-
        hunter2
        hunter2 again

      secret: "hunter2
        hunter2"
      credentials:
        - hunter2
        - {token: hunter2, name: kept}
      body: |
        -----BEGIN RSA PRIVATE KEY-----
        hunter2
        -----END RSA PRIVATE KEY-----
      wait: 2s
    # the password: hunter2
objectives:
  - availability("tokens") >= 99%` + "\x1b[31m" + `
`
	require.NotNil(t, given)
	got := strings.Join(record.Lines([]byte(given)), "\n")
	require.NotContains(t, got, "hunter2")
	require.NotContains(t, got, "\x1b")
	require.Len(t, record.Lines([]byte(given)), strings.Count(given, "\n"))
	for _, kept := range []string{
		"version: eris/v1   # as it was\n", "  tokens: {workload: keystone.issue_token, arrivals: {rate: 10/s}}\n", "accept: text/plain}\n",
		"      wait: 2s\n", `  - availability("tokens") >= 99%`, "name: kept",
	} {
		require.Contains(t, got, kept)
	}
	require.NotContains(t, strings.Join(record.Lines([]byte("a: [\nb: x --password hunter2\n-----BEGIN PRIVATE KEY-----\nhunter2\n")), "\n"), "hunter2", "also where it is no YAML")
	long := record.Lines([]byte("a: " + strings.Repeat("word ", 1000) + "\n"))
	require.Len(t, long, 1)
	require.True(t, strings.HasSuffix(long[0], " …"))
	require.Less(t, len(long[0]), 2100)
}
