package collectors

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Journal counts the errors that systemd's journal has of units: entries of priority err or
// worse, and those whose text is an error to Pattern, since what a service writes to its
// standard error has the priority info whatever it says. What systemd itself and its
// coredump say of a unit is the unit's.
//
// Source: https://www.freedesktop.org/software/systemd/man/latest/systemd.journal-fields.html
// (PRIORITY, UNIT, COREDUMP_UNIT, _SYSTEMD_UNIT)
type Journal struct {
	Units   []string `yaml:"units" help:"units of systemd, such as keystone.service (default: those that the node's services are)"`
	Pattern string   `yaml:"pattern" help:"which entries are errors whatever their priority, an extended regular expression of grep over the entry as JSON"`
}

// NewJournal returns the defaults.
func NewJournal() *Journal { return &Journal{Pattern: NewLogs().Pattern} }

// Validate refuses what is no unit and no pattern.
func (j *Journal) Validate() error {
	var wrong []error
	for _, unit := range j.Units {
		if !plainName(unit) || !strings.Contains(unit, ".") {
			wrong = append(wrong, fmt.Errorf("units: %q is no unit: letters, digits and . _ : @ + -, with its kind, such as keystone.service", unit))
		}
	}
	return errors.Join(append(wrong, checkPattern(j.Pattern))...)
}

// Signals names what Journal publishes.
func (*Journal) Signals() []SignalInfo {
	return []SignalInfo{{
		Name: "journal.errors", Unit: "1", Labels: []string{"node", "unit"}, Kind: Delta,
		Help: "entries of the journal on the unit that are errors and came since the last interval; what comes while the node's session is begun anew is not counted",
	}}
}

// Expected is one series of every unit.
func (j *Journal) Expected(_ string, services []*inventory.Service) []map[string]string {
	var series []map[string]string
	for _, unit := range j.looksAt(services) {
		series = append(series, map[string]string{"unit": unit})
	}
	return series
}

// looksAt are the units of a node that has those services.
func (j *Journal) looksAt(services []*inventory.Service) []string {
	units := slices.Clone(j.Units)
	for _, s := range services {
		if len(j.Units) == 0 && s.Runtime.Kind == inventory.Unit && plainName(s.Runtime.Name) {
			units = append(units, s.Runtime.Name)
		}
	}
	slices.Sort(units)
	return slices.Compact(units)
}

// Slowest is the time that the journal may take to be read.
func (*Journal) Slowest([]*inventory.Service) time.Duration { return journalBound }

// journalBound is when a look into the journal is given up.
const journalBound = 5 * time.Second

// Script prints after up UNIT=COUNT for every unit, from the second sweep on. The first one
// notes where the journal ends, and each goes on where the last one that could read it ended. A
// unit may have several names, of which the journal knows one. That there is nothing new is
// journalctl's status 1, and so is what it could not do, of which it says something.
func (j *Journal) Script(_ *inventory.Node, services []*inventory.Service, every time.Duration) string {
	units := j.looksAt(services)
	if len(units) == 0 {
		return nothing(every)
	}
	var names, all, zero, count, tell strings.Builder
	for i, unit := range units {
		quoted := inventory.Quote(unit)
		fmt.Fprintf(&names, "names_%d=\" \"%s\" $(timeout 3 systemctl show -p Names --value %[2]s 2>/dev/null) \"\n", i, quoted)
		fmt.Fprintf(&all, " $names_%d", i)
		fmt.Fprintf(&zero, " of_%d=0", i)
		fmt.Fprintf(&count, "case $names_%d in *\" $what \"*) of_%[1]d=$((of_%[1]d + count)) ;; esac\n", i)
		fmt.Fprintf(&tell, " %s=$of_%d", unit, i)
	}
	return Loop(fmt.Sprintf(`
%sunits= begun= cursor= pattern=%s
for name in%s; do
units="$units -u $name"
done
entries() {
timeout %d journalctl --quiet --no-pager --show-cursor "$@" 2>&1
case $? in
0 | 1) ;;
*) echo failed ;;
esac
}`, names.String(), inventory.Quote(j.Pattern), all.String(), journalBound/time.Second), fmt.Sprintf(`
if [ -z "$begun" ]; then
found=$(entries -o cat -n 1 | tail -n 1 | sed -E -e 's/^-- cursor: /1 &/' -e '/^1 -- cursor: /!s/..*/1 failed/')
else
found=$(entries -o json --output-fields=PRIORITY,UNIT,COREDUMP_UNIT,_SYSTEMD_UNIT,MESSAGE $units ${cursor:+"--after-cursor=$cursor"} |
grep -a -E -e '^[^{]' -e '"PRIORITY" ?: ?"[0-3]"' -e "$pattern" | sed -n -E -e 's/^[^{-].*/failed/p' -e 's/^-- cursor: /&/p' -e 's/.*"(COREDUMP_)?UNIT" ?: ?"([^"]+)".*/\2/p' -e 's/.*"_SYSTEMD_UNIT" ?: ?"([^"]+)".*/\1/p' | sort | uniq -c)
fi
line=up next=$cursor%s
while read -r count what more; do
case $what in
failed) line="failed the journal cannot be read" ;;
--) next=${more#cursor: } ;;
esac
%sdone <<END
$found
END
if [ "$line" = up ]; then
[ -z "$begun" ] || line="up%s"
cursor=$next begun=1
fi`, zero.String(), count.String(), tell.String()), every)
}

// Parse reads a line of Script.
func (*Journal) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	return errorCounts("journal", "unit", line)
}

// errorCounts reads a line of up and what each of some had of errors.
func errorCounts(kind, label, line string) ([]record.Reading, error) {
	state, words, err := reply(kind, line)
	if err != nil || state == replyNone {
		return nil, err
	}
	if state != replyUp {
		return nil, fmt.Errorf("parse %s: %q is no line of this collector", kind, line)
	}
	counts, err := pairs(words)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", kind, err)
	}
	if len(counts) != len(words) {
		return nil, fmt.Errorf("parse %s: a %s of %q was not counted", kind, label, line)
	}
	var readings []record.Reading
	for _, of := range slices.Sorted(maps.Keys(counts)) {
		count, err := number(counts[of])
		if err != nil {
			return nil, fmt.Errorf("parse %s: %s: %w", kind, of, err)
		}
		readings = append(readings, record.Reading{Signal: kind + ".errors", Labels: map[string]string{label: of}, Value: count})
	}
	return readings, nil
}
