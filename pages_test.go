package eris_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// Nothing in the tree knows the machine that it was written on: not its user's
// home, no path of this checkout, no host of a registry that it uses.
func TestNoMachineInTheTree(t *testing.T) {
	require.Empty(t, machines(t, os.DirFS("."), ownTraces(t)))
}

func TestNoMachineInTheTreeCanFail(t *testing.T) {
	tree := fstest.MapFS{
		"README.md":    file("clone to /home/jane/eris"),
		"docs/a.md":    file("GOPROXY=https://registry.example.net/go"),
		"docs/good.md": file("a clean page"),
		"image.png":    file("\x00/home/jane/x"),
	}
	require.Equal(t, []string{
		"README.md: /home/jane/",
		"docs/a.md: registry.example.net",
	}, machines(t, tree, []string{"registry.example.net", "/home/jane/"}))
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

// machines finds the traces in every text file.
func machines(t *testing.T, tree fs.FS, traces []string) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name == ".git" || name == "runs" {
				return fs.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() || name == ".git" || path.Ext(name) == ".test" {
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil || bytes.IndexByte(text, 0) >= 0 {
			return err
		}
		for _, trace := range traces {
			if bytes.Contains(text, []byte(trace)) {
				found = append(found, name+": "+trace)
			}
		}
		return nil
	})
	require.NoError(t, err)
	slices.Sort(found)
	return found
}

// ownTraces are this checkout's path, its user's home, and the hosts that go
// fetches from, save the public ones.
func ownTraces(t *testing.T) []string {
	t.Helper()
	var traces []string
	here, err := filepath.Abs(".")
	require.NoError(t, err)
	if strings.Count(here, "/") > 1 {
		traces = append(traces, here+"/")
	}
	if home, err := os.UserHomeDir(); err == nil && home != "/root" && strings.Count(home, "/") > 1 {
		traces = append(traces, home+"/")
	}
	out, err := exec.Command("go", "env", "GOPROXY", "GOSUMDB").Output()
	require.NoError(t, err)
	for _, found := range regexp.MustCompile(`https?://(?:[^@/\s]*@)?([^/\s,|]+)`).FindAllStringSubmatch(string(out), -1) {
		if host := found[1]; !strings.HasSuffix(host, ".golang.org") {
			traces = append(traces, host)
		}
	}
	return traces
}
