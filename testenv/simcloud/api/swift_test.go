package api_test

import (
	"crypto/md5"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSwiftStoresWhatItWasGiven(t *testing.T) {
	s := newScript(t)
	const text = "what an object has"
	sum := md5.Sum([]byte(text))
	tag := hex.EncodeToString(sum[:])
	const account, box = " /v1/AUTH_{project}", " /v1/AUTH_{project}/box"
	s.run("swift-proxy",
		step{"GET" + account, 204, "", ""},
		step{"GET" + account + "?format=json", 200, "[]", ""},
		step{"HEAD" + account, 200, "", ""},
		step{"HEAD" + account + "?format=json", 200, "", ""},
		step{"PUT" + box + "/a < " + text, 404, "<html><h1>Not Found</h1><p>The resource could not be found.</p></html>", ""},
		step{"GET" + box, 404, "<h1>Not Found</h1>", ""},
		step{"PUT" + box, 201, "", ""},
		step{"HEAD" + account, 204, "", ""},
		step{"HEAD" + account + "?format=json", 204, "", ""},
		step{"PUT" + box, 202, "The request is accepted for processing.", ""},
		step{"PUT" + box + "/a/b < " + text, 201, "", ""},
		step{"PUT" + box + "/c < " + text, 201, "", ""},
		step{"GET" + box + "/a/b", 200, text, ""},
		step{"GET" + box + "?format=json", 200, `"hash":"` + tag + `"`, ""},
		step{"GET" + box + "?format=json&prefix=a/", 200, `"name":"a/b"`, ""},
		step{"GET" + box + "?format=json&marker=a/b", 200, `"name":"c"`, ""},
		step{"GET" + box + "?marker=c&format=json", 200, `[]`, ""},
		step{"GET" + box + "?format=plain", 200, "a/b\nc\n", ""},
		step{"GET" + box + "?format=plain&limit=1", 200, "a/b\n", ""},
		step{"GET" + box + "?format=plain&marker=c", 204, "", ""},
		step{"GET" + box + "?limit=10001", 412, "Maximum limit is 10000", ""},
		step{"GET" + account + "?format=json", 200, `"bytes":36,"count":2`, ""},
		step{"DELETE" + box, 409, "There was a conflict when trying to complete your request.", ""},
		step{"DELETE" + box + "/c", 204, "", ""},
		step{"DELETE" + box + "/c", 404, "", ""},
	)
	answer := s.ask("swift-proxy", "GET"+box+"/a/b")
	require.Equal(t, text, answer.Body.String())
	require.Equal(t, tag, answer.Header().Get("Etag"))
	require.Equal(t, "application/json", answer.Header().Get("Content-Type"), "that it was given")
	require.Regexp(t, "^tx[0-9a-f]{21}-[0-9a-f]{10}$", answer.Header().Get("X-Trans-Id"))
	require.Equal(t, answer.Header().Get("X-Trans-Id"), answer.Header().Get("X-Openstack-Request-Id"))
	answer = s.ask("swift-proxy", "HEAD"+box)
	require.Equal(t, []any{204, "1", "18"}, []any{answer.Code, answer.Header().Get("X-Container-Object-Count"), answer.Header().Get("X-Container-Bytes-Used")})
	s.run("swift-proxy",
		step{"DELETE" + box + "/a/b", 204, "", ""},
		step{"DELETE" + box, 204, "", ""},
		step{"DELETE" + box, 404, "", ""},
		step{"DELETE" + account, 405, "The method is not allowed for this resource.", ""},
	)
	require.Empty(t, s.store.Named("box"))
}

// put uploads an object with a header.
func (s *script) put(name, text, header, value string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPut, s.filled("/v1/AUTH_{project}/box/"+name), strings.NewReader(text))
	r.Header.Set("X-Auth-Token", s.token)
	r.Header.Set(header, value)
	w := httptest.NewRecorder()
	s.services["swift-proxy"].ServeHTTP(w, r)
	return w
}

func TestWhatSwiftRefuses(t *testing.T) {
	s := newScript(t)
	const box = " /v1/AUTH_{project}/box"
	s.run("swift-proxy",
		step{"PUT" + box, 201, "", ""},
		step{"PUT /v1/AUTH_{project}/" + strings.Repeat("x", 257), 400, "Container name length of 257 longer than 256", ""},
		step{"PUT" + box + "/" + strings.Repeat("x", 1025), 400, "length of 1025 longer than 1024", ""},
		step{"PUT" + box + "/big < " + strings.Repeat("x", 16<<20+1), 413, "Your request is too large.", ""},
	)
	require.Equal(t, 422, s.put("a", "one", "Etag", "0123").Code)
	require.Equal(t, 201, s.put("a", "one", "If-None-Match", "*").Code)
	require.Equal(t, 412, s.put("a", "one", "If-None-Match", "*").Code)
	s.store.Limit("object_bytes", 5)
	require.Equal(t, "5", s.ask("swift-proxy", "HEAD /v1/AUTH_{project}").Header().Get("X-Account-Meta-Quota-Bytes"))
	require.Equal(t, 201, s.put("b", "22", "X-Object-Meta-A", "b").Code)
	require.Equal(t, "b", s.ask("swift-proxy", "HEAD"+box+"/b").Header().Get("X-Object-Meta-A"))
	answer := s.put("c", "3", "A", "b")
	require.Equal(t, []any{413, "Upload exceeds quota."}, []any{answer.Code, answer.Body.String()})
	s.store.Limit("object_bytes", -1)
	for n := range 15 { // all disks have 256 MiB
		require.Equal(t, 201, s.put("full"+string(rune('a'+n)), strings.Repeat("x", 16<<20), "A", "b").Code)
	}
	require.Equal(t, 503, s.put("more", strings.Repeat("x", 16<<20), "A", "b").Code)
	require.Equal(t, 201, s.put("fulla", "less", "A", "b").Code, "in place of more")
	require.Equal(t, 201, s.put("more", strings.Repeat("x", 16<<20), "A", "b").Code)

	s.run("swift-proxy", step{"GET /v1/AUTH_other?format=json", 200, "[]", ""})
	s.member()
	s.run("swift-proxy", step{"GET /v1/AUTH_other", 403, "<html><h1>Forbidden</h1><p>Access was denied to this resource.</p></html>", ""}, step{"GET /v1/AUTH_{project}?format=json", 200, "[]", ""})
	s.token = "none"
	answer = s.ask("swift-proxy", "GET"+box)
	require.Equal(t, []any{401, s.filled(`Swift realm="AUTH_{project}"`)}, []any{answer.Code, answer.Header().Get("Www-Authenticate")})
}
