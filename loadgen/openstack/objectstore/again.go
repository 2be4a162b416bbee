package objectstore

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// longest is how much an error tells of what a cloud has said, in bytes.
const longest = 500

// try does something until it is done, fails for good, or was tried often enough. Errors
// of clouds tell what their answers have in them, which may be a secret: it is left out.
func (c *Container) try(ctx context.Context, what string, do func(ctx context.Context) error) error {
	for n := 0; ; n++ {
		err := c.once(ctx, do)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("%s: %w", what, context.Cause(ctx))
		case !passing(err):
			return fmt.Errorf("%s: %s", what, said(err))
		case n == len(c.bounds.Waits):
			return fmt.Errorf("%s: tried %d times: %s", what, n+1, said(err))
		}
		pause := time.NewTimer(c.bounds.Waits[n])
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
		}
	}
}

func (c *Container) once(ctx context.Context, do func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, c.bounds.Each)
	defer cancel()
	return do(ctx)
}

// passing tells whether an error may be over by and by: there was no whole answer, or one
// that says so.
func passing(err error) bool {
	if _, distrusted := errors.AsType[*tls.CertificateVerificationError](err); distrusted {
		return false
	}
	switch openstack.Outcome(err, nil).Status {
	case 0:
		_, unsent := errors.AsType[net.Error](err)
		_, unable := errors.AsType[*gophercloud.ErrUnableToReauthenticate](err) // which has its cause within
		return unsent || unable || errors.Is(err, io.ErrUnexpectedEOF)
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

func said(err error) string { return record.OneLine(err.Error(), longest) }
