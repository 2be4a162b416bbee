package api

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// answering is an answer whose status is known afterwards.
type answering struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the first one.
func (a *answering) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// globalID is the form of an id that a service takes over from who asks it.
//
// Source: oslo_middleware/request_id.py (ID_FORMAT)
var globalID = regexp.MustCompile(`^req-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$`)

// log writes a line of a request that failed, or whose client did not wait for the answer, in
// the form of oslo.log: an error is what the service is to blame for. The ids are the one that
// the request came with and the service's own.
//
// Source: https://docs.openstack.org/oslo.log/latest/configuration/index.html
// (logging_context_format_string)
func (s *Service) log(id string, status int, r *http.Request) {
	gone := r.Context().Err() != nil
	if status < http.StatusBadRequest && !gone {
		return
	}
	level := "INFO"
	if status >= http.StatusInternalServerError {
		level = "ERROR"
	}
	project, _, _ := strings.Cut(s.name, "-")
	ended := fmt.Sprintf("failed with %d %s", status, http.StatusText(status))
	if gone {
		ended = "had no client any more to answer"
	}
	global := r.Header.Get("X-Openstack-Request-Id")
	if !globalID.MatchString(global) {
		global = "None"
	}
	s.host.Log(project, fmt.Sprintf("%s %s.api.wsgi [%s %s - - - - - -] %s %s %s",
		level, project, global, id, r.Method, r.URL.RequestURI(), ended))
}
