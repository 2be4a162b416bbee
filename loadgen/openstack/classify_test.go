package openstack_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

func TestErrorsAreClassedByType(t *testing.T) {
	answer := func(status int, body string) error {
		return gophercloud.ErrUnexpectedResponseCode{
			Actual: status, Body: []byte(body), ResponseHeader: http.Header{"X-Openstack-Request-Id": {"req-9"}},
		}
	}
	post := func(err error) error { return &url.Error{Op: "Post", URL: "http://x", Err: err} }
	for _, c := range []struct {
		err  error
		want record.Class
	}{
		{nil, record.OK},
		{answer(500, ""), record.HTTP5xx},
		{answer(404, "timeout, connection refused"), record.HTTP4xx},
		{answer(403, `{"forbidden": {"code": 403, "message": "Quota exceeded for instances: Requested 1, but already used 10 of 10 instances"}}`), record.Quota},
		{answer(403, `{"forbidden": {"code": 403, "message": "Quota exceeded, too many key pairs."}}`), record.Quota},
		{answer(403, `{"forbidden": {"code": 403, "message": "Maximum number of ports exceeded"}}`), record.Quota},
		{answer(403, `{"forbidden": {"code": 403, "message": "Maximum number of metadata items exceeds 128"}}`), record.HTTP4xx},
		{answer(403, `{"forbidden": {"code": 403, "message": "Project 7d is over a limit for [Resource servers is over limit of 1 due to current usage 1 and delta 1]"}}`), record.Quota},
		{answer(403, `{"forbidden": {"code": 403, "message": "Policy doesn't allow os_compute_api:servers:create to be performed. Quota exceeded."}}`), record.HTTP4xx},
		{answer(403, `Quota exceeded`), record.HTTP4xx},
		{answer(404, `{"forbidden": {"code": 403, "message": "Quota exceeded"}}`), record.HTTP4xx},
		{answer(409, "{}"), record.Conflict},
		{answer(409, `{"NeutronError": {"type": "OverQuota"}}`), record.Quota},
		{answer(400, `{"code": 400, "title": "Bad Request", "error": {"type": "RequestLimitExceeded", "message": "You have reached the maximum stacks per tenant, 512. Please delete some stacks."}}`), record.Quota},
		{answer(400, `{"code": 400, "title": "Bad Request", "error": {"type": "StackValidationFailed", "message": "RequestLimitExceeded"}}`), record.HTTP4xx},
		{answer(403, `{"faultcode": "Client", "faultstring": "Quota has been met for resources: Load Balancer", "debuginfo": null}`), record.Quota},
		{answer(403, `{"faultcode": "Client", "faultstring": "Policy does not allow this request to be performed.", "debuginfo": null}`), record.HTTP4xx},
		{answer(413, ""), record.Quota},
		{answer(202, ""), record.WrongResult},
		{fmt.Errorf("list: %w", answer(503, "")), record.HTTP5xx},
		{&gophercloud.ErrUnableToReauthenticate{ErrOriginal: answer(401, ""), ErrReauth: post(syscall.ECONNREFUSED)}, record.Connect},
		{&gophercloud.ErrErrorAfterReauthentication{ErrOriginal: answer(500, "")}, record.HTTP5xx},
		{gophercloud.ErrMissingResourceKey{}, record.WrongResult},
		{post(context.DeadlineExceeded), record.Timeout},
		{post(context.Canceled), record.Aborted},
		{post(&net.OpError{Op: "dial", Err: syscall.ETIMEDOUT}), record.Timeout},
		{post(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), record.Connect},
		{post(&net.DNSError{}), record.Connect},
		{errors.New("anything else"), record.Connect},
	} {
		require.Equal(t, c.want, openstack.Classify(c.err), "%v", c.err)
	}
	o := openstack.Outcome(fmt.Errorf("list: %w", answer(503, "")), nil)
	require.Equal(t, []any{503, "req-9"}, []any{o.Status, o.RequestID})
}
