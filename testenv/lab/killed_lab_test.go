//go:build lab

package lab

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestUpKilledHalfWay kills the making of a lab at several points; whatever
// is there then, down takes all of it away.
func TestUpKilledHalfWay(t *testing.T) {
	o := Options{Name: "halfway", Progress: func(step, detail string) { t.Logf("%s: %s", step, detail) }}
	require.NoError(t, Down(t.Context(), o))
	for _, at := range []string{"network", "nodes disks", "nodes booting", "keepalived start", "mariadb start"} {
		t.Run(at, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), roleEnv+"=up", nameEnv+"="+o.Name)
			out, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			reached := false
			for lines := bufio.NewScanner(out); !reached && lines.Scan(); {
				reached = strings.HasPrefix(lines.Text(), at)
			}
			require.NoError(t, cmd.Process.Kill())
			require.Error(t, cmd.Wait())
			require.True(t, reached)

			netns := networkInode(t, o)
			_, err = ReadStatus(t.Context(), o)
			require.ErrorIs(t, err, ErrNotUp)
			require.NoError(t, Down(t.Context(), o))
			require.Empty(t, residue(t, o, netns))
		})
	}
}
