package node_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

func TestTheJournalIsReadFromACursorOn(t *testing.T) {
	n, err := node.New(t.Context(), node.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11"})
	require.NoError(t, err)
	defer n.Close()
	run := func(line string) (string, int) {
		var said strings.Builder
		status := n.Run(t.Context(), node.Session{Line: line, Stdin: strings.NewReader(""), Stdout: &said, Stderr: &said})
		return said.String(), status
	}
	n.Note("before", "")
	said, _ := run("journalctl --quiet --no-pager -o cat -n 1 --show-cursor")
	require.Regexp(t, `^before\n-- cursor: s=simulated;i=[0-9a-f]+\n$`, said)
	cursor := strings.TrimSpace(strings.TrimPrefix(said, "before\n-- cursor: "))
	n.Note("later", "with words")
	said, _ = run("journalctl --quiet --no-pager --no-hostname -o short-iso --after-cursor='" + cursor + "' --until=@$(($(date +%s) + 1))")
	require.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000 systemd\[1\]: later with words\n$`, said)
	for _, none := range []string{" -u keystone.service", " --until=@1", " --since=@$(($(date +%s) + 2))"} {
		said, _ = run("journalctl --quiet --after-cursor='" + cursor + "'" + none)
		require.Empty(t, said, none)
	}
	for _, wrong := range []string{"--after-cursor=s=1", "--until=tomorrow", "--since=yesterday", "-n many", "--grep=x", "MESSAGE=x"} {
		_, status := run("journalctl " + wrong)
		require.Equal(t, 1, status, wrong)
	}
}

// A daemon's log file grows by whole lines with the node's time before, and is begun anew
// before it could fill the disk.
func TestLogFilesOfDaemons(t *testing.T) {
	n, err := node.New(t.Context(), node.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11"})
	require.NoError(t, err)
	defer n.Close()
	const name = "/var/log/keystone/keystone.log"
	n.AppendLog(name, "7 INFO a")
	n.AppendLog(name, "7 INFO b")
	text, err := n.FS().ReadFile(name)
	require.NoError(t, err)
	require.Regexp(t, `^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} 7 INFO a\n\S+ \S+ 7 INFO b\n$`, string(text))
	n.AppendLog(name, strings.Repeat("x", 9<<20))
	n.AppendLog(name, "7 INFO c")
	text, err = n.FS().ReadFile(name)
	require.NoError(t, err)
	require.Regexp(t, `^\S+ \S+ 7 INFO c\n$`, string(text))
}
