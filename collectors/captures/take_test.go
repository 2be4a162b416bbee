package captures_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

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
	const line = "> @ 100 +0000\n> = 4 /a.log\n> |one\n> |\n> .\n"
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
	require.Equal(t, "/a.log: its lines have no times, and all that were read are kept", taken.Cut)

	taken, _, err = take(line + "BREAK")
	require.NoError(t, err, "what came before is worth keeping")
	require.Equal(t, "the connection was cut", taken.Cut)
	taken, _, err = take(line)
	require.NoError(t, err)
	require.Equal(t, "the capture on the node ended without a word", taken.Cut)
	_, _, err = take("BREAK")
	require.EqualError(t, err, "capture on ctl-1: the connection was cut")
	_, file, err = take("failed there is no such thing\n" + line + "end\n")
	require.EqualError(t, err, "there is no such thing")
	require.Empty(t, file)
	taken, file, err = take(line + line + line + line + "end\n")
	require.NoError(t, err)
	require.Equal(t, "it was over 40 bytes", taken.Cut)
	require.Equal(t, "== /a.log\none\n== /a.log\none\n== /a.log\n", file)

	_, err = captures.Take(t.Context(), printed(line+"end\n"), "ctl-1", &captures.Logs{}, nil, captures.Window{Most: 40}, full{})
	require.EqualError(t, err, "no space left on device")
}
