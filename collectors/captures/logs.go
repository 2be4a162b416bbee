package captures

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/inventory"
)

// Logs keeps the lines of a span of time around the moment. Journals and files keep them
// anyhow, so nothing is done on a node before the span is over; which lines are in it is told by
// the times that stand in them, which are by the node's own clock, and so is the span.
type Logs struct {
	Units []string `yaml:"units" help:"journals of these units, too; beside those of the services that on selects"`
	Files []string `yaml:"files" help:"these files, too, with * and ?; beside /var/log/NAME/*.log and /var/log/kolla/NAME/*.log, where NAME is what the services begin with: nova of nova-api"`
}

// Validate refuses what is no unit and no path.
func (l *Logs) Validate() error {
	files := collectors.NewLogs()
	files.Files = l.Files
	if err := files.Validate(); err != nil {
		return err
	}
	for _, unit := range l.Units {
		if unit == "" || strings.HasPrefix(unit, "-") || strings.ContainsAny(unit, " *?[/'\n\x00") {
			return fmt.Errorf("units: %q is no name of a unit", unit)
		}
	}
	return nil
}

// Past tells that it is made of what was kept.
func (*Logs) Past() {}

// Form is of little files: each line is searched for what is secret, which takes a second for
// one of them.
func (*Logs) Form() Form {
	return Form{".log", 2 << 20, 8 << 20, []string{"journalctl", "tail", "sed"}}
}

// sources are the units and files of a node.
func (l *Logs) sources(services []*inventory.Service) (units, files []string) {
	units, files = append(units, l.Units...), append(files, l.Files...)
	for _, s := range services {
		if s.Runtime.Kind == inventory.Unit {
			units = append(units, s.Runtime.Name)
		}
	}
	return units, append(files, collectors.LogFiles(services)...)
}

// Check tells of a node that has neither a journal nor a file of what is wanted.
func (l *Logs) Check(services []*inventory.Service) string {
	units, files := l.sources(services)
	journal := "false"
	if len(units) > 0 {
		journal = "command -v journalctl >/dev/null 2>&1"
	}
	return fmt.Sprintf(`found=
for file in %s; do
if [ -r "$file" ]; then found=1; fi
done
if [ -z "$found" ] && ! %s; then
echo "there is neither a journal of a unit nor a log file of what it is to look at"
fi
`, strings.Join(append(files, "''"), " "), journal)
}

// journalMost bounds a look into the journal, in seconds; rawMost is how many times as much is
// read of all as is kept, since of files only the end is what was written in the span; rawLine
// bounds a line, in bytes, to more than is looked at of it.
const (
	journalMost = 10
	rawMost     = 6
	rawLine     = 8000
)

// connectMost is how much later than it was asked a node may begin to read: until there is a
// session. So much more is read before the span, and more bytes of it.
const connectMost = time.Minute

func journalBytes(w Window) int64 { return 2*w.Most + 1 }
func fileMost(w Window) int64     { return w.Most + 1 }

// journal is before the units of journals in their names.
const journal = "journal "

// Script prints "@ SECONDS ZONE", the node's clock; before each journal and file "= SIZE NAME",
// the size of a file; its lines, each behind a "|"; and "." after the last, which is torn or
// has nothing in it. Before that a journal has the status of journalctl. "#" is behind all.
func (l *Logs) Script(services []*inventory.Service, w Window) string {
	units, files := l.sources(services)
	ago := time.Since(w.Moment)
	var b strings.Builder
	b.WriteString(quietly + "now=$(date +%s)\n{\necho \"> @ $now $(date +%z)\"\n")
	if len(units) > 0 {
		var words strings.Builder
		for _, unit := range units {
			words.WriteString(" -u " + inventory.Quote(unit))
		}
		fmt.Fprintf(&b, `if command -v journalctl >/dev/null 2>&1; then
echo %s
{ { timeout %d journalctl --quiet --no-pager --no-hostname -o short-iso --since=@$((now - %d)) --until=@$((now - %d + 2))%s 2>/dev/null; printf '\nstatus %%s\n' "$?"; } | cut -b -%d | head -c %d; echo; } | sed -e 's/^/> |/'
echo '> .'
fi
`, inventory.Quote("> = 0 "+journal+strings.Join(units, " ")), journalMost, seconds(ago+w.Before+connectMost), max(int64((ago-w.For)/time.Second), 0), words.String(), rawLine, journalBytes(w))
	}
	if len(files) > 0 {
		fmt.Fprintf(&b, `for file in %s; do
[ -f "$file" ] && [ -r "$file" ] || continue
case $file in
*.gz|*.xz|*.bz2|*.zst|*.Z) continue ;;
esac
echo "> = $(stat -L -c %%s "$file") $file"
{ tail -c %d "$file"; echo; } | cut -b -%d | sed -e 's/^/> |/'
echo '> .'
done
`, strings.Join(files, " "), fileMost(w), rawLine)
	}
	fmt.Fprintf(&b, "echo '> #'\n} | head -c %d\necho\necho end\n", rawMost*w.Most)
	return b.String()
}

// Sift returns who writes the lines of the span.
func (*Logs) Sift(w Window, file io.Writer) Sifter {
	return &lines{file: file, window: w, turn: cmp.Or(w.Turn, &sync.Mutex{})}
}
