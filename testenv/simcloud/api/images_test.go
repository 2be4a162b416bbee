package api_test

import (
	"crypto/md5"
	"encoding/hex"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnImageIsWhatWasUploaded(t *testing.T) {
	s := newScript(t)
	data := strings.Repeat("image ", 100000)
	sum := md5.Sum([]byte(data))
	s.run("glance-api",
		step{`POST /v2/images < {"name": "i", "container_format": "bare", "disk_format": "raw", "tags": ["a", "b"]}`, 201, `"status":"queued"`, "image"},
		step{`GET /v2/images/{image}/file`, 204, "", ""},
		step{`PUT /v2/images/{image}/file < ` + data, 204, "", ""},
		step{`GET /v2/images/{image}`, 200, `"checksum":"` + hex.EncodeToString(sum[:]), ""},
		step{`GET /v2/images/{image}`, 200, `"size":600000`, ""},
		step{`PUT /v2/images/{image}/file < other`, 409, "Image status transition from active to saving is not allowed", ""},
		step{`GET /v2/images?tag=a&tag=b`, 200, `"name":"i"`, ""},
		step{`GET /v2/images?tag=a&tag=c`, 200, `"images":[]`, ""},
		step{`GET /v2/images?limit=1`, 200, `"next":"/v2/images?limit=1\u0026marker=`, ""},
	)
	answer := s.ask("glance-api", "GET /v2/images/{image}/file")
	require.Equal(t, data, answer.Body.String())
	require.Equal(t, hex.EncodeToString(sum[:]), answer.Header().Get("Content-Md5"))
	s.run("glance-api",
		step{`DELETE /v2/images/{image}`, 204, "", ""},
		step{`GET /v2/images/{image}/file`, 404, "No image found", ""},
		step{`PUT /v2/images/{image}/file < data`, 404, "No image found", ""},
		step{`DELETE /v2/images/{image}`, 404, "No image found", ""},
	)
}

func TestWhatGlanceRefuses(t *testing.T) {
	s := newScript(t)
	s.store.Limit("image_size_cap", 1000)
	s.run("glance-api",
		step{`POST /v2/images < {"name": "i", "disk_format": "floppy"}`, 400, "does not match schema", ""},
		step{`POST /v2/images < {"name": "i", "status": "active"}`, 403, "read-only", ""},
		step{`POST /v2/images < {"name": "i", "id": "one"}`, 201, "", ""},
		step{`POST /v2/images < {"name": "i", "id": "one"}`, 409, "already exists", ""},
		step{`POST /v2/images < {"name": "i", "id": "kept", "protected": true}`, 201, "", ""},
		step{`DELETE /v2/images/kept`, 403, "is protected", ""},
		step{`PUT /v2/images/one/file < ` + strings.Repeat("x", 1001), 413, "exceeds the quota", ""},
		step{`GET /v2/images/one`, 200, `"status":"queued"`, ""},
		step{`PUT /v2/images/one/file < ` + strings.Repeat("x", 1000), 204, "", ""},
	)
	r := httptest.NewRequestWithContext(t.Context(), "PUT", "/v2/images/kept/file", strings.NewReader("x"))
	r.Header.Set("X-Auth-Token", s.token)
	w := httptest.NewRecorder()
	s.services["glance-api"].ServeHTTP(w, r)
	require.Equal(t, 415, w.Code)
}
