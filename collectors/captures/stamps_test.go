package captures_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/captures"
)

func TestATimeWithoutAYearIsTheNearest(t *testing.T) {
	zone := time.FixedZone("", 2*60*60)
	for line, want := range map[string][2]time.Time{
		"Dec 31 23:59:59 ctl-1 proxy-server: a": {time.Date(2027, 1, 1, 0, 0, 5, 0, zone), time.Date(2026, 12, 31, 23, 59, 59, 0, zone)},
		"Jan  1 00:00:01 ctl-1 proxy-server: b": {time.Date(2026, 12, 31, 23, 59, 55, 0, zone), time.Date(2027, 1, 1, 0, 0, 1, 0, zone)},
		"Mar  1 00:00:01 ctl-1 proxy-server: c": {time.Date(2026, 6, 1, 0, 0, 0, 0, zone), time.Date(2026, 3, 1, 0, 0, 1, 0, zone)},
	} {
		at, is := captures.Stamped(line, want[0])
		require.True(t, is, line)
		require.True(t, at.Equal(want[1]), "%s: %s", line, at)
	}
	for _, line := range []string{"", "Nov 31", "2026-13-41 12:00:00 no day", "[40/Nov/2026:12:00:00 +0000]", "a Mon Nov 30 12:00:00 2026"} {
		_, is := captures.Stamped(line, time.Now())
		require.False(t, is, line)
	}
}
