package command_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/testenv/simcloud/command"
	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

func TestMain(m *testing.M) {
	flag.Parse()
	goleak.VerifyTestMain(m)
}

// scripts are the parts of the files in testdata, by file and number.
func scripts(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := map[string][]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		all[file] = strings.Split(strings.TrimSuffix(string(data), "\n"), "\n--\n")
	}
	return all
}

// simulate runs a script in an empty directory of a simulated node.
func simulate(t *testing.T, script string) string {
	t.Helper()
	files := memfs.New()
	require.NoError(t, files.MkdirAll("/tmp/work", 0o755))
	require.NoError(t, files.WriteFile("/etc/hostname", []byte("ctl-1\n"), 0o644))
	sh := &shell.Shell{FS: files, Commands: command.All()}
	var out, errs bytes.Buffer
	code := sh.Run(context.Background(), &shell.Proc{
		Args: []string{"sh"}, Dir: "/tmp/work", Stdout: &out, Stderr: &errs, Env: map[string]string{"PATH": "/usr/bin:/bin", "HOME": "/root"},
	}, script)
	if t.Failed() {
		t.Log(errs.String())
	}
	return fmt.Sprintf("%sexit %d\n", out.String(), code)
}

// TestCommands compares with the answers that Debian's dash and coreutils
// gave; real_test.go asks them again.
func TestCommands(t *testing.T) {
	for file, parts := range scripts(t) {
		golden, err := os.ReadFile(strings.TrimSuffix(file, ".txt") + ".golden")
		require.NoError(t, err)
		want := strings.Split(string(golden), "\n--\n")
		require.Len(t, want, len(parts)+1, file)
		for i, script := range parts {
			t.Run(fmt.Sprintf("%s/%d", filepath.Base(file), i+1), func(t *testing.T) {
				require.Equal(t, want[i]+"\n", simulate(t, script), script)
			})
		}
	}
}

func TestAnUnknownOptionIsRefused(t *testing.T) {
	for _, script := range []string{"ls -Z", "grep -P x", "sort --magic", "cp -q a b", "cut -Q", "flock -Q f true", "sed -z p", "date -R", "stat x", "tail -f x"} {
		require.NotContains(t, simulate(t, script), "exit 0", script)
	}
}
