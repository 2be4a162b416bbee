package systemd_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

func TestSpansArePrintedAsSystemdDoes(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"1h 2min 3.456789s": time.Hour + 2*time.Minute + 3456789*time.Microsecond,
		"500ms":             500 * time.Millisecond,
		"1.5ms":             1500 * time.Microsecond,
		"15s":               15 * time.Second,
		"2d 1h":             49 * time.Hour,
		"0":                 0,
	} {
		require.Equal(t, text, systemd.FormatSpan(want))
	}
	for text, want := range map[string]time.Duration{"3000ms": 3 * time.Second, "5": 5 * time.Second, "1min 30s": 90 * time.Second, "infinity": 0, "0.5s": 500 * time.Millisecond} {
		got, err := systemd.ParseSpan(text)
		require.NoError(t, err)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "soon", "5 apples", "ms"} {
		_, err := systemd.ParseSpan(text)
		require.Error(t, err, text)
	}
}

func TestASpanSurvivesPrintingAndReading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, int64(300*24*time.Hour/time.Microsecond)).Draw(t, "µs")) * time.Microsecond
		got, err := systemd.ParseSpan(systemd.FormatSpan(d))
		if err != nil || (got-d).Abs() > time.Microsecond {
			t.Fatalf("%v was printed as %q and read as %v, %v", d, systemd.FormatSpan(d), got, err)
		}
	})
}
