package collectors_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// journalctl is a journal of a file whose lines are entries as the real one (systemd 252) gives
// them with -o json, and systemctl one that knows a unit's other name.
const (
	journalctl = `#!/bin/sh
[ -e "$0.broken" ] && echo "Failed to iterate through journal: Bad message" >&2 && exit 1
from=0 last= names=
for word; do
case $word in
--after-cursor=s=*) from=${word#--after-cursor=s=} ;;
cat) last=1 ;;
*.service) names="$names|\"$word\"" ;;
esac
done
total=$(wc -l <"$0.entries")
[ "$total" -gt "$from" ] || exit 1
shown=$(tail -n +$((from + 1)) "$0.entries" | grep -E -e "${names#|}")
[ -n "$shown" ] || exit 1
printf '%s\n' "$shown"
echo "-- cursor: s=$total"
`
	systemctl = `#!/bin/sh
case $* in
*" mysql.service") echo "mariadb.service mysql.service" ;;
*) echo "${5}" ;;
esac
`
)

func entry(priority, unit, field, text string) string {
	return fmt.Sprintf(`{"__CURSOR":"x","PRIORITY":"%s","%s":"%s","MESSAGE":"%s"}`, priority, field, unit, text)
}

// looking is the loop of a Journal, of which counted is all that it has told.
type looking struct {
	t       *testing.T
	lines   *bufio.Scanner
	journal *collectors.Journal
	counted map[string]int
}

func look(t *testing.T, journal *collectors.Journal, services []*inventory.Service, run func(context.Context, string, io.Writer)) *looking {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	read, out := io.Pipe()
	ended := make(chan struct{})
	text := journal.Script(nil, services, 30*time.Millisecond)
	require.Empty(t, script.Check("journal", text))
	go func() {
		defer close(ended)
		run(ctx, text, out)
		_ = out.Close()
	}()
	t.Cleanup(func() {
		cancel()
		_ = read.Close()
		<-ended
	})
	return &looking{t, bufio.NewScanner(read), journal, map[string]int{}}
}

// sweep takes one line in, and returns what was wrong with it.
func (l *looking) sweep() error {
	l.t.Helper()
	require.True(l.t, l.lines.Scan())
	_, line, _ := strings.Cut(l.lines.Text(), " ")
	readings, err := l.journal.Parse(nil, line)
	for _, r := range readings {
		l.counted[r.Labels["unit"]] += int(r.Value)
	}
	return err
}

func (l *looking) until(want map[string]int) {
	l.t.Helper()
	limit := time.Now().Add(20 * time.Second)
	for fmt.Sprint(l.counted) != fmt.Sprint(want) && time.Now().Before(limit) {
		_ = l.sweep() // what it says while it is broken is looked at elsewhere
	}
	for range 3 {
		require.NoError(l.t, l.sweep()) // no entry is counted twice
	}
	require.Equal(l.t, want, l.counted)
}

// Errors of the journal are counted by unit: by their priority and by their text, each once,
// and none of before; what came while it could not be read is counted when it can.
func TestErrorsInTheJournal(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"journalctl": journalctl, "systemctl": systemctl} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o700))
	}
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	write := func(entries ...string) {
		file, err := os.OpenFile(filepath.Join(folder, "journalctl.entries"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		require.NoError(t, err)
		_, err = file.WriteString(strings.Join(entries, "\n") + "\n")
		require.NoError(t, err)
		require.NoError(t, file.Close())
	}
	write(entry("3", "nova-api.service", "_SYSTEMD_UNIT", "of before"))
	service := func(unit string) *inventory.Service {
		return &inventory.Service{Name: "x", Runtime: inventory.Runtime{Kind: inventory.Unit, Name: unit}}
	}
	l := look(t, collectors.NewJournal(), []*inventory.Service{service("nova-api.service"), service("mysql.service")}, here)
	l.until(map[string]int{"nova-api.service": 0, "mysql.service": 0})
	write(
		entry("6", "nova-api.service", "_SYSTEMD_UNIT", "INFO nova [-] ERROR is no level here"),
		entry("6", "nova-api.service", "_SYSTEMD_UNIT", "1129 ERROR nova.api [None req-5] boom"),
		entry("6", "nova-api.service", "_SYSTEMD_UNIT", "1129 ERROR nova.api Traceback"),
		entry("6", "nova-api.service", "_SYSTEMD_UNIT", `\"PRIORITY\":\"3\" is what it wrote`),
		entry("3", "nova-api.service", "UNIT", "Failed to start nova-api.service"),
		entry("2", "nova-api.service", "COREDUMP_UNIT", "Process 1 dumped core"),
		entry("4", "nova-api.service", "UNIT", "Failed with result 'signal'"),
		entry("3", "mariadb.service", "_SYSTEMD_UNIT", "its other name"),
		entry("3", "other.service", "_SYSTEMD_UNIT", "not looked at"),
	)
	l.until(map[string]int{"nova-api.service": 3, "mysql.service": 1})
	broken := filepath.Join(folder, "journalctl.broken")
	require.NoError(t, os.WriteFile(broken, nil, 0o600))
	require.Eventually(t, func() bool { return l.sweep() != nil }, 20*time.Second, time.Microsecond)
	write(entry("3", "nova-api.service", "_SYSTEMD_UNIT", "while it could not be read"))
	require.NoError(t, os.Remove(broken))
	l.until(map[string]int{"nova-api.service": 4, "mysql.service": 1})
}

// A simulated node has a journal too: what its systemd does is there by unit.
func TestErrorsInTheJournalOfASimulatedNode(t *testing.T) {
	n, err := node.New(t.Context(), node.Options{Name: "ctl-1", Cloud: "test", Address: "127.1.0.11", Units: []node.Unit{{
		Name: "keystone.service", Description: "Identity", Exec: "/usr/bin/uwsgi",
		Daemon: systemd.Daemon{Startup: func() time.Duration { return 0 }, Stop: time.Millisecond},
	}}})
	require.NoError(t, err)
	t.Cleanup(n.Close)
	simulated := func(ctx context.Context, script string, out io.Writer) {
		n.Run(ctx, node.Session{Line: "sh -c " + inventory.Quote(script), Stdin: strings.NewReader(""), Stdout: out, Stderr: io.Discard})
	}
	l := look(t, &collectors.Journal{Units: []string{"keystone.service"}, Pattern: "asked stop"}, nil, simulated)
	l.until(map[string]int{"keystone.service": 0})
	simulated(t.Context(), "systemctl stop keystone.service", io.Discard)
	l.until(map[string]int{"keystone.service": 1})
	require.Equal(t, "none", frame(t, collectors.NewJournal(), nil, simulated))
}

// What is no unit and no pattern is refused, and so is what sh would read.
func TestArgumentsOfAJournal(t *testing.T) {
	require.NoError(t, collectors.NewJournal().Validate())
	err := (&collectors.Journal{Units: []string{"keystone", "a b.service"}, Pattern: "("}).Validate()
	require.ErrorContains(t, err, `"keystone" is no unit`)
	require.ErrorContains(t, err, `"a b.service" is no unit`)
	require.ErrorContains(t, err, "no extended regular expression")
}
