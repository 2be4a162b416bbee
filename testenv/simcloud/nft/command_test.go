package nft_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
	"github.com/openstack-eris/eris/testenv/simcloud/nft"
	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

func TestTheProgram(t *testing.T) {
	r, files := &nft.Ruleset{}, memfs.New()
	require.NoError(t, files.MkdirAll("/root", 0o755))
	require.NoError(t, files.WriteFile("/root/cut.nft", []byte(table), 0o644))
	run := func(line, stdin string) (string, int) {
		var out bytes.Buffer
		code := r.Command(context.Background(), &shell.Proc{
			Args: strings.Fields(line), Dir: "/root", Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &out,
			Shell: &shell.Shell{FS: files},
		})
		return out.String(), code
	}
	for _, step := range []struct {
		line, stdin, out string
		code             int
	}{
		{"nft list tables", "", "", 0},
		{"nft -c -f cut.nft", "", "", 0},
		{"nft list ruleset", "", "", 0},
		{"nft -f /root/cut.nft", "", "", 0},
		{"nft -f -", "table ip other { }", "", 0},
		{"nft list tables", "", "table inet cut\ntable ip other\n", 0},
		{"nft -s -t list ruleset", "", strings.ReplaceAll(listed, " packets 0 bytes 0", "") + "table ip other {\n}\n", 0},
		{"nft list table inet cut", "", listed, 0},
		{"nft list table ip cut", "", "Error: No such file or directory\n", 1},
		{"nft -f -", "table ip wrong { } x", "-: Error: \"x\" is not known here\n", 1},
		{"nft -f gone.nft", "", "nft: /root/gone.nft: No such file or directory\n", 1},
		{"nft flush ruleset", "", "Error: \"flush ruleset\" is not known here\n", 1},
		{"nft -a list ruleset", "", "nft: the options -a are not known here\n", 1},
		{"nft delete table inet cut", "", "", 0},
		{"nft delete table inet cut", "", "Error: No such file or directory\n", 1},
		{"nft list tables", "", "table ip other\n", 0},
	} {
		out, code := run(step.line, step.stdin)
		require.Equal(t, step.out, out, step.line)
		require.Equal(t, step.code, code, step.line)
	}
}
