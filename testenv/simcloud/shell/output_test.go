package shell

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
)

func TestProgramsThatRunAtOnceMayWriteIntoOneBuffer(t *testing.T) {
	const lines = 500
	chat := func(_ context.Context, p *Proc) int {
		for range lines {
			_, _ = p.Stdout.Write([]byte("word\n")) // a buffer takes all
			_, _ = p.Stderr.Write([]byte("word\n"))
		}
		return 0
	}
	s := &Shell{FS: memfs.New(), Commands: map[string]Command{"chat": chat}}
	var said bytes.Buffer
	require.Zero(t, s.Run(t.Context(), &Proc{Args: []string{"sh"}, Stdout: &said, Stderr: &said}, "chat & chat | chat; wait"))
	require.Equal(t, strings.Repeat("word\n", 5*lines), said.String(), "the first of the pipeline writes into the pipe")
}
