package loadgen

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"os"

	"github.com/openstack-eris/eris/collectors/record"
)

// Classify is the class of an error that came instead of an answer, told by
// its types and never by its text: messages carry ports and addresses, and
// change.
func Classify(err error) record.Class {
	var timeout interface{ Timeout() bool }
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	var wrong *WrongAnswer
	var distrusted *tls.CertificateVerificationError
	switch {
	case err == nil:
		return record.OK
	case errors.Is(err, context.Canceled):
		return record.Aborted
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return record.Timeout
	case errors.As(err, &syntax), errors.As(err, &mismatch), errors.As(err, &wrong):
		return record.WrongResult
	case errors.As(err, &distrusted):
		return record.TLS
	default:
		// Refused, reset, cut off in the middle, no route, no name: there was no whole
		// answer.
		return record.Connect
	}
}

// ClassifyStatus is the class of an HTTP status that was not the expected one.
func ClassifyStatus(status int) record.Class {
	switch {
	case status >= 500:
		return record.HTTP5xx
	case status == 409:
		return record.Conflict
	case status == 413 || status == 429: // over a limit of size or of rate
		return record.Quota
	case status >= 400:
		return record.HTTP4xx
	default:
		return record.WrongResult
	}
}
