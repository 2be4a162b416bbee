package api

import (
	"fmt"
	"net/http"
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

// log writes a line of a request that failed, in the form of oslo.log: an error is what the
// service is to blame for.
//
// Source: https://docs.openstack.org/oslo.log/latest/configuration/index.html
// (logging_context_format_string)
func (s *Service) log(id string, status int, r *http.Request) {
	if status < http.StatusBadRequest {
		return
	}
	level := "INFO"
	if status >= http.StatusInternalServerError {
		level = "ERROR"
	}
	project, _, _ := strings.Cut(s.name, "-")
	s.host.Log(project, fmt.Sprintf("%s %s.api.wsgi [None %s - - - - - -] %s %s failed with %d %s",
		level, project, id, r.Method, r.URL.RequestURI(), status, http.StatusText(status)))
}
