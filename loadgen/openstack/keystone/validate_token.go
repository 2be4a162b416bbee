package keystone

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// ValidateToken has Keystone validate the session's own token, as every
// service does with every token that it is shown.
type ValidateToken struct{}

// Role is any: it is the user's own token.
func (*ValidateToken) Role() string { return "" }

// Open gets the token.
func (*ValidateToken) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	client, err := openstack.NewClient(env)
	if err != nil {
		return nil, err
	}
	identity, err := client.Identity()
	if err != nil {
		return nil, err
	}
	s := &validating{client: client, identity: identity}
	if err := client.Authenticate(ctx); err != nil {
		client.Close()
		return nil, err
	}
	if s.user, err = s.learn(client.Provider.GetAuthResult()); err != nil {
		client.Close()
		return nil, err
	}
	return s, nil
}

type validating struct {
	client   *openstack.Client
	identity *gophercloud.ServiceClient
	user     string // whose token it is

	mu      sync.Mutex
	expires time.Time
}

// learn notes when the session's token ends and returns the id of its user.
func (s *validating) learn(result gophercloud.AuthResult) (string, error) {
	created, ok := result.(tokens.CreateResult)
	if !ok {
		return "", fmt.Errorf("read token: Keystone's answer is a %T", result)
	}
	token, err := created.ExtractToken()
	if err != nil {
		return "", fmt.Errorf("read token: %w", err)
	}
	user, err := created.ExtractUser()
	if err != nil {
		return "", fmt.Errorf("read token's user: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expires = token.ExpiresAt
	return user.ID, nil
}

// renewBefore is how long before its end a token is renewed, so that a long
// run does not read expiry as failure.
const renewBefore = 2 * time.Minute

// renew renews the token when it ends soon; it is counted as a renewal. One
// iteration does it, the others go on with the old token, which is still good.
func (s *validating) renew(ctx context.Context) error {
	if !s.mu.TryLock() {
		return nil
	}
	due := time.Until(s.expires) < renewBefore && !openstack.HasToken(ctx) // which is what is validated then
	s.mu.Unlock()
	if !due {
		return nil
	}
	if err := s.client.Provider.Reauthenticate(ctx, s.client.Provider.Token()); err != nil {
		return err
	}
	_, err := s.learn(s.client.Provider.GetAuthResult())
	return err
}

// Iterate validates the token. An answer that names another user is a wrong
// result.
func (s *validating) Iterate(ctx context.Context, _ int64, _ loadgen.Recorder) loadgen.Outcome {
	if err := s.renew(ctx); err != nil {
		return openstack.Outcome(err, nil)
	}
	result := tokens.Get(ctx, s.identity, s.client.Provider.Token())
	if result.Err != nil {
		return openstack.Outcome(result.Err, result.Header)
	}
	user, err := result.ExtractUser()
	switch {
	case err != nil:
		return openstack.Wrong(fmt.Errorf("validate token: %w", err), result.Header)
	case user == nil || user.ID != s.user:
		return openstack.Wrong(fmt.Errorf("validate token: the answer is not about user %s", s.user), result.Header)
	}
	return openstack.Outcome(nil, result.Header)
}

// Close closes the connections; the token is left to expire.
func (s *validating) Close(context.Context) error {
	s.client.Close()
	return nil
}
