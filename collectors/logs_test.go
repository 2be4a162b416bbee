package collectors_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// What oslo.log writes by its default formats: a traceback has its level on each line.
const (
	traceback = `2026-11-29 04:36:56.770 1129 CRITICAL placement [None req-4edfc5ab-7b01-4177-909d-654e8bfe6384 - - - - - -] Unhandled error: OSError: write error
2026-11-29 04:36:56.770 1129 ERROR placement OSError: write error
2026-11-29 04:36:56.770 1129 ERROR placement 
`
	quiet = `2026-11-29 04:36:57.001 1129 INFO nova.service [-] ERROR is no level here
2026-11-29 04:36:57.002 1129 WARNING nova.service [None req-1 - - - - - -] slow
`
	failed = "2026-11-29 04:36:58.770 1129 ERROR oslo_messaging.rpc.server [None req-5 - - - - - -] Exception during message handling: boom\n"
)

// TestErrorsInLogFiles, on this machine and on a simulated node: what was there before is
// not counted, nor is a line twice, and a file that was begun anew or is new is read from
// its beginning.
func TestErrorsInLogFiles(t *testing.T) {
	n, err := node.New(t.Context(), node.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11"})
	require.NoError(t, err)
	defer n.Close()
	simulated := func(ctx context.Context, script string, out io.Writer) {
		n.Run(ctx, node.Session{Line: "sh -c " + inventory.Quote(script), Stdin: strings.NewReader(""), Stdout: out, Stderr: out})
	}
	for folder, run := range map[string]func(context.Context, string, io.Writer){t.TempDir(): here, "/var/log/test": simulated} {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			do := func(script string) {
				var said strings.Builder
				run(t.Context(), script, &said)
				require.Empty(t, said.String())
			}
			write := func(how, file, text string) {
				do(fmt.Sprintf("printf %%s %s %s %s/%s", inventory.Quote(text), how, folder, file))
			}
			do("mkdir -p " + folder)
			write(">", "api.log", failed+failed)
			logs := collectors.NewLogs()
			logs.Files = []string{folder + "/*.log", folder + "/none.log"}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			read, out := io.Pipe()
			defer func() { _ = read.Close() }()
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				run(ctx, logs.Script(nil, nil, 50*time.Millisecond), out)
				_ = out.Close()
			}()
			lines := bufio.NewScanner(read)
			counted := map[string]int{}
			sweep := func() {
				require.True(t, lines.Scan())
				_, line, _ := strings.Cut(lines.Text(), " ")
				readings, err := logs.Parse(nil, line)
				require.NoError(t, err)
				for _, r := range readings {
					counted[filepath.Base(r.Labels["file"])] += int(r.Value)
				}
			}
			until := func(want map[string]int) {
				limit := time.Now().Add(20 * time.Second)
				for fmt.Sprint(counted) != fmt.Sprint(want) && time.Now().Before(limit) {
					sweep()
				}
				for range 3 {
					sweep() // no line is counted twice
				}
				require.Equal(t, want, counted)
			}
			until(map[string]int{"api.log": 0})
			write(">>", "api.log", quiet+traceback+quiet)
			until(map[string]int{"api.log": 1})
			write(">>", "api.log", failed+failed)
			write(">", "new.log", failed+quiet)
			write(">", "other.txt", failed)
			until(map[string]int{"api.log": 3, "new.log": 1})
			write(">", "api.log", failed) // as copytruncate does
			until(map[string]int{"api.log": 4, "new.log": 1})
			do(fmt.Sprintf("rm %[1]s/api.log; printf %%s %[2]s > %[1]s/api.log", folder, inventory.Quote(failed+failed+failed))) // with the inode of the old one
			until(map[string]int{"api.log": 7, "new.log": 1})
			cancel()
			_ = read.Close()
			<-ended
		})
	}
	_, err = collectors.NewLogs().Parse(nil, frame(t, &collectors.Logs{Files: []string{"/none/*.log"}, Pattern: "x"}, nil, here))
	require.ErrorContains(t, err, "none of the files is there")
	require.Equal(t, "none", frame(t, collectors.NewLogs(), nil, here))
}

// A path may end in another one's: each has a size of its own.
func TestAFileWhosePathEndsInAnotherOnes(t *testing.T) {
	inner := t.TempDir()
	outer := t.TempDir() + inner
	require.NoError(t, os.MkdirAll(outer, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(inner, "a.log"), []byte(failed), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(outer, "a.log"), []byte(failed+failed+failed), 0o600))
	logs := collectors.NewLogs()
	logs.Files = []string{outer + "/a.log", inner + "/a.log"}
	line := frame(t, logs, nil, here)
	require.Equal(t, fmt.Sprintf("up %s/a.log=0 %s/a.log=0", outer, inner), line)
}

