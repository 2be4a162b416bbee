//go:build lab || openstack

package lab

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// requireLogsShown holds when every file in the folders of logs that a process
// of a role's unit has open is among those that a failure of the unit shows.
func requireLogsShown(t *testing.T, o Options) {
	t.Helper()
	o, profile, err := openLab(o)
	require.NoError(t, err)
	for _, n := range profile.Nodes {
		open, err := onNode(t.Context(), o.paths(), n.Name, `
			find /proc/[0-9]*/fd -type l \( -lname '/var/log/*' -o -lname '*.log' \) -printf '%p %l\n' 2>/dev/null | while read -r fd file; do
				echo "$file $(sed -n 's|.*/\([^/]*\.service\).*|\1|p' "${fd%/fd/*}/cgroup" | head -n 1)"
			done | sort -u`)
		require.NoError(t, err)
		seen := 0
		for _, part := range profile.Roles[n.Role] {
			for _, unit := range profile.parts[part].units() {
				globs := profile.logsOf([]string{unit})
				for line := range strings.Lines(open) {
					file, of, _ := strings.Cut(strings.TrimSpace(line), " ")
					if of != unit || strings.HasPrefix(file, "/var/lib/mysql/") { // the database's own, no words
						continue
					}
					seen++
					match := func(glob string) bool { is, err := path.Match(glob, file); return err == nil && is }
					require.True(t, slices.ContainsFunc(globs, match), "%s on %s writes to %s, and %v are shown", unit, n.Name, file, globs)
				}
			}
		}
		require.Positive(t, seen, "%s: nothing is logged to a file:\n%s", n.Name, open)
	}
}
