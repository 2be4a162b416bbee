package swift

import (
	"net/http"
	"strconv"
)

// sized tells Swift how much an upload is to be. gophercloud says it in a header
// that net/http does not heed, and an upload of unknown length is not held against
// the account's quota.
type sized struct{ next http.RoundTripper }

// RoundTrip sends a request with the length that its header says.
func (s sized) RoundTrip(r *http.Request) (*http.Response, error) {
	if n, err := strconv.ParseInt(r.Header.Get("Content-Length"), 10, 64); err == nil {
		r = r.Clone(r.Context())
		r.ContentLength = n
	}
	return s.next.RoundTrip(r)
}
