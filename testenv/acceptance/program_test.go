package acceptance

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience bounds every wait for the program on a busy machine.
const patience = 60 * time.Second

// folder holds the program under test once it was built.
var folder string

// build makes the program, once for all tests.
var build = sync.OnceValues(func() (string, error) {
	var err error
	if folder, err = os.MkdirTemp("", "eris-acceptance-"); err != nil {
		return "", err
	}
	binary := filepath.Join(folder, "eris")
	if said, err := exec.Command("go", "build", "-o", binary, "../../cmd/eris").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build eris: %w: %s", err, said)
	}
	return binary, nil
})

// unbuild removes what build made.
func unbuild() {
	if folder != "" {
		_ = os.RemoveAll(folder) // a temporary folder that stays does no harm
	}
}

// program is an eris that runs, or has ended.
type program struct {
	*exec.Cmd
	dir    string // its working directory, where runs/ is
	temp   string // its $TMPDIR
	stdout bytes.Buffer
	over   chan struct{} // closed when it has ended

	mu    sync.Mutex
	lines []string // of stderr
	news  chan struct{}
}

// start starts eris in an own folder and process group.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	binary, err := build()
	require.NoError(t, err)
	return startCommand(t, exec.Command(binary, args...))
}

func startCommand(t *testing.T, cmd *exec.Cmd) *program {
	t.Helper()
	p := &program{Cmd: cmd, dir: t.TempDir(), temp: t.TempDir(), over: make(chan struct{}), news: make(chan struct{})}
	p.Dir, p.Stdout = p.dir, &p.stdout
	p.Env = append(os.Environ(), "NO_COLOR=1", "TERM=dumb", "ERIS_INVENTORY=", "TMPDIR="+p.temp, "XDG_STATE_HOME="+filepath.Join(folder, "state"))
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := p.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, p.Start())
	go func() {
		for lines := bufio.NewScanner(pipe); lines.Scan(); {
			p.heard(lines.Text())
		}
		_ = p.Wait() // how it ended is in ProcessState
		close(p.over)
	}()
	t.Cleanup(func() {
		_ = p.Process.Kill() // it has ended unless the test failed
		<-p.over
	})
	return p
}

func (p *program) heard(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines = append(p.lines, line)
	close(p.news)
	p.news = make(chan struct{})
}

// stderr is what it has said so far.
func (p *program) stderr() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.lines, "\n")
}

// says waits until a line of stderr has the text.
func (p *program) says(t *testing.T, text string) {
	t.Helper()
	late := time.After(patience)
	for {
		p.mu.Lock()
		said, news := strings.Contains(strings.Join(p.lines, "\n"), text), p.news
		p.mu.Unlock()
		if said {
			return
		}
		select {
		case <-news:
		case <-p.over:
			require.Contains(t, p.stderr(), text, "it has ended")
			return
		case <-late:
			require.Fail(t, "it did not say "+text, "%s", p.stderr())
		}
	}
}

// signal sends it a signal.
func (p *program) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	require.NoError(t, p.Process.Signal(s))
}

// exit waits for its end and gives its exit code; -1 when it was killed.
func (p *program) exit(t *testing.T) int {
	t.Helper()
	select {
	case <-p.over:
	case <-time.After(2 * patience):
		require.Fail(t, "it does not end", "%s", p.stderr())
	}
	return p.ProcessState.ExitCode()
}

// record is the directory of its newest run.
func (p *program) record(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(filepath.Join(p.dir, "runs", "latest"))
	require.NoError(t, err)
	return dir
}

// leavesNothing asserts that it is gone with all its children, and that its
// temporary files are.
func (p *program) leavesNothing(t *testing.T) {
	t.Helper()
	require.ErrorIs(t, syscall.Kill(-p.Process.Pid, 0), syscall.ESRCH, "a process of its group lives on")
	left, err := os.ReadDir(p.temp)
	require.NoError(t, err)
	require.Empty(t, left)
}

// eris runs it to its end.
func eris(t *testing.T, args ...string) *program {
	t.Helper()
	p := start(t, args...)
	p.exit(t)
	return p
}

// refused runs eris and wants exit code 2 and each text on stderr.
func refused(t *testing.T, texts []string, args ...string) *program {
	t.Helper()
	p := eris(t, args...)
	require.Equal(t, 2, p.exit(t), "%s", p.stderr())
	for _, text := range texts {
		require.Contains(t, p.stderr(), text)
	}
	return p
}

// file writes a file into a temporary folder of the test.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// missing tells whether a path is not there.
func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, os.ErrNotExist)
}
