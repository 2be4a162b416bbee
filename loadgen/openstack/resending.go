package openstack

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// After a 401 gophercloud renews the token and sends the request once more, within the same
// call, and says nothing of it. A record that has fewer requests than the cloud had is wrong, so
// the one that was refused is an operation of its own: once the same is sent again, and not
// before, since a 401 may be final. It is where there can be no new token, where the second
// request has it too, and where a request is sent by no call of gophercloud's.

// resending is a client's transport, which tells of those operations.
type resending struct {
	next     http.RoundTripper
	provider *gophercloud.ProviderClient
	renewed  atomic.Int64 // how many tokens were
}

// sameKey is that of a request in its iteration.
type sameKey struct {
	by          *resending
	method, url string
}

// refusal is a 401 that may yet be followed by the same request.
type refusal struct {
	began, ended time.Time
	token        string // that it was sent with
	renewed      int64
	outcome      loadgen.Outcome
}

// RoundTrip sends a request.
func (s *resending) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, token := r.Context(), r.Header.Get("X-Auth-Token")
	if token == "" || ctx.Value(onceKey{}) != nil || ctx.Err() != nil {
		return s.next.RoundTrip(r)
	}
	key := sameKey{s, r.Method, r.URL.String()}
	refused := refusal{began: time.Now(), token: token, renewed: s.renewed.Load()}
	before, second := loadgen.Take(ctx, key, func(value any) bool {
		was, is := value.(refusal)
		return is && (was.token != token || was.renewed != refused.renewed) // it waited for another token, and got one
	}).(refusal)
	if second {
		loadgen.Told(loadgen.Within(ctx), "keystone.refused_token", before.began, before.ended, before.outcome)
	}
	answer, err := s.next.RoundTrip(r)
	if err == nil && answer.StatusCode == http.StatusUnauthorized && !second && s.provider.ReauthFunc != nil {
		refused.ended, refused.outcome = time.Now(), Outcome(nil, answer.Header)
		refused.outcome.Class, refused.outcome.Status = record.HTTP4xx, answer.StatusCode
		loadgen.Leave(ctx, key, refused)
	}
	return answer, err
}

// onceKey is that of a context whose requests are sent by no call of gophercloud's.
type onceKey struct{}

// Once is a context for requests that are sent as they are, once: a 401 to one is its outcome
// and nothing else.
func Once(ctx context.Context) context.Context { return context.WithValue(ctx, onceKey{}, true) }
