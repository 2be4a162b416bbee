package collectors

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Logs counts the errors that a node's services write into their log files. Of a
// traceback the first line is counted, which has the context of the request, and
// not those that follow it: oslo.log gives each of them the level too.
//
// Source: https://docs.openstack.org/oslo.log/latest/configuration/index.html
// (logging_context_format_string, logging_exception_prefix)
type Logs struct {
	Files   []string `yaml:"files" help:"log files, with * and ? (default /var/log/NAME/*.log and /var/log/kolla/NAME/*.log, where NAME is what the node's services begin with: nova of nova-api)"`
	Pattern string   `yaml:"pattern" help:"which lines are errors, an extended regular expression of grep"`
}

// NewLogs returns the defaults.
func NewLogs() *Logs { return &Logs{Pattern: ` (ERROR|CRITICAL) [^ ]+ \[`} }

var logFile = regexp.MustCompile(`^/[A-Za-z0-9_./*?@:+-]+$`)

// Validate refuses what is no path and no pattern.
func (l *Logs) Validate() error {
	var wrong []error
	for _, file := range l.Files {
		if !logFile.MatchString(file) {
			wrong = append(wrong, fmt.Errorf("files: %q is not a path that begins with / and has letters, digits and . _ - + @ : * ? only", file))
		}
	}
	return errors.Join(append(wrong, checkPattern(l.Pattern))...)
}

// checkPattern refuses what grep -E would.
func checkPattern(pattern string) error {
	if _, err := regexp.CompilePOSIX(pattern); err != nil || pattern == "" || strings.ContainsAny(pattern, "\n\x00") {
		return fmt.Errorf("pattern: %q is no extended regular expression", pattern)
	}
	return nil
}

// Signals names what Logs publishes.
func (*Logs) Signals() []SignalInfo {
	return []SignalInfo{{
		Name: "logs.errors", Unit: "1", Labels: []string{"node", "file"},
		Kind: Delta, Help: "lines of the file that are errors and came since the last interval, each once also when the file is rotated; what comes while the node's session is begun anew is not counted",
	}}
}

// Expected is no series that could be named: which files there are is known to the
// node alone.
func (*Logs) Expected(string, []*inventory.Service) []map[string]string { return nil }

// LogFiles are the log files of services, with * and ?, where Logs looks unless it is told.
func LogFiles(services []*inventory.Service) []string { return NewLogs().looksAt(services) }

// looksAt are the files of a node that has those services.
func (l *Logs) looksAt(services []*inventory.Service) []string {
	if len(l.Files) > 0 {
		return l.Files
	}
	var files []string
	for _, s := range services {
		name, _, _ := strings.Cut(s.Name, "-")
		for _, folder := range []string{"/var/log/", "/var/log/kolla/"} {
			if file := folder + name + "/*.log"; logFile.MatchString(file) && !slices.Contains(files, file) {
				files = append(files, file)
			}
		}
	}
	return files
}

// Script prints after up FILE=COUNT for every file, from the second sweep on. A file is its
// device, inode and, where the file system knows, when it was made, since an inode is used again;
// it goes on where it was under another name; one that is new since is read from
// its beginning, and so is one that is shorter than it was. A new one with the name of another and a
// number behind it is the copy that a rotation has made of it (copytruncate), also where a file had
// that name before: of that only what the other one did not have yet is read, and nothing while that
// was not begun anew, or where it is shorter, as one that is packed.
func (l *Logs) Script(_ *inventory.Node, services []*inventory.Service, every time.Duration) string {
	files := l.looksAt(services)
	if len(files) == 0 {
		return nothing(every)
	}
	return Loop("last=none pattern="+inventory.Quote(l.Pattern), fmt.Sprintf(`
sizes=" $(stat -L -c %%n=%%d-%%i-%%.9W:%%s %s 2>/dev/null | tr '\n' ' ')"
line="failed none of the files is there"
case $sizes in
*[!\ ]*) line=up ;;
esac
for entry in $sizes; do
file=${entry%%=*} size=${entry##*:} inode=${entry##*=}
inode=${inode%%:*}
case $entry in
/*=*[0-9]) ;;
*)
line="failed a file has a name with a space: $entry"
break ;;
esac
from=0
case $last in
none) from=- ;;
*" $file=$inode:"*)
from=${last#*" $file=$inode:"}
from=${from%%%% *} ;;
*"=$inode:"*)
from=${last#*"=$inode:"}
from=${from%%%% *} ;;
*)
for old in $last; do
was=${old%%=*}
case $file in
"$was".[0-9]*|"$was"-[0-9]*|"${was%%.log}"-[0-9]*.log) ;;
*) continue ;;
esac
from=${old##*:} is=${sizes#*" $was="} old=${old##*=}
is=${is%%%% *}
if [ "${is%%%%:*}" = "${old%%%%:*}" ] && [ "${is##*:}" -ge "$from" ] || [ "$size" -lt "$from" ]; then
from=$size
fi
done ;;
esac
if [ "$from" != - ]; then
[ "$size" -ge "$from" ] || from=0
count=0
if [ "$size" -gt "$from" ]; then
count=$(tail -c +$((from + 1)) "$file" | head -c $((size - from)) | LC_ALL=C grep -a -E -c -e "$pattern")
fi
line="$line $file=$count"
fi
done
last=$sizes`, strings.Join(files, " ")), every)
}

// Parse reads a line of Script.
func (*Logs) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	return errorCounts("logs", "file", line)
}
