package glance

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/content"
	"github.com/openstack-eris/eris/loadgen/openstack/openstacktest"
)

func TestArgumentsHaveLimits(t *testing.T) {
	w := NewCreateAndDeleteImage()
	require.NoError(t, w.Validate())
	w.Size, w.Poll = 0, 0
	require.ErrorContains(t, w.Validate(), "size: must be from 1B to 16GiB")
	require.ErrorContains(t, w.Validate(), "poll: must be 10ms or more")
	w.Size = 16<<30 + 1
	require.ErrorContains(t, w.Validate(), "size: must be from 1B to 16GiB")
}

type unrecorded struct{}

func (unrecorded) Operation(string) func(loadgen.Outcome) { return func(loadgen.Outcome) {} }

// An image of any size is uploaded and compared in the memory of a buffer.
func TestAnImageIsNeverHeld(t *testing.T) {
	const size = 64 << 20
	cloud := openstacktest.New(t)
	cloud.Answer = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.Method + " " + r.URL.Path {
		case "POST /image/v2/images":
			w.WriteHeader(http.StatusCreated)
			fallthrough
		case "GET /image/v2/images/i1":
			_, _ = fmt.Fprint(w, `{"id": "i1", "status": "active"}`)
		case "PUT /image/v2/images/i1/file":
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(http.StatusNoContent)
		case "GET /image/v2/images/i1/file":
			_, _ = io.Copy(w, content.New(size, cloud.Env.Seed, 4, 0, sha256.New))
		case "DELETE /image/v2/images/i1":
			w.WriteHeader(http.StatusNoContent)
		case "GET /image/v2/images":
			_, _ = fmt.Fprint(w, `{"images": []}`)
		case "GET /image/v2/info/usage":
			w.WriteHeader(http.StatusNotFound)
		}
	}
	w := NewCreateAndDeleteImage()
	w.Size = size
	s, err := w.Open(t.Context(), cloud.Env)
	require.NoError(t, err)
	defer func() {
		closing, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		require.NoError(t, s.Close(closing))
	}()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	require.NoError(t, s.Iterate(t.Context(), 4, unrecorded{}).Err)
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20), "of %d", size)
}