// What cannot be told apart is no count of nothing, and a file that is the first of all
// is read from its beginning.
func TestFilesWithSpacesAndTheFirstFile(t *testing.T) {
	folder := t.TempDir()
	logs := collectors.NewLogs()
	logs.Files = []string{folder + "/*.log"}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	read, out := io.Pipe()
	defer func() { _ = read.Close() }()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		here(ctx, logs.Script(nil, nil, 20*time.Millisecond), out)
		_ = out.Close()
	}()
	lines := bufio.NewScanner(read)
	says := func(what string) {
		for lines.Scan() {
			if _, line, _ := strings.Cut(lines.Text(), " "); strings.HasPrefix(line, what) {
				return
			}
		}
		require.Fail(t, "it never said", what)
	}
	says("failed none of the files is there")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "new.log.part"), []byte(failed), 0o600))
	require.NoError(t, os.Rename(filepath.Join(folder, "new.log.part"), filepath.Join(folder, "new.log")))
	says("up " + folder + "/new.log=1")
	says("up " + folder + "/new.log=0")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "my file.log"), []byte(failed), 0o600))
	says("failed a file has a name with a space: ")
	cancel()
	_ = read.Close()
	<-ended
}

func TestLogsOfTheServicesOfANode(t *testing.T) {
	var services []*inventory.Service
	for _, name := range []string{"nova-api", "nova-conductor", "keystone"} {
		services = append(services, &inventory.Service{Name: name})
	}
	script := collectors.NewLogs().Script(nil, services, time.Second)
	require.Contains(t, script, " /var/log/nova/*.log /var/log/kolla/nova/*.log /var/log/keystone/*.log /var/log/kolla/keystone/*.log 2>")
	require.NoError(t, collectors.NewLogs().Validate())
	err := (&collectors.Logs{Files: []string{"var/log", "/var/log/$(id)", "/a b"}, Pattern: "("}).Validate()
	for _, said := range []string{`"var/log" is not a path`, `"/var/log/$(id)" is not a path`, `"/a b" is not a path`, `pattern: "(" is no extended regular expression`} {
		require.ErrorContains(t, err, said)
	}
}

