package logged

import (
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/inventory"
)

const (
	mostMatches   = 400     // lines with ids that a node gives of one file
	mostFaultHead = 100     // lines around a fault from the begin, and as many from the end
	cutAt         = 2100    // bytes of a line: more than what is looked at for secrets
	mostOutput    = 2 << 20 // bytes of a node's answer
	journalMost   = 10      // seconds for one look into the journal
)

// script reads all pieces in one go: a line "== N" before the Nth, its lines with "> " before
// each, and "lines N" how many there are around a fault. What could not be read is "failed N"
// on stderr. The ids come on stdin, one a line. It reads, and leaves nothing.
func script(pieces []piece) string {
	var b strings.Builder
	fmt.Fprintf(&b, `export LC_ALL=C
ids=$(cat)
shown() { cut -b -%[1]d | sed -e 's/^/> /'; }
look() { { src || echo "failed $1" >&2; } | grep -a -F -e "$ids" | head -n %[2]d | shown; }
around() {
lines=$({ src || echo "failed $1" >&2; } | wc -l)
echo "lines $lines"
if [ "$lines" -le %[3]d ]; then
src | shown
else
src | head -n %[4]d | shown
src | tail -n %[4]d | shown
fi
}
`, cutAt, mostMatches, 2*mostFaultHead, mostFaultHead)
	for n, p := range pieces {
		if p.path != "" {
			quoted := inventory.Quote(p.path)
			fmt.Fprintf(&b, "src() { [ -r %s ] || return 1; tail -c +%d %s 2>/dev/null | head -c %d; }\n", quoted, p.from+1, quoted, p.length)
		} else {
			fmt.Fprintf(&b, "src() { timeout %d journalctl --quiet --no-pager --no-hostname -o short-iso --after-cursor=%s --until=@%d%s 2>/dev/null; }\n",
				journalMost, inventory.Quote(p.cursor), p.until+1, unitWords(p.units))
		}
		verb := "look"
		if p.around != nil {
			verb = "around"
		}
		fmt.Fprintf(&b, "echo \"== %d\"\n%s %d\n", n, verb, n)
	}
	b.WriteString("echo end\n")
	return b.String()
}

func unitWords(units []string) string {
	var b strings.Builder
	for _, unit := range units {
		b.WriteString(" -u " + inventory.Quote(unit))
	}
	return b.String()
}
