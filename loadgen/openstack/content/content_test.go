package content_test

import (
	"crypto/md5"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen/openstack/content"
)

func made(seed, iteration, part int64) *content.Content {
	return content.New(100_001, seed, iteration, part, md5.New)
}

func read(t *testing.T, c *content.Content) string {
	t.Helper()
	data, err := io.ReadAll(c)
	require.NoError(t, err)
	return string(data)
}

func TestContentFollowsFromWhereItComesFrom(t *testing.T) {
	first := made(1, 2, 0)
	text := read(t, first)
	require.Len(t, text, 100_001)
	require.Equal(t, text, read(t, made(1, 2, 0)))
	for _, other := range []*content.Content{made(1, 3, 0), made(2, 2, 0), made(1, 2, 1)} {
		require.NotEqual(t, text, read(t, other))
	}
	sum := first.Sent()
	at, err := first.Seek(0, io.SeekStart)
	require.NoError(t, err)
	require.Zero(t, at)
	require.NotEqual(t, sum, first.Sent(), "nothing has been read")
	require.Equal(t, text, read(t, first), "the upload begins anew")
	require.Equal(t, sum, first.Sent())
	_, err = first.Seek(1, io.SeekStart)
	require.ErrorContains(t, err, "only its start")
}

func TestWhatComesBackOtherwiseIsWrong(t *testing.T) {
	sent := made(1, 2, 0)
	text := read(t, sent)
	for back, says := range map[string]string{
		text: "", text[1:]: "100000 bytes with the sum ", "x" + text[1:]: "100001 bytes with the sum ", text + "x": "more than the 100001 bytes that were sent", "": "0 bytes with the sum ",
	} {
		wrong, err := sent.Compare(strings.NewReader(back))
		require.NoError(t, err)
		if says == "" {
			require.NoError(t, wrong)
		} else {
			require.ErrorContains(t, wrong, says)
		}
	}
	wrong, err := sent.Compare(io.MultiReader(strings.NewReader(text[:7]), iotest.ErrReader(io.ErrUnexpectedEOF)))
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.NoError(t, wrong)
}
