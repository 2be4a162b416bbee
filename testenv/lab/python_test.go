package lab

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the roles bring of their own is Python, since what it works with is.
// Its tests are Python as well and need neither root nor OpenStack: what a
// program imports of that, they play.
func TestProgramsOfTheRolesDoWhatTheySay(t *testing.T) {
	t.Parallel()
	roles, err := filepath.Abs("roles")
	require.NoError(t, err)
	tests, err := filepath.Glob("testdata/*_test.py")
	require.NoError(t, err)
	require.NotEmpty(t, tests)
	for _, file := range tests {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			report, err := exec.CommandContext(t.Context(), "python3", "-B", file, roles).CombinedOutput()
			require.NoError(t, err, "%s", report)
			require.Regexp(t, `\nRan [1-9]\d* tests? in .*\n\nOK\n$`, string(report), "none may be skipped")
		})
	}
}

func TestPythonOfTheRolesCompiles(t *testing.T) {
	t.Parallel()
	programs, err := filepath.Glob("roles/*/*.py")
	require.NoError(t, err)
	require.NotEmpty(t, programs)
	for _, name := range programs {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		if bytes.Contains(text, []byte("{{")) { // a template is no Python before it is filled
			continue
		}
		const compile = "import sys; compile(open(sys.argv[1]).read(), sys.argv[1], 'exec')"
		report, err := exec.CommandContext(t.Context(), "python3", "-c", compile, name).CombinedOutput()
		require.NoError(t, err, "%s", report)
	}
}
