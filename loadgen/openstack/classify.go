package openstack

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// requestID is the header by which an operator finds a request in the logs.
const requestID = "X-Openstack-Request-Id"

// Outcome is how a call ended, from gophercloud's error and the headers of the
// answer; both may be nil.
func Outcome(err error, header http.Header) loadgen.Outcome {
	if err == nil {
		return Asked(loadgen.Outcome{}, header)
	}
	o := loadgen.Outcome{Class: Classify(err), Err: cause(err)}
	if answer, ok := answered(err); ok {
		o.Status, header = answer.Actual, answer.ResponseHeader
	}
	o = Asked(o, header)
	o.Err = err
	return o
}

// Wrong is the outcome of a call that was answered, and wrongly.
func Wrong(err error, header http.Header) loadgen.Outcome {
	return Asked(loadgen.Outcome{Class: record.WrongResult, Err: err}, header)
}

// Classify is the class of an error of gophercloud, by its types.
func Classify(err error) record.Class {
	if answer, ok := answered(err); ok {
		if overQuota(answer) {
			return record.Quota
		}
		return loadgen.ClassifyStatus(answer.Actual)
	}
	if _, ok := errors.AsType[gophercloud.ErrMissingResourceKey](err); ok {
		return record.WrongResult
	}
	_, unsent := errors.AsType[*url.Error](cause(err))
	_, cut := errors.AsType[*noAnswer](cause(err))
	if !unsent && !cut && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)) {
		return record.WrongResult // the answer is there to its end, and its document is not
	}
	return loadgen.Classify(cause(err))
}

// cause looks into the two errors of gophercloud that do not unwrap: a renewal
// of the token that failed, and a call that failed after one.
func cause(err error) error {
	var unable *gophercloud.ErrUnableToReauthenticate
	var after *gophercloud.ErrErrorAfterReauthentication
	switch {
	case errors.As(err, &unable):
		return cause(unable.ErrReauth)
	case errors.As(err, &after):
		return cause(after.ErrOriginal)
	default:
		return err
	}
}

// answered is the answer that an error stands for.
func answered(err error) (gophercloud.ErrUnexpectedResponseCode, bool) {
	var code gophercloud.ErrUnexpectedResponseCode
	err = cause(err)
	if pointer, ok := errors.AsType[*gophercloud.ErrUnexpectedResponseCode](err); ok {
		return *pointer, true
	}
	return code, errors.As(err, &code)
}

// overQuota reads the error type that Neutron names in its 409 answers, and Heat in
// its 400. Nova's 403 has no type and is told from other refusals by its words alone: those of
// its own quotas, of Neutron's that it meets (ports), and those of unified limits. Octavia's 403
// has only words, too.
//
// Sources: nova/exception.py (QuotaError and what is derived from it),
// oslo_limit/exception.py (ProjectOverLimit), heat/engine/service.py,
// octavia/common/exceptions.py (QuotaException).
func overQuota(answer gophercloud.ErrUnexpectedResponseCode) bool {
	var body struct {
		NeutronError struct {
			Type string `json:"type"`
		} `json:"NeutronError"`
		Forbidden struct {
			Message string `json:"message"`
		} `json:"forbidden"`
		Error struct {
			Type string `json:"type"`
		} `json:"error"`
		Fault string `json:"faultstring"`
	}
	if json.Unmarshal(answer.Body, &body) != nil {
		return false
	}
	switch answer.Actual {
	case http.StatusBadRequest:
		return body.Error.Type == "RequestLimitExceeded"
	case http.StatusConflict:
		return body.NeutronError.Type == "OverQuota"
	case http.StatusForbidden:
		said := body.Forbidden.Message
		return strings.HasPrefix(said, "Quota exceeded") || strings.HasPrefix(said, "Maximum number of ") && strings.Contains(said, " exceeded") || strings.HasPrefix(said, "Project ") && strings.Contains(said, " is over a limit for ") ||
			strings.HasPrefix(body.Fault, "Quota has been met for resources: ")
	}
	return false
}
