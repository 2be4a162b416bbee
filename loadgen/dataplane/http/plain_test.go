package http

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// heads are answers as servers write them, and as nobody should.
func heads() []string {
	return []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
		"HTTP/1.1 200\r\ncontent-length:5 \r\nX-OpenStack-Request-ID: req-1\r\nConnection: Close\r\n\r\nhello",
		"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n",
		"HTTP/1.1 204 No Content\r\n\r\n",
		"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
		"HTTP/1.1 200 OK\r\n\r\nto the end",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
		"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
		"HTTP/1.1 200 OK\r\nA: b\r\n c: d\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
		"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent Length: 0\r\nContent-Length: 1\r\n\r\nx",
		"HTTP/1.1 200 OK\r\nUpgrade: h2c\r\nConnection: upgrade\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Le",
		"HTTP/1.1 ",
		"",
		"nonsense\r\n\r\n",
		"HTTP/1.1 200 \n\r\nContent-Length:0\r\n\r\n",
		"HTTP/1.1 \r\n0\r\n\r\n",
	}
}

// What is read here is what the standard library would have read.
func TestAPlainHeadIsReadAsTheStandardLibraryReadsIt(t *testing.T) {
	plains := 0
	for _, text := range heads() {
		agrees(t, text, http.MethodGet, &plains)
		agrees(t, text, http.MethodHead, &plains)
	}
	require.Equal(t, 11, plains, "the first five, for both, and what has an end for HEAD alone")
}

func agrees(t *testing.T, text, method string, plains *int) {
	t.Helper()
	p, ok := readPlain([]byte(text), method == http.MethodHead)
	if !ok {
		return
	}
	*plains++
	in := bufio.NewReader(strings.NewReader(text))
	theirs, err := http.ReadResponse(in, &http.Request{Method: method}) //nolint:bodyclose // of a text
	require.NoError(t, err, "%q", text)
	body, err := io.ReadAll(theirs.Body)
	require.NoError(t, err, "%q", text)
	require.Equal(t, theirs.StatusCode, p.status, "%q", text)
	require.Equal(t, theirs.Close, p.last, "%q", text)
	require.Equal(t, theirs.Header.Get("X-Openstack-Request-Id"), p.id)
	require.Len(t, body, p.length, "%q", text)
	require.True(t, bytes.HasPrefix([]byte(text)[p.size:], body), "%q", text)
}

func FuzzAPlainHead(f *testing.F) {
	for _, text := range heads() {
		f.Add(text, true)
		f.Add(text, false)
	}
	f.Fuzz(func(t *testing.T, text string, head bool) {
		p, ok := readPlain([]byte(text), head)
		if !ok || p.size+p.length > len(text) {
			return
		}
		method := http.MethodGet
		if head {
			method = http.MethodHead
		}
		theirs, err := http.ReadResponse(bufio.NewReader(strings.NewReader(text)), &http.Request{Method: method}) //nolint:bodyclose // of a text
		if err != nil {
			return // stricter about what is of no use here
		}
		body, err := io.ReadAll(theirs.Body)
		require.NoError(t, err)
		require.Equal(t, theirs.StatusCode, p.status)
		require.Len(t, body, p.length)
		require.Equal(t, theirs.Close, p.last)
	})
}
