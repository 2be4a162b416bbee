package openstack

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// Fresh is a workload that gets a new token for each iteration, as whoever starts
// a command line client does, in place of one for all. That is an operation of
// the iteration, and no token is renewed.
func Fresh(w loadgen.Workload) loadgen.Workload { return &fresh{w} }

type fresh struct{ loadgen.Workload }

// Open opens the workload's own session, which has a token too: for what it does
// beside its iterations.
func (f *fresh) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	client, err := NewClient(env)
	if err != nil {
		return nil, err
	}
	identity, err := client.Identity()
	if err != nil {
		return nil, err
	}
	session, err := f.Workload.Open(ctx, env)
	if err != nil {
		client.Close()
		return nil, err
	}
	return &freshly{session, client, identity}, nil
}

// freshly is a session each of whose iterations has a token of its own.
type freshly struct {
	loadgen.Session
	client   *Client
	identity *gophercloud.ServiceClient
}

// Iterate gets a token and does the iteration with it.
func (s *freshly) Iterate(ctx context.Context, iteration int64, rec loadgen.Recorder) loadgen.Outcome {
	end := rec.Operation("keystone.issue_token")
	token, o := s.client.IssueToken(ctx, s.identity)
	end(o)
	if o.Class != record.OK {
		return o
	}
	return s.Session.Iterate(context.WithValue(ctx, tokenKey{}, token), iteration, rec)
}

// Check looks at what was kept, with the session's own token.
func (s *freshly) Check(ctx context.Context) (loadgen.Kept, bool) {
	if keeper, is := s.Session.(loadgen.Keeper); is {
		return keeper.Check(ctx)
	}
	return loadgen.Kept{}, false
}

// Keeps tells whether the session does.
func (s *freshly) Keeps() bool {
	keeper, is := s.Session.(loadgen.Keeper)
	return is && keeper.Keeps()
}

// Close closes the session and the connections to Keystone.
func (s *freshly) Close(ctx context.Context) error {
	defer s.client.Close()
	return s.Session.Close(ctx)
}

// IssueToken asks for one token with the credentials of clouds.yaml. An answer
// without one is a wrong result.
func (c *Client) IssueToken(ctx context.Context, identity *gophercloud.ServiceClient) (string, loadgen.Outcome) {
	auth := c.Auth
	result := tokens.Create(ctx, identity, &auth)
	if result.Err != nil {
		return "", Outcome(result.Err, result.Header)
	}
	token, err := result.ExtractTokenID()
	if err != nil || token == "" {
		return "", Wrong(errors.Join(errors.New("issue token: the answer has no token"), err), result.Header)
	}
	return token, Outcome(nil, result.Header)
}

// tokenKey is that of the token of an iteration, in its context.
type tokenKey struct{}

// HasToken tells whether an iteration has a token of its own.
func HasToken(ctx context.Context) bool { return ctx.Value(tokenKey{}) != nil }

// tokened sends an iteration's own token where the session's would be sent, in a
// request that is made with the iteration's context.
type tokened struct {
	next     http.RoundTripper
	provider *gophercloud.ProviderClient
}

// RoundTrip sends a request. A 401 to a token of the iteration's own is an error
// here, since gophercloud would renew the session's for it and ask once more.
func (t *tokened) RoundTrip(r *http.Request) (*http.Response, error) {
	token, own := r.Context().Value(tokenKey{}).(string)
	if !own {
		return t.next.RoundTrip(r)
	}
	session := t.provider.Token()
	swapped := r.Clone(r.Context())
	for _, name := range []string{"X-Auth-Token", "X-Subject-Token"} {
		if session != "" && swapped.Header.Get(name) == session {
			swapped.Header.Set(name, token)
		}
	}
	answer, err := t.next.RoundTrip(swapped)
	if err != nil || answer.StatusCode != http.StatusUnauthorized || swapped.Header.Get("X-Auth-Token") != token {
		return answer, err
	}
	body, _ := io.ReadAll(answer.Body) // what there is of it says why
	_ = answer.Body.Close()            // it has been read
	return nil, &gophercloud.ErrUnexpectedResponseCode{
		URL: r.URL.String(), Method: r.Method, Actual: answer.StatusCode, Body: body, ResponseHeader: answer.Header,
	}
}
