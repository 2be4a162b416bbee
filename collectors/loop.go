package collectors

import (
	"fmt"
	"strings"
	"time"
)

// Loop wraps a sweep into the remote loop that every collector's script is. The
// sweep is POSIX sh that sets $line to one line; setup runs once before. Each
// interval the loop prints how many nanoseconds the sweep took, a space, and
// that line; it ends when nobody reads it any more. The rest of the interval is
// slept, so that a slow sweep makes a longer interval and no queue; one during which
// the node's clock was set back took no time.
func Loop(setup, sweep string, every time.Duration) string {
	return fmt.Sprintf(`%s
while :; do
eris_start=$(date +%%s%%N)
line=
%s
eris_took=$(($(date +%%s%%N) - eris_start))
[ "$eris_took" -ge 0 ] || eris_took=0
echo "$eris_took $line" || exit 0
eris_left=$((%d - eris_took))
if [ "$eris_left" -gt 0 ]; then
sleep "$((eris_left / 1000000000)).$(printf %%09d "$((eris_left %% 1000000000))")"
fi
done
`, strings.TrimSpace(setup), strings.TrimSpace(sweep), every.Nanoseconds())
}
