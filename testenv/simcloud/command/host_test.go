package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/executable"
)

// TestNoScriptReachesTheHost lays a secret, a program and an empty directory on
// the host, and tries every way that a shell has to read, run, list, test,
// source, signal or write there. Not a word of it may come back, and nothing
// may be left.
func TestNoScriptReachesTheHost(t *testing.T) {
	dir := t.TempDir()
	secret, program, empty := filepath.Join(dir, "secret"), filepath.Join(dir, "program"), filepath.Join(dir, "empty")
	require.NoError(t, os.WriteFile(secret, []byte("echo REACHED\n"), 0o600))
	executable.Write(t, program, "#!/bin/sh\necho REACHED\ntouch "+empty+"/ran\n")
	require.NoError(t, os.Mkdir(empty, 0o700))
	before := listing(t, dir)

	for name, script := range map[string]string{
		"read":             `cat SECRET`,
		"redirect":         `read -r x <SECRET; echo "$x"`,
		"substitution":     `echo "$(cat <SECRET)" "$(<SECRET)"`,
		"heredoc":          "cat <<E\n$(cat SECRET)\nE",
		"run":              `PROGRAM`,
		"exec":             `exec PROGRAM`,
		"path":             `PATH=DIR:$PATH; program`,
		"path export":      `export PATH=DIR; program; command program; env program; timeout 1 program`,
		"sh file":          `sh PROGRAM; sh SECRET`,
		"source":           `. SECRET`,
		"source by path":   `PATH=DIR; . secret`,
		"eval source":      `eval '. SECRET'`,
		"eval bash":        `eval 'source SECRET'; eval 'echo $(<SECRET)'`,
		"builtin":          `builtin . SECRET; command . SECRET; command source SECRET`,
		"test":             `[ -e SECRET ] && echo REACHED; test -f PROGRAM && echo REACHED; [ -x PROGRAM ] && echo REACHED; [ -O SECRET ] && echo REACHED; eval '[[ -e SECRET ]] && echo REACHED'`,
		"glob":             `for f in DIR/*; do [ "$f" = 'DIR/*' ] || echo REACHED; done`,
		"cd":               `cd DIR && echo REACHED`,
		"pwd":              `cd DIR && pwd -P; ls DIR && echo REACHED`,
		"lookup":           `command -v PROGRAM && echo REACHED; PATH=DIR; command -v program && echo REACHED; type program | grep -q DIR && echo REACHED`,
		"write":            `echo x >EMPTY/f; echo x >>SECRET; touch EMPTY/g; cp /etc/hostname EMPTY/h; mkdir EMPTY/d`,
		"make parents":     `mkdir -p EMPTY && echo x >EMPTY/f`,
		"remove":           `rm -rf DIR; mv SECRET /tmp/x; ln -sf /dev/null SECRET`,
		"fifo":             `cat <(echo REACHED)`,
		"eval fifo":        `eval 'cat <(echo REACHED)'`,
		"background":       `(cat SECRET; PROGRAM) & wait`,
		"trap":             `trap 'cat SECRET' EXIT`,
		"wrappers":         `env PROGRAM; sudo -n PROGRAM; nohup PROGRAM; setsid PROGRAM; timeout 1 PROGRAM; flock l PROGRAM; echo PROGRAM | xargs sh -c`,
		"device":           `cat /proc/self/environ /dev/tcp/127.0.0.1/22; echo x >/dev/shm/eris-reached`,
		"home and tempdir": `cat ~/.bashrc; mktemp -p EMPTY; TMPDIR=EMPTY mktemp`,
		"host interpreter": `/bin/bash -c 'cat SECRET'; /usr/bin/perl -e 1; python3 -c 1; awk 1; busybox cat SECRET`,
	} {
		script = strings.NewReplacer("SECRET", secret, "PROGRAM", program, "EMPTY", empty, "DIR", dir).Replace(script)
		t.Run(name, func(t *testing.T) {
			require.NotContains(t, simulate(t, script), "REACHED", script)
			require.Equal(t, before, listing(t, dir), script)
			require.NoFileExists(t, "/dev/shm/eris-reached")
		})
	}
}

// listing is every file under a directory with its content.
func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			all[path] = "directory"
			return err
		}
		data, err := os.ReadFile(path)
		all[path] = string(data)
		return err
	}))
	return all
}

// TestASignalToAHostProcessGoesNowhere asks for the id that the interpreter
// gives for $$, which is this very test.
func TestASignalToAHostProcessGoesNowhere(t *testing.T) {
	require.NotContains(t, simulate(t, `kill -0 $$ && echo REACHED; kill -KILL $$; kill -KILL $PPID`), "REACHED")
}
