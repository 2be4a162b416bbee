package workers

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Where somebody else listens at the address for workers a run says so at once, and leaves no
// store.
func TestAnAddressForWorkersThatIsTaken(t *testing.T) {
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, taken.Close()) }()
	t.Setenv("TMPDIR", t.TempDir())
	b, err := embed(t.Context(), taken.Addr().String(), NewSecret())
	require.ErrorContains(t, err, "listen for workers: listen tcp "+taken.Addr().String()+": bind: address already in use")
	require.Nil(t, b)
	left, err := filepath.Glob(filepath.Join(os.TempDir(), storePrefix+"*"))
	require.NoError(t, err)
	require.Empty(t, left)
}
