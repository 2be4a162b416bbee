package reports_test

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// What docs/reading-a-report.md says of how long pages are is so, to a twentieth.
func TestTheSizesOfTheDocsAreThoseOfThePages(t *testing.T) {
	text, err := os.ReadFile("../docs/reading-a-report.md")
	require.NoError(t, err)
	for before, rec := range map[string]func() kpi.Record{
		`\| passed, 80 s, one fault \| `: example.Passing, `\| failed, 20 minutes, three faults \| `: example.Failing,
		`\| unknown, its fault never fired \| `: example.Unknown, `\| without a fault \| `: example.Calm,
		`\| twelve faults, 20 minutes \| `: example.Twelve, `\| eight hours, 10⁶ operations, 24 faults \| `: example.Long,
		`four loads and 36 lines of signals beside the twelve faults it is `: busy,
		`all that a record may have beside these it is `:                     func() kpi.Record { return full(example.Twelve()) },
	} {
		said := regexp.MustCompile(before + `([\d,]+)`).FindSubmatch(text)
		require.NotNil(t, said, before)
		bytes, err := strconv.ParseFloat(strings.Trim(strings.ReplaceAll(string(said[1]), ",", ""), " "), 64)
		require.NoError(t, err)
		if is := float64(len(page(t, rec()))); is/bytes > 1.05 || is/bytes < 0.95 {
			t.Errorf("%s%.0f: it is %.0f", before, bytes, is)
		}
	}
}
