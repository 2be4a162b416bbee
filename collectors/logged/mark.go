package logged

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/inventory"
)

// mostFiles is how many log files of a node are looked at.
const mostFiles = 64

// markOutput bounds what a node says of its logs, in bytes.
const markOutput = 256 << 10

// mark is how long the logs of a node were at a moment.
type mark struct {
	asked, told time.Duration // by the run's clock: it was between these
	now         int64         // by the node's own clock, in seconds
	cursor      string        // of the journal's last entry; empty: there is none, or it is
	unread      bool          // not known
	files       []file        // in the order of their names
	more        int           // files beyond the most
	kept        bool
}

// file is a log file: another id is another file, though it has the name.
type file struct {
	path string
	id   string // device, inode and, where the file system knows, when it was made: a file that is new may get the inode of one that is gone
	size int64
}

// at is the file of a name, if it was there.
func (m *mark) at(path string) (file, bool) {
	i := slices.IndexFunc(m.files, func(f file) bool { return f.path == path })
	if i < 0 {
		return file{}, false
	}
	return m.files[i], true
}

// same is the file of an id, under whatever name it was there.
func (m *mark) same(f file) (file, bool) {
	i := slices.IndexFunc(m.files, func(it file) bool { return it.id == f.id })
	if i < 0 {
		return file{}, false
	}
	return m.files[i], true
}

// globs are the files of a node, with * and ?.
func (b *Book) globs(node string) []string {
	globs := slices.Clone(b.Files)
	for _, glob := range collectors.LogFiles(b.Cloud.ServicesOn(node)) {
		if !slices.Contains(globs, glob) {
			globs = append(globs, glob)
		}
	}
	return globs
}

// markScript says how long files and the journal are. Globs have no character but * and ?
// that sh would read.
func markScript(globs []string) string {
	script := "export LC_ALL=C\necho \"now $(date +%s)\"\n"
	if len(globs) > 0 {
		script += "stat -L -c 'file %d-%i-%.9W %s %n' " + strings.Join(globs, " ") + " 2>/dev/null\n"
	}
	return script + `if command -v journalctl >/dev/null 2>&1; then
{ timeout 2 journalctl --quiet --no-pager -o cat -n 1 --show-cursor 2>/dev/null || echo '-- unread'; } | sed -n -e 's/^-- cursor: /cursor /p' -e 's/^-- unread$/unread/p'
fi
echo end
`
}

var cursorShape = regexp.MustCompile(`^[A-Za-z0-9=;_-]{1,300}$`)

// readMark reads what markScript has printed.
func readMark(out []byte) (*mark, error) {
	m := &mark{}
	ended := false
	for line := range strings.Lines(string(bytes.ToValidUTF8(out, []byte("?")))) {
		kind, rest, _ := strings.Cut(strings.TrimRight(line, "\n"), " ")
		switch kind {
		case "now":
			now, err := strconv.ParseInt(rest, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("read its clock: %w", err)
			}
			m.now = now
		case "file":
			f, err := readFile(rest)
			if err != nil {
				return nil, err
			}
			if _, known := m.at(f.path); known {
				continue // two patterns have it
			}
			if len(m.files) == mostFiles {
				m.more++
				continue
			}
			m.files = append(m.files, f)
		case "cursor": // the last line has it; what a program has logged may look like one
			if m.cursor, m.unread = "", true; cursorShape.MatchString(rest) {
				m.cursor, m.unread = rest, false
			}
		case "unread":
			m.cursor, m.unread = "", true
		case "end":
			ended = true
		}
	}
	if !ended || m.now == 0 {
		return nil, errors.New("read its logs' lengths: the answer has no end")
	}
	slices.SortFunc(m.files, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return m, nil
}

func readFile(text string) (file, error) {
	parts := strings.SplitN(text, " ", 3)
	if len(parts) != 3 || !strings.HasPrefix(parts[2], "/") {
		return file{}, fmt.Errorf("read a log file: %q is no line of what was asked", text)
	}
	size, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return file{}, fmt.Errorf("read log file %s: %w", parts[2], err)
	}
	return file{parts[2], parts[0], size}, nil
}

// units are those that run services.
func units(services []*inventory.Service) []string {
	var names []string
	for _, s := range services {
		if s.Runtime.Kind == inventory.Unit && !slices.Contains(names, s.Runtime.Name) {
			names = append(names, s.Runtime.Name)
		}
	}
	return names
}
