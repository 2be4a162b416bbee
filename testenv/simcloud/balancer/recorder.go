package balancer

import (
	"bytes"
	"maps"
	"net/http"
)

// recorder holds an answer until it is whole. Its status stays 0 when the
// server wrote nothing.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(p)
}

func (r *recorder) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), r.header)
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body.Bytes()) // the client may be gone
}

// Ask makes a request to a handler without a socket and returns its answer.
// The status is 0 when it gave none.
func Ask(h http.Handler, r *http.Request) (status int, header http.Header, body []byte) {
	answer := &recorder{header: http.Header{}}
	h.ServeHTTP(answer, r)
	return answer.status, answer.header, answer.body.Bytes()
}
