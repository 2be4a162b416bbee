package collectors

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Exec runs a program of the operator's on nodes, in whatever language, and reads
// what it prints in the text format that Prometheus reads: NAME NUMBER, or
// NAME{LABEL="VALUE"} NUMBER, a line a value.
//
// Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
type Exec struct {
	Command   string        `yaml:"command" required:"true" help:"what sh runs on the node as root, once an interval"`
	Timeout   time.Duration `yaml:"timeout" help:"how long it may take, from 1s to 1m in whole seconds; it is ended then, and there are no values"`
	Publishes Printed       `yaml:"signals" required:"true" help:"what it publishes, by the signals' names (KIND.QUANTITY): metric (its name in what is printed; left out, the signal's with _ for .), unit (1, bytes, ratio or s), labels, kind (gauge, delta: what came since the last, or counter: what has come in all; gauge when left out), help"`
}

// NewExec returns the defaults.
func NewExec() *Exec { return &Exec{Timeout: 5 * time.Second} }

// Validate tells all that is wrong with the arguments.
func (e *Exec) Validate() error {
	var wrong []error
	if strings.TrimSpace(e.Command) == "" || strings.ContainsRune(e.Command, 0) {
		wrong = append(wrong, errors.New("command: there is none, or it has a NUL byte"))
	}
	if e.Timeout < time.Second || e.Timeout > time.Minute || e.Timeout%time.Second != 0 {
		wrong = append(wrong, fmt.Errorf("timeout: %s is not whole seconds from 1s to 1m", e.Timeout))
	}
	return errors.Join(append(wrong, e.Publishes.wrong("node")...)...)
}

// Signals names what the scenario says that it publishes.
func (e *Exec) Signals() []SignalInfo { return e.Publishes.infos("node") }

// Expected is one series of a signal without labels of its own; which there are of
// the others is known to the program alone.
func (e *Exec) Expected(signal string, _ []*inventory.Service) []map[string]string {
	return e.Publishes.expected(signal)
}

// execLinger is for how many seconds beyond its time-out a program is read that has
// left somebody behind who keeps its output open.
const execLinger = 2

// Slowest is the time that the program may take.
func (e *Exec) Slowest([]*inventory.Service) time.Duration {
	return e.Timeout + execLinger*time.Second
}

// execSeparator stands between the lines that the program printed.
const execSeparator = "\x1e"

// Script runs the program, and prints after up the lines that begin with the name of
// a metric.
func (e *Exec) Script(_ *inventory.Node, _ []*inventory.Service, every time.Duration) string {
	seconds := int(e.Timeout / time.Second)
	return Loop("", fmt.Sprintf(`
told=$({
timeout -k 1 %d sh -c %s 2>&1 </dev/null
printf '\neris_status=%%s\n' "$?"
} | timeout %[4]d cat)
code=${told##*eris_status=}
code=${code%%%%[!0-9]*}
told=${told%%eris_status=*}
case $code in
0) line="up $(printf '%%s\n' "$told" | LC_ALL=C grep -a -E '^(%[3]s)[{[:space:]]' | tr '\n' '\036')" ;;
124) line="failed it did not end within %[1]d s" ;;
137) line="failed it was killed: it did not end within %[1]d s and did not heed SIGTERM, or something else killed it (memory?)" ;;
*) line="failed it ended with status $code: $(printf '%%s\n' "$told" | grep -a . | tail -n 1 | cut -c 1-200)" ;;
esac`, seconds, inventory.Quote(e.Command), strings.Join(e.Publishes.metrics(), "|"), seconds+execLinger), every)
}

// Parse reads a line of Script.
func (e *Exec) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	state, text, _ := strings.Cut(line, " ")
	if state != replyUp {
		_, _, err := reply("exec", line)
		if err == nil {
			err = fmt.Errorf("parse exec: %q is no line of this collector", line)
		}
		return nil, err
	}
	readings, err := e.Publishes.read(strings.ReplaceAll(text, execSeparator, "\n") + "\n")
	if err != nil {
		return nil, fmt.Errorf("parse exec: %w", err)
	}
	return readings, nil
}