// Whatever a rotation does with a file, each of its lines is counted once: it is renamed, and made
// anew, also larger than it was; it is copied and cut, also where there was a copy before; the copy
// is there before it is cut; it is packed.
func TestARotationCountsNoLineTwice(t *testing.T) {
	n, err := node.New(t.Context(), node.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11"})
	require.NoError(t, err)
	defer n.Close()
	for folder, run := range map[string]withInput{t.TempDir(): hereWith, "/var/log/test": simulatedWith(n)} {
		for _, c := range []struct {
			name  string
			steps []string // between two sweeps, in the files' folder, where an error is written by e FILE
			lines int
		}{
			{"rename and create", []string{"e a.log; mv a.log a.log.1; e a.log", "e a.log"}, 3},
			{"rename, while it is still written, and create larger", []string{"mv a.log a.log-20261130; e a.log; e a.log; e a.log; e a.log; e a.log-20261130", "e a.log"}, 6},
			{"rename with dateext", []string{"e a.log; mv a.log a-20261130.log; e a.log"}, 2},
			{"rename one behind the other", []string{"mv a.log a.log.1; e a.log", "mv a.log.1 a.log.2; mv a.log a.log.1; e a.log; e a.log"}, 3},
			{"copytruncate", []string{"e a.log; cp a.log a.log.1; : > a.log; e a.log", "e a.log"}, 3},
			{"copytruncate twice", []string{"e a.log; cp a.log a.log.1; : > a.log; e a.log; e a.log", "e a.log; mv a.log.1 a.log.2; cp a.log a.log.1; : > a.log; e a.log", "e a.log"}, 6},
			{"copytruncate without an error before, twice", []string{"cp a.log a.log.1; : > a.log; e a.log; e a.log", "mv a.log.1 a.log.2; e a.log; e a.log; cp a.log a.log.1; : > a.log"}, 4},
			{"copytruncate with dateext", []string{"e a.log; cp a.log a-20261130.log; : > a.log"}, 1},
			{"copy, and truncate later", []string{"e a.log; cp a.log a.log.1", ": > a.log; e a.log"}, 2},
			{"copy, and truncate later, twice", []string{"e a.log; cp a.log a.log.1; : > a.log; e a.log", "mv a.log.1 a.log.2; e a.log; cp a.log a.log.1", ": > a.log; e a.log"}, 4},
			{"one is packed", []string{"mv a.log a.log.1; e a.log; e a.log", "e a.log.2.gz; rm a.log.1; mv a.log a.log.1; e a.log"}, 3},
			{"a log of another name", []string{"e a-wsgi.log; e b.log"}, 2},
		} {
			t.Run(filepath.Base(folder)+"/"+c.name, func(t *testing.T) {
				at := folder + "/" + strings.ReplaceAll(c.name, " ", "-")
				do := func(text string) {
					var said strings.Builder
					run(t.Context(), "set -e\nmkdir -p "+at+"\ncd "+at+"\ne() { printf %s "+inventory.Quote(failed)+" >> $1; }\n"+text, strings.NewReader(""), &said)
					require.Empty(t, said.String())
				}
				do("e a.log; e a.log; e a.log")
				sweep := sweptOneByOne(t, run, "", at+"/*.log*")
				sum := func() (counted int) {
					for _, count := range sweep() {
						counted += count
					}
					return counted
				}
				require.Zero(t, sum()+sum())
				counted := 0
				for _, step := range c.steps {
					do(step)
					counted += sum() + sum()
				}
				require.Equal(t, c.lines, counted)
			})
		}
	}
}

// A file is known by its inode on its device: a new one is not another one's that has its inode
// elsewhere.
func TestAFileOfAnotherDeviceWithTheSameInode(t *testing.T) {
	folder := t.TempDir()
	write := func(file, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600))
	}
	write("a.log", failed+failed)
	devices := `stat() { # each file is the first of a device of its own
form=$3
shift 3
for file; do
[ ! -e "$file" ] || printf '%s\n' "$form" | sed -e "s|%n|$file|" -e "s/%d/$(printf %s "$file" | cksum | cut -d ' ' -f 1)/" -e s/%i/12/ -e "s/%s/$(wc -c <"$file")/"
done
}
`
	sweep := sweptOneByOne(t, hereWith, devices, folder+"/*.log")
	sweep()
	require.Equal(t, map[string]int{"a.log": 0}, sweep())
	write("b.log", failed+failed+failed)
	require.Equal(t, map[string]int{"a.log": 0, "b.log": 3}, sweep())
	require.Equal(t, map[string]int{"a.log": 0, "b.log": 0}, sweep())
}

// withInput runs a script that may read.
type withInput func(ctx context.Context, script string, in io.Reader, out io.Writer)

// hereWith runs it with this machine's sh.
func hereWith(ctx context.Context, script string, in io.Reader, out io.Writer) {
	cmd := exec.CommandContext(ctx, "sh", "-c", script)
	cmd.Stdin, cmd.Stdout, cmd.WaitDelay = in, out, time.Second
	_ = cmd.Run() // it may be killed
}

// simulatedWith runs it on a simulated node.
func simulatedWith(n *node.Node) withInput {
	return func(ctx context.Context, script string, in io.Reader, out io.Writer) {
		n.Run(ctx, node.Session{Line: "sh -c " + inventory.Quote(script), Stdin: in, Stdout: out, Stderr: out})
	}
}

// sweptOneByOne has log files swept when the returned function is called, and not otherwise: it
// returns how many lines of which file were counted. Setup is run before.
func sweptOneByOne(t *testing.T, run withInput, setup string, files ...string) func() map[string]int {
	t.Helper()
	logs := collectors.NewLogs()
	logs.Files = files
	ctx, cancel := context.WithCancel(t.Context())
	in, more := io.Pipe()
	read, out := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		run(ctx, setup+"sleep() { read -r eris_more || exit 0; }\n"+logs.Script(nil, nil, time.Second), in, out)
		_ = out.Close()
	}()
	t.Cleanup(func() {
		_ = more.Close()
		cancel()
		_ = read.Close()
		<-ended
	})
	lines, begun := bufio.NewScanner(read), false
	return func() map[string]int {
		t.Helper()
		if begun {
			_, err := io.WriteString(more, "more\n")
			require.NoError(t, err)
		}
		begun = true
		require.True(t, lines.Scan())
		_, line, _ := strings.Cut(lines.Text(), " ")
		readings, err := logs.Parse(nil, line)
		require.NoError(t, err)
		counted := map[string]int{}
		for _, r := range readings {
			counted[filepath.Base(r.Labels["file"])] = int(r.Value)
		}
		return counted
	}
}
