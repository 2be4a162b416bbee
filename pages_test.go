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

// Nothing in the tree knows the machine that it was written on: no home folder,
// no path of this checkout, no host of a registry that this machine uses.
func TestNoMachineInTheTree(t *testing.T) {
	require.Empty(t, machines(t, os.DirFS("."), ownTraces(t)))
}

func TestNoMachineInTheTreeCanFail(t *testing.T) {
	tree := fstest.MapFS{
		"README.md":    file("clone to /home/" + "jane/eris"),
		"docs/a.md":    file("GOPROXY=https://registry.example.net/go"),
		"docs/good.md": file("a clean page"),
		"image.png":    file("\x00/Users/" + "jane/x"),
	}
	require.Equal(t, []string{
		"README.md: /home/" + "jane/",
		"docs/a.md: registry.example.net",
	}, machines(t, tree, []string{"registry.example.net"}))
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

// machines finds homes and the given traces in every text file.
func machines(t *testing.T, tree fs.FS, traces []string) []string {
	t.Helper()
	home := regexp.MustCompile(`/(home|Users)/[a-z][a-z0-9_-]*/`)
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
		if at := home.Find(text); at != nil {
			found = append(found, name+": "+string(at))
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

// ownTraces are this checkout's path and the hosts that go fetches from, save
// the public ones.
func ownTraces(t *testing.T) []string {
	t.Helper()
	var traces []string
	here, err := filepath.Abs(".")
	require.NoError(t, err)
	if strings.Count(here, "/") > 1 {
		traces = append(traces, here+"/")
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
