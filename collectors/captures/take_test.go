package captures_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/captures"
	"github.com/openstack-eris/eris/inventory/remote"
)

// printed is a node that prints such.
type printed string

// Run is not asked.
func (printed) Run(context.Context, string, remote.Command) remote.Result { return remote.Result{} }

// Stream prints it all, and then breaks where it says so.
func (p printed) Stream(_ context.Context, _ string, cmd remote.Command, line func(string)) error {
	for text := range strings.Lines(string(p)) {
		if text == "BREAK" {
			return errors.New("the connection was cut")
		}
		line(strings.TrimSuffix(text, "\n"))
	}
	if !cmd.Root {
		return errors.New("not as root")
	}
	return nil
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestWhatBecameOfACapture(t *testing.T) {
	const line = "> @ 100 +0000\n> = 4 /a.log\n> |one\n> |\n> .\n> #\n"
	take := func(text string) (captures.Taken, string, error) {
		var file bytes.Buffer
		taken, err := captures.Take(t.Context(), printed(text), "ctl-1", &captures.Logs{}, nil, captures.Window{Most: 40}, &file)
		return taken, file.String(), err
	}
	taken, file, err := take(line + "end\n")
	require.NoError(t, err)
	require.Equal(t, "== /a.log\none\n", file)
	require.Equal(t, int64(len(file)), taken.Bytes)
	require.Equal(t, "1 line", taken.Has)
	require.False(t, taken.Again)
	require.Equal(t, "/a.log: its lines have no times, and all that were read are kept", taken.Cut)

	taken, _, err = take(line + "BREAK")
	require.NoError(t, err, "what came before is worth keeping")
	require.Equal(t, "the connection was cut", taken.Cut)
	require.True(t, taken.Again)
	taken, _, err = take(line)
	require.NoError(t, err)
	require.Equal(t, "the capture on the node ended without a word", taken.Cut)
	taken, _, err = take("BREAK")
	require.EqualError(t, err, "capture on ctl-1: the connection was cut")
	require.True(t, taken.Again)
	taken, file, err = take("failed there is no such thing\n" + line + "end\n")
	require.EqualError(t, err, "there is no such thing")
	require.False(t, taken.Again, "it would be the same")
	require.Empty(t, file)
	taken, file, err = take(line + line + line + line + "end\n")
	require.NoError(t, err)
	require.Equal(t, "it was over 40 bytes", taken.Cut)
	require.False(t, taken.Again)
	require.Equal(t, "== /a.log\none\n== /a.log\none\n== /a.log\n", file)

	_, err = captures.Take(t.Context(), printed(line+"end\n"), "ctl-1", &captures.Logs{}, nil, captures.Window{Most: 40}, full{})
	require.EqualError(t, err, "no space left on device")
}

// cancelling ends what it is of with the first line.
type cancelling struct {
	bytes.Buffer
	cancel func()
}

func (c *cancelling) Write(p []byte) (int, error) {
	c.cancel()
	return c.Buffer.Write(p)
}

// What a node has given is much work, too, and ends with the run.
func TestWhatIsWrittenEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	file := &cancelling{cancel: cancel}
	taken, err := captures.Take(ctx, printed("> = 9 /a.log\n> |one\n> |two\n> |\n> .\n> #\nend\n"), "ctl-1", &captures.Logs{}, nil, captures.Window{Most: 1 << 20}, file)
	require.NoError(t, err)
	require.Equal(t, "== /a.log\n", file.String())
	require.Equal(t, "context canceled", taken.Cut)
	require.True(t, taken.Again)
}

// slow is a node to which the way is long.
type slow struct{ printed }

func (slow) Stream(_ context.Context, _ string, _ remote.Command, line func(string)) error {
	time.Sleep(5 * time.Second)
	for _, text := range []string{"begin", "> @ 100 +0000", "> #", "end"} {
		line(text)
		time.Sleep(time.Second)
	}
	return nil
}

func TestACaptureIsOfWhenItsLinesCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		taken, err := captures.Take(t.Context(), slow{}, "ctl-1", &captures.Logs{}, nil, captures.Window{Most: 1 << 20}, &bytes.Buffer{})
		require.NoError(t, err)
		require.Equal(t, []time.Duration{5 * time.Second, 8 * time.Second}, []time.Duration{taken.From.Sub(begun), taken.To.Sub(begun)})
	})
}

// The node itself ends a script whose reader is gone without a word, which hangs where it prints.
func TestANodeEndsACaptureThatTakesTooLong(t *testing.T) {
	b := newBench(t)
	b.program("timeout", `printf '%s ' "$@" >`+b.bin+`/said; exit 124`+"\n")
	_, _, err := b.take(t.Context(), captures.NewProfile(), captures.Window{For: 7 * time.Second, Most: 1 << 20}, unit("keystone"))
	require.ErrorContains(t, err, "it ended with status 124: : no sample had come to its end")
	said, err := os.ReadFile(b.bin + "/said")
	require.NoError(t, err)
	require.Regexp(t, `^-k 2 22 sh -c export LC_ALL=C\n`, string(said))
	_, _, err = b.take(t.Context(), &captures.Logs{}, captures.Window{For: 7 * time.Second, Most: 1 << 20})
	require.ErrorContains(t, err, "it ended with status 124")
	said, err = os.ReadFile(b.bin + "/said")
	require.NoError(t, err)
	require.Regexp(t, `^-k 2 45 sh -c export LC_ALL=C\n`, string(said))
}
