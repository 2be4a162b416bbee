package workloads_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	data "github.com/openstack-eris/eris/loadgen/dataplane/http"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
	"github.com/openstack-eris/eris/loadgen/openstack/openstacktest"
)

// strange is an answer, as it is written, and what it is to who reads it.
type strange struct {
	name, text string
	endless    string // written again and again behind it
	class      record.Class
	status     int
	streamed   record.Class // the class where the body is not kept, if it is another
}

const flavors = `{"flavors": [{"id": "a"}]}`

func head(fields string) string {
	return "HTTP/1.1 200 OK\r\nX-Openstack-Request-Id: req-x\r\nConnection: close\r\n" + fields + "\r\n"
}

func packed(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, flavors)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func long(text string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(text), text) }

func strangers(t *testing.T) []strange {
	t.Helper()
	whole, much := packed(t), strings.Repeat("x", 1<<16)
	chunk := "10000\r\n" + much + "\r\n"
	const inChunks = "Transfer-Encoding: chunked\r\n"
	said := func(text string) string { return strings.TrimSuffix(head(""), "\r\n") + text } // a head that goes on
	wrong := record.WrongResult
	return []strange{
		{name: "packed", text: said("Content-Encoding: gzip\r\n" + long(whole)), class: record.OK},
		{name: "in chunks", text: head(inChunks) + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(flavors), flavors), class: record.OK},
		{name: "said to be packed, and not", text: said("Content-Encoding: gzip\r\n" + long(flavors)), class: wrong, status: 200},
		{name: "half a packed body, whole", text: said("Content-Encoding: gzip\r\n" + long(whole[:len(whole)/2])), class: wrong, status: 200},
		{name: "too short to be packed", text: said("Content-Encoding: gzip\r\n" + long("hello")), class: wrong, status: 200},
		{name: "cut", text: head("Content-Length: 100\r\n") + "{", class: record.Connect, status: 200},
		{name: "cut, in chunks", text: head(inChunks) + "10\r\n{", class: record.Connect, status: 200},
		{name: "bad chunks", text: head(inChunks) + "zz\r\n{", class: wrong, status: 200},
		{name: "no HTTP", text: "SSH-2.0-OpenSSH_9.2\r\n\r\n", class: wrong},
		{name: "no status", text: "HTTP/1.1 abc\r\n\r\n", class: wrong},
		{name: "half a head", text: "HTTP/1.1 200 OK\r\nServer: a", class: record.Connect},
		{name: "nothing", class: record.Connect},
		{name: "a head without end", text: "HTTP/1.1 200 OK\r\n", endless: "X-A: " + much + "\r\n", class: wrong},
		{name: "nothing but 100", endless: strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 1<<12), class: wrong},
		{name: "a body without end", text: head(""), endless: much, class: wrong, status: 200, streamed: record.Timeout},
		{name: "chunks without end", text: head(inChunks), endless: chunk, class: wrong, status: 200, streamed: record.Timeout},
		{name: "much is said", text: head("Content-Length: 900000000000\r\n"), endless: much, class: wrong, status: 200, streamed: record.Timeout},
		{name: "an error, cut", text: strings.Replace(head("Content-Length: 100\r\n"), "200 OK", "500 No", 1) + "{", class: record.HTTP5xx, status: 500},
		{name: "an error without end", text: strings.Replace(head(""), "200 OK", "500 No", 1), endless: much, class: record.HTTP5xx, status: 500},
	}
}

// Whatever comes, all who read it say the same of it, with the status and the id of the head that
// came, ask once, keep little of it and take no longer than they may.
func TestStrangeAnswersAreClassedAlike(t *testing.T) {
	const within, kept = 500 * time.Millisecond, 128 << 20
	cloud := openstacktest.New(t)
	get := func(fast bool, body string) loadgen.Workload {
		w := data.NewGet()
		w.URL, w.Fast, w.Body = cloud.URL+"/compute/v2.1/flavors/detail", fast, body
		return w
	}
	for by, w := range map[string]loadgen.Workload{
		"http.get": get(false, ""), "http.get, body": get(false, `"id"`), "fast": get(true, ""), "fast, body": get(true, `"id"`), "list": nova.NewListFlavors(),
	} {
		s, err := w.Open(t.Context(), cloud.Env)
		require.NoError(t, err)
		for _, c := range strangers(t) {
			t.Run(by+"/"+c.name, func(t *testing.T) {
				cloud.Answer = c.write
				before, calls := allocated(), cloud.Calls.Load()
				class, limit := c.class, 20*time.Second
				if c.streamed != record.OK && (by == "http.get" || by == "fast") {
					class, limit = c.streamed, within
				}
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				began := time.Now()
				o := s.Iterate(ctx, 0, nil)
				require.Less(t, time.Since(began), 4*limit)
				require.Equal(t, class, o.Class, "%v", o.Err)
				if class != record.OK {
					require.Equal(t, c.status, o.Status, "%v", o.Err)
				}
				require.Equal(t, c.status != 0 || class == record.OK, o.RequestID == "req-x", "%+v", o)
				require.Equal(t, calls+1, cloud.Calls.Load())
				require.Less(t, allocated()-before, uint64(kept))
			})
		}
		require.NoError(t, s.Close(context.WithoutCancel(t.Context())))
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// write writes it, and ends the connection.
func (c strange) write(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, c.text)
	for again := []byte(c.endless); err == nil && len(again) > 0; {
		_, err = conn.Write(again)
	}
}
