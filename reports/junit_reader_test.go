//go:build page

package reports_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
)

// readJUnit has junitparser of Debian say what it reads.
const readJUnit = `
import sys
from junitparser import JUnitXml, Failure, Skipped
for suite in JUnitXml.fromfile(sys.argv[1]):
    cases = list(suite)
    told = [result for case in cases for result in case.result]
    print(suite.name, suite.tests, len(cases), sum(isinstance(r, Failure) for r in told), sum(isinstance(r, Skipped) for r in told), suite.failures, suite.skipped, dict((p.name, p.value) for p in suite.properties())["verdict"])
`

func TestAStockReaderTakesJUnit(t *testing.T) {
	for name, want := range map[string]string{
		"passing": "keystone-max-loss 17 17 0 0 0 0 pass\n",
		"failing": "keystone-token-storm 22 22 3 1 3 1 fail\n",
	} {
		file := filepath.Join(t.TempDir(), "report.xml")
		require.NoError(t, os.WriteFile(file, []byte(said(t, examples()[name])), 0o600))
		told, err := exec.CommandContext(t.Context(), "/usr/bin/python3", "-c", readJUnit, file).CombinedOutput()
		require.NoError(t, err, string(told))
		require.Equal(t, want, string(told))
	}
	for what, hostile := range hostile() {
		rec := example.Failing()
		rec.Meta.Scenario = hostile
		file := filepath.Join(t.TempDir(), "report.xml")
		require.NoError(t, os.WriteFile(file, []byte(said(t, rec)), 0o600))
		told, err := exec.CommandContext(t.Context(), "/usr/bin/python3", "-c", readJUnit, file).CombinedOutput()
		require.NoError(t, err, "%s: %s", what, told)
		require.Contains(t, string(told), " 22 22 3 1 3 1 fail\n", what)
	}
}

// said is a run as JUnit.
func said(t *testing.T, rec kpi.Record) string {
	t.Helper()
	_, text := junit(t, rec)
	return text
}
