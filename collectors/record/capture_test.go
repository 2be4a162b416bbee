package record_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// What is captured may be secret: it is for its owner alone, and the MANIFEST has it.
func TestCapturedFilesAreForTheirOwner(t *testing.T) {
	w := create(t)
	file, err := w.CaptureFile("wire", "ctl-1.example", ".pcap")
	require.NoError(t, err)
	require.Equal(t, "captures/wire.ctl-1.example.pcap", file.Name)
	_, err = file.Write([]byte("packets"))
	require.NoError(t, err)
	require.NoError(t, file.Close())
	for path, mode := range map[string]os.FileMode{"captures": 0o700 | os.ModeDir, file.Name: 0o600} {
		info, err := os.Stat(filepath.Join(w.Dir(), path))
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode(), path)
	}
	_, err = w.CaptureFile("wire", "ctl-1.example", ".pcap")
	require.ErrorContains(t, err, "keep capture: ", "it is there already")
	_, err = w.CaptureFile("wire", "../ctl-1", ".pcap")
	require.ErrorContains(t, err, "is no plain file name")
	again, err := w.CaptureAgain("wire", "ctl-1.example", ".pcap")
	require.NoError(t, err)
	_, err = again.Write([]byte("more of it"))
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(w.Dir(), file.Name))
	require.NoError(t, err)
	require.Equal(t, "packets", string(text), "until the other is whole")
	require.NoError(t, again.Close())
	text, err = os.ReadFile(filepath.Join(w.Dir(), again.Name))
	require.NoError(t, err)
	require.Equal(t, "more of it", string(text))
	again, err = w.CaptureAgain("wire", "ctl-1.example", ".pcap")
	require.NoError(t, err)
	require.NoError(t, again.Remove())
	kept, err := os.ReadDir(filepath.Join(w.Dir(), "captures"))
	require.NoError(t, err)
	require.Len(t, kept, 1)
	none, err := w.CaptureFile("wire", "ctl-2", ".pcap")
	require.NoError(t, err)
	require.NoError(t, none.Remove())
	require.NoFileExists(t, filepath.Join(w.Dir(), none.Name))
	require.NoError(t, w.Err(), "a capture that cannot be kept ends no run")

	event := record.CaptureEvent{Capture: "wire", Kind: "packets", Node: "ctl-1.example", State: record.CaptureKept, From: time.Second, To: 2 * time.Second, File: file.Name, Bytes: 7, Has: "1 packet"}
	require.NoError(t, w.Event(record.Event{At: 42, Capture: &event}))
	require.NoError(t, w.Close())
	events := all(t, open(t, w.Dir()).Events())
	require.Equal(t, "capture", events[1].Type)
	require.Equal(t, event, *events[1].Capture)

	joined := create(t) // the run with somebody's results
	require.NoError(t, joined.Adopt(open(t, w.Dir())))
	for path, mode := range map[string]os.FileMode{"captures": 0o700 | os.ModeDir, file.Name: 0o600} {
		info, err := os.Stat(filepath.Join(joined.Dir(), path))
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode(), path)
	}

	require.NoError(t, os.WriteFile(filepath.Join(w.Dir(), file.Name), []byte("other"), 0o600))
	differ, err := record.Verify(w.Dir())
	require.NoError(t, err)
	require.Equal(t, []string{file.Name + " was changed"}, differ)
}
