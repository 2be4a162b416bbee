package shell

import (
	"bytes"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
)

// TestAssignmentsMeanWhatTheyMeanToSh: quoted text of several pieces is what comes
// of it, as this machine's sh has it.
func TestAssignmentsMeanWhatTheyMeanToSh(t *testing.T) {
	s := &Shell{FS: memfs.New()}
	for _, script := range []string{
		`x=a\'b; printf '%s' "$x"`, `x='a'\''b'; printf '%s' "$x"`, `x=a\ \\b\"; printf '%s' "$x"`, `export x='it'\''s'; printf '%s' "$x"`,
		`x='a\b'; printf '%s' "$x"`, `x="a\b\"c"; printf '%s' "$x"`, `y=z x=a\'; printf '%s' "$x$y"`, `x=a\$y; printf '%s' "$x"`,
	} {
		want, err := exec.CommandContext(t.Context(), "sh", "-c", script).Output()
		require.NoError(t, err)
		var said bytes.Buffer
		require.Zero(t, s.Run(t.Context(), &Proc{Args: []string{"sh"}, Stdout: &said, Stderr: &said}, script), script)
		require.Equal(t, string(want), said.String(), script)
	}
}
