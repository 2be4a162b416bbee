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

// private is an entry of a node's whole journal by who logs what others run, with its
// arguments, as sudo does with what Eris runs. A line stands before the first of its entry here.
const private = `\n[^ ]* ((sudo|su|doas|sshd[a-z-]*|[Cc][Rr][Oo][Nn][Dd]?|anacron|atd|auditd?)(\[|:)|kernel: audit)`

// ours is an entry of systemd about the timers by which a fault heals itself, with its head
// behind it likewise: it tells nothing of the cloud.
const ours = `\n[^ ]* systemd\[1\]:.* eris-[0-9a-f]{8}-[^ ]*\.(timer|service)`

// script reads all pieces in one go: a line "== N" before the Nth, its lines with "> " before
// each, and "lines N" how many there are around a fault. What could not be read is "failed N"
// on stderr. The ids come on stdin, one a line. It reads, and leaves nothing. A line of which
// only a part lies within a piece is left out: a part of a secret is not known as one. So what
// src gives has one more end of a line, and sift takes the last line, which is empty or torn.
func script(pieces []piece) string {
	var b strings.Builder
	fmt.Fprintf(&b, `export LC_ALL=C
ids=$(cat)
shown() { cut -b -%[1]d | sed -e 's/^/> /'; }
all() { { src || echo "failed $1" >&2; echo; } | sift; }
look() { all "$1" | grep -a -F -e "$ids" | head -n %[2]d | shown; }
again() { { src; echo; } | sift; }
around() {
lines=$(all "$1" | wc -l)
echo "lines $lines"
if [ "$lines" -le %[3]d ]; then
again | shown
else
again | head -n %[4]d | shown
again | tail -n %[4]d | shown
fi
}
`, cutAt, mostMatches, 2*mostFaultHead, mostFaultHead)
	for n, p := range pieces {
		if p.path != "" {
			quoted := inventory.Quote(p.path)
			from, length, first := p.from, p.length, ""
			if from > 0 { // with the byte before, which ends a line or is of one that is torn
				from, length, first = from-1, length+1, " -e 1d"
			}
			fmt.Fprintf(&b, "src() { [ -r %s ] || return 1; tail -c +%d %s 2>/dev/null | head -c %d; }\nsift() { sed%s -e '$d'; }\n", quoted, from+1, quoted, length, first)
		} else {
			others := ""
			if len(p.units) == 0 {
				others = fmt.Sprintf(" -e '/^[^ ]/h' -e G -e '/%s/d' -e '/%s/d' -e 's/\\n.*//'", private, ours)
			}
			fmt.Fprintf(&b, "src() { timeout %d journalctl --quiet --no-pager --no-hostname -o short-iso --after-cursor=%s --until=@%d%s 2>/dev/null; }\nsift() { sed -E -e '$d'%s; }\n",
				journalMost, inventory.Quote(p.cursor), p.until+1, unitWords(p.units), others)
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
