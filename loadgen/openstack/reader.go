package openstack

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/openstack-eris/eris/loadgen"
)

// Reader asks services for documents as the user of an environment, and is no load: it
// has connections and a token of its own, which it takes at the first question, and
// whoever reads beside the loads waits for none of theirs. It is used by one goroutine.
type Reader struct {
	client   *Client
	services map[string]*gophercloud.ServiceClient
	in       bool
}

// NewReader reads the environment's clouds.yaml. It sends nothing.
func NewReader(env loadgen.Env) (*Reader, error) {
	env.Transport, env.Microversions, env.Reauthenticated = nil, nil, nil
	client, err := NewClient(env)
	if err != nil {
		return nil, err
	}
	return &Reader{client: client, services: map[string]*gophercloud.ServiceClient{}}, nil
}

// largestDocument bounds what is read of an answer, in bytes.
const largestDocument = 16 << 20

// unanswered is an error of the service that was asked: it gave no answer, or one of a
// failure of its own.
type unanswered struct{ error }

// Unanswered tells it from an error of the question or of the login.
func (unanswered) Unanswered() {}

// Unwrap gives the cause.
func (u unanswered) Unwrap() error { return u.error }

// Get asks a service for a document, by the service's type (compute, network, volume)
// and a path below its endpoint, with a query perhaps. An error with the method Unanswered says that
// the service gave no answer, or one of its own failure (5xx).
func (r *Reader) Get(ctx context.Context, service, path string) ([]byte, error) {
	if err := r.LogIn(ctx); err != nil {
		return nil, err
	}
	client, err := r.find(ctx, service)
	if err != nil {
		return nil, blame(err)
	}
	answer, err := client.Get(ctx, client.ServiceURL(strings.Split(path, "/")...), nil, &gophercloud.RequestOpts{KeepResponseBody: true, OkCodes: []int{http.StatusOK}})
	if err != nil {
		return nil, blame(fmt.Errorf("ask %s: %w", service, err))
	}
	defer func() { _ = answer.Body.Close() }() // it has been read
	document, err := io.ReadAll(io.LimitReader(answer.Body, largestDocument+1))
	switch {
	case err != nil:
		return nil, unanswered{fmt.Errorf("read what %s answers: %w", service, err)}
	case len(document) > largestDocument:
		return nil, fmt.Errorf("read what %s answers: it is longer than %d bytes", service, largestDocument)
	}
	return document, nil
}

// Project is the id of the project that the token is of.
func (r *Reader) Project(ctx context.Context) (string, error) {
	if err := r.LogIn(ctx); err != nil {
		return "", err
	}
	if project := r.client.Project(); project != "" {
		return project, nil
	}
	return "", errors.New("the login is of no project")
}

// Close closes the connections that are kept.
func (r *Reader) Close() { r.client.Close() }

// refused is an error of a login that Keystone does not let in.
type refused struct{ error }

// Refused tells it from one that it did not answer.
func (refused) Refused() {}

// Unwrap gives the cause.
func (r refused) Unwrap() error { return r.error }

// LogIn takes a token, once; gophercloud renews it. An error with the method Refused says that
// whoever logs in may not.
func (r *Reader) LogIn(ctx context.Context) error {
	if r.in {
		return nil
	}
	err := r.client.Authenticate(ctx)
	r.in = err == nil
	if answer, told := answered(err); told && (answer.Actual == http.StatusUnauthorized || answer.Actual == http.StatusForbidden) {
		return refused{err}
	}
	return err
}

// find finds a service once: its versions are asked for, too.
func (r *Reader) find(ctx context.Context, service string) (*gophercloud.ServiceClient, error) {
	if client := r.services[service]; client != nil {
		return client, nil
	}
	find, known := map[string]Finder{"compute": services.NewComputeV2, "network": services.NewNetworkV2, "volume": services.NewBlockStorageV3}[service]
	if !known {
		return nil, fmt.Errorf("find %s endpoint: nobody knows how", service)
	}
	client, err := r.client.Find(ctx, service, find)
	if err == nil {
		r.services[service] = client
	}
	return client, err
}

// blame says whether an error is the service's: that nothing or a failure came from it.
// That Keystone renews no token, that a service is not in the catalogue, and that a
// certificate is not trusted are none of its errors.
func blame(err error) error {
	_, unable := errors.AsType[*gophercloud.ErrUnableToReauthenticate](err)
	_, distrusted := errors.AsType[*tls.CertificateVerificationError](err)
	_, unsent := errors.AsType[*url.Error](cause(err))
	answer, told := answered(err)
	switch {
	case unable || distrusted:
		return err
	case told && answer.Actual >= http.StatusInternalServerError, !told && (unsent || errors.Is(err, context.DeadlineExceeded)):
		return unanswered{err}
	}
	return err
}
