package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// outcomesText is what results.py prints.
const outcomesText = `
{"test": "tempest.api.image.v2.test_images.A.test_good[id-1,smoke]", "status": "success", "why": "", "seconds": 1.5}
{"test": "tempest.api.image.v2.test_images.A.test_known[id-2,smoke]", "status": "fail", "why": "Traceback\n  line\nKnownError: a | b", "seconds": 2}
{"test": "tempest.scenario.test_x.B.test_hangs[smoke]", "status": "inprogress", "why": "", "seconds": 0}
{"test": "setUpClass (tempest.api.volume.test_v.C)", "status": "skip", "why": "no\nbackup", "seconds": 0}
`

func outcomesOf(t *testing.T, text string) []outcome {
	t.Helper()
	all, err := parseOutcomes([]byte(text))
	require.NoError(t, err)
	return all
}

func TestOutcomesAreCountedByService(t *testing.T) {
	expected := []expectation{
		{"tempest.api.image.v2.test_images.A.test_known", "the lab has none."},
		{"tempest.scenario.test_x.B.test_hangs", "it hangs."},
	}
	j := judge(outcomesOf(t, outcomesText), expected)
	require.NoError(t, j.wrong())
	var page strings.Builder
	j.markdown(&page)
	require.Equal(t, `### Tempest's smoke tests

Two at a time, 0 min.

| service | passed | failed | skipped |
| --- | --: | --: | --: |
| image | 1 | 1 | 0 |
| volume | 0 | 0 | 1 |
| several at once | 0 | 1 | 0 |

| failed | reason |
| --- | --- |
| `+"`api.image.v2.test_images.A.test_known`"+` | the lab has none. |
| `+"`scenario.test_x.B.test_hangs`"+` | it hangs. |

| skipped | reason |
| --- | --- |
| `+"`api.volume.test_v.C`"+` | no backup |
`, page.String())
}

func TestAFailureThatIsNotExpectedIsWrong(t *testing.T) {
	j := judge(outcomesOf(t, outcomesText), []expectation{{"tempest.scenario.test_x.B.test_hangs", "it hangs."}})
	require.ErrorContains(t, j.wrong(), "tempest.api.image.v2.test_images.A.test_known: fail: Traceback")
	var page strings.Builder
	j.markdown(&page)
	require.Contains(t, page.String(), `**not expected**: KnownError: a \| b`)
}

func TestAClassThatCannotBeSetUpIsAFailure(t *testing.T) {
	text := `{"test": "setUpClass (tempest.api.network.test_n.N)", "status": "fail", "why": "no network"}`
	j := judge(append(outcomesOf(t, outcomesText)[:1], outcomesOf(t, text)...), nil)
	require.ErrorContains(t, j.wrong(), "tempest.api.network.test_n.N: fail: no network")
}

func TestAnExpectationThatDoesNotComeTrueIsWrong(t *testing.T) {
	for _, name := range []string{"tempest.api.image.v2.test_images.A.test_good", "tempest.api.image.v2.test_images.A.test_away"} {
		j := judge(outcomesOf(t, outcomesText)[:1], []expectation{{name, "once."}})
		require.EqualError(t, j.wrong(), "tempest: "+name+" is expected to fail and did not: take it out of expected.yaml")
	}
}

// A service whose tests were all skipped was not tried.
func TestAServiceOfWhichNothingPassedIsWrong(t *testing.T) {
	passed := outcomesOf(t, outcomesText)[:1]
	require.NoError(t, judge(passed, nil, "image").wrong())
	require.EqualError(t, judge(passed, nil, "image", "volume", "network").wrong(), "tempest: not one test of volume passed\ntempest: not one test of network passed")
}

func TestNothingThatPassedIsWrong(t *testing.T) {
	require.EqualError(t, judge(outcomesOf(t, outcomesText)[3:], nil).wrong(), "tempest: not one test passed")
	_, err := parseOutcomes(nil)
	require.ErrorContains(t, err, "not one test ran")
	_, err = parseOutcomes([]byte("{\"test\": \"a\"}\nTraceback"))
	require.ErrorContains(t, err, "read Tempest's results")
}

func TestExpectationsHaveATestAndAReason(t *testing.T) {
	all, err := readExpected([]byte("- test: a.b\n  reason: >\n    why\n    it is so\n"))
	require.NoError(t, err)
	require.Equal(t, []expectation{{"a.b", "why it is so"}}, all)
	for name, text := range map[string]string{
		"no reason":   "- {test: a.b, reason: ' '}",
		"no test":     "- {reason: a}",
		"twice":       "- {test: a, reason: a}\n- {test: a, reason: b}",
		"unknown key": "- {test: a, reason: a, because: b}",
	} {
		_, err := readExpected([]byte(text))
		require.ErrorContains(t, err, "read expected.yaml", name)
	}
}
