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
        - {token: hunter2, name: hunter2}
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
		"      wait: 2s\n", `  - availability("tokens") >= 99%`,
	} {
		require.Contains(t, got, kept)
	}
	require.NotContains(t, strings.Join(record.Lines([]byte("a: [\nb: x --password hunter2\n-----BEGIN PRIVATE KEY-----\nhunter2\n")), "\n"), "hunter2", "also where it is no YAML")
	long := record.Lines([]byte("a: " + strings.Repeat("word ", 1000) + "\n"))
	require.Len(t, long, 1)
	require.True(t, strings.HasSuffix(long[0], " …"))
	require.Less(t, len(long[0]), 2100)
}

// In a command that is written as a list the value of an option stands behind it.
func TestLinesHaveNoSecretOfACommandThatIsAList(t *testing.T) {
	given := `loads:
  tool:
    args:
      command: [/bin/false, --os-password, hunter2a, -phunter2b, "--token", 'hunter2c', -u, "admin:hunter2d", --key, hunter2e, -p, "22"]
  other:
    args:
      command:
        - mysql
        - -p
        - "hunter2"
        - --auth-token
        - >-
          hunter2
        - -u
        - nova
        - --key
        - /root/id
        - select 1`
	got := strings.Join(record.Lines([]byte(given)), "\n")
	require.NotContains(t, got, "hunter2")
	for _, kept := range []string{
		`[/bin/false, --os-password, REDACTED, -pREDACTED, "--token", REDACTED, -u, REDACTED, --key, REDACTED, -p, "22"]`,
		"- nova\n        - --key\n        - /root/id\n        - select 1",
	} {
		require.Contains(t, got, kept)
	}
}

// A secret goes wherever its value ends, and what comes behind it stays.
func TestLinesHaveNoPartOfASecret(t *testing.T) {
	for given, want := range map[string]string{
		"args: {user: bob, password:\n  hunter2, x: y}":                            "args: {user: bob, password:\n  REDACTED, x: y}",
		"args: {password: hunter2\n  hunter2, x: y}":                               "args: {password: REDACTED\n  REDACTED, x: y}",
		"args: {password: hunter2\n  hunter2\n  , x: y}\nb: c":                     "args: {password: REDACTED\n  REDACTED\n  REDACTED, x: y}\nb: c",
		"args: {password: \"hunter2\n  hunter2\", x: y}\nb: c":                     "args: {password: REDACTED\n  REDACTED, x: y}\nb: c",
		"args: {über: ß, password: 'hunter2 hunter2', x: y}":                       "args: {über: ß, password: REDACTED, x: y}",
		"password: hunter2 hunter2 # why":                                          "password: REDACTED # why",
		"password: !!str hunter2\nb: c":                                            "password: REDACTED\nb: c",
		"password: &x hunter2\nb: c":                                               "password: REDACTED\nb: c",
		"a: &x hunter2\npassword: *x\nb: c":                                        "a: REDACTED\npassword: REDACTED\nb: c",
		"password:\n  hunter2\n  hunter2\nb: c":                                    "password:\n  REDACTED\n  REDACTED\nb: c",
		"- password: \"hunter2\\\"\n    hunter2\"\n- b: c":                         "- password: REDACTED\n    REDACTED\n- b: c",
		"a: {token: [hunter2,\n hunter2], x: y}":                                   "a: {token: REDACTED\n REDACTED, x: y}",
		"a: {password: {b: hunter2}, x: y}":                                        "a: {password: REDACTED, x: y}",
		"credentials:\n  value: hunter2\n  other:\n    - hunter2\nb: c":            "credentials:\n  REDACTED\n  REDACTED\n    REDACTED\nb: c",
		"credentials: {value: hunter2}\nb: c":                                      "credentials: REDACTED\nb: c",
		"env:\n  DB_PASS: hunter2\n  db_pass: {a: hunter2}\n  pass: hunter2\nb: c": "env:\n  DB_PASS: REDACTED\n  db_pass: REDACTED\n  pass: REDACTED\nb: c",
		"password: ''\ntoken:\nb: c":                                               "password: REDACTED\ntoken:\nb: c",
		"loads:\n  tokens:\n    args: {tokens: {a: hunter2}}\nfaults:\n  secrets: {fault: x}\ncollectors:\n  token: hunter2": "loads:\n  tokens:\n    args: {tokens: REDACTED\nfaults:\n  secrets: {fault: x}\ncollectors:\n  token: REDACTED",
		"x: {loads: {tokens: {a: hunter2}}}\nb: c":                "x: {loads: {tokens: REDACTED\nb: c",
		"bypass: true\npassed: 3\ncompass: north\nby_passed: 3\n": "bypass: true\npassed: 3\ncompass: north\nby_passed: 3",
	} {
		require.Equal(t, want, strings.Join(record.Lines([]byte(given)), "\n"), given)
	}
}
