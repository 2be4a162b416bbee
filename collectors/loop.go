package collectors

import (
	"fmt"
	"strings"
	"time"
)

// piece is how many bytes of a line a loop prints at once beside others. With
// its tag that is less than what Linux writes into a pipe in one (PIPE_BUF, 4096
// bytes), so that no other loop's line comes between.
const piece = 3900

// Loop wraps a sweep into the remote loop that every collector's script is. The
// sweep is POSIX sh that sets $line to one line; setup runs once before. Each
// interval, which is $eris_every milliseconds unless the script says otherwise, the
// loop prints how many milliseconds the sweep took at most, a space, and that line; it
// ends when nobody reads it any more. The rest of the interval is slept, so that a slow
// sweep makes a longer interval and no queue, and at least as long as the sweep took, up
// to an interval: a node that is slow is not asked without a pause. Characters are bytes
// in it.
//
// It starts no program but to sleep: what a node's looking costs is what it starts. So
// the time is that of /proc/uptime, which nobody sets and which tells 10 ms.
//
// Beside others (see abreast) it prints its tag and a space before that, and a
// line that is longer than a piece in several, whose tag has a + but for the
// last.
func Loop(setup, sweep string, every time.Duration) string {
	return fmt.Sprintf(`LC_ALL=C
eris_every=%[3]d
eris_uptime() {
read -r eris_now eris_idle </proc/uptime
eris_idle=1${eris_now#*.}
eris_now=$((${eris_now%%.*} * 1000 + (eris_idle - 100) * 10))
}
%[1]s
while :; do
eris_uptime
eris_start=$eris_now
line=
%[4]s
eris_uptime
eris_took=$((eris_now - eris_start + 10))
line="$eris_took $line"
while [ -n "$eris_tag" ] && [ ${#line} -gt %[2]d ]; do
eris_piece=$(printf %%s "$line" | head -c %[2]d)
eris_rest=${line#"$eris_piece"}
[ "$eris_rest" != "$line" ] || break
printf '%%s\n' "$eris_tag+ $eris_piece" || exit 0
line=$eris_rest
done
printf '%%s\n' "${eris_tag:+$eris_tag }$line" || exit 0
eris_left=$((eris_every - eris_took))
if [ "$eris_left" -lt "$eris_took" ]; then
eris_left=$((eris_took < eris_every ? eris_took : eris_every))
fi
if [ "$eris_left" -gt 0 ]; then
eris_part=$((1000 + eris_left %% 1000))
sleep "$((eris_left / 1000)).${eris_part#1}"
fi
done
`, strings.TrimSpace(setup), piece, max(every.Milliseconds(), 1), strings.TrimSpace(sweep))
}

// abreast is one script of several loops, each a process of its own on the node:
// one that hangs holds up no other. The tag of a loop is its place.
func abreast(loops []string) string {
	if len(loops) == 1 {
		return "eris_tag=0\n" + loops[0]
	}
	var b strings.Builder
	for tag, loop := range loops {
		fmt.Fprintf(&b, "eris_tag=%d\n(\n%s) &\n", tag, loop)
	}
	b.WriteString("wait\n")
	return b.String()
}
