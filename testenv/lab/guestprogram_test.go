package lab

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The guests' programs are Python, since Nova's drivers are; their pure parts
// are tested without Nova.
func TestGuestProgramsDoWhatTheySay(t *testing.T) {
	roles, err := filepath.Abs("roles")
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), "python3", "-B", "testdata/guest_test.py", roles)
	report, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", report)
	require.Contains(t, string(report), "OK")
}

func TestPythonOfTheRolesCompiles(t *testing.T) {
	for _, name := range []string{"guest/guest.py", "guest/service.py", "nova-compute/driver.py", "nova-compute/guests.py"} {
		const compile = "import sys; compile(open(sys.argv[1]).read(), sys.argv[1], 'exec')"
		report, err := exec.CommandContext(t.Context(), "python3", "-c", compile, filepath.Join("roles", name)).CombinedOutput()
		require.NoError(t, err, "%s", report)
	}
}
