package keystone

import (
	"context"
	"errors"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// IssueToken asks for a new token with the credentials of clouds.yaml, as every
// client does first. Nothing is sent before the load starts.
type IssueToken struct{}

// Role is any: a token of a project wants some role in it.
func (*IssueToken) Role() string { return "" }

// Open reads clouds.yaml.
func (*IssueToken) Open(_ context.Context, env loadgen.Env) (loadgen.Session, error) {
	client, err := openstack.NewClient(env)
	if err != nil {
		return nil, err
	}
	identity, err := client.Identity()
	if err != nil {
		return nil, err
	}
	return &issuing{client: client, identity: identity}, nil
}

type issuing struct {
	client   *openstack.Client
	identity *gophercloud.ServiceClient
}

// Iterate issues one token. An answer without a token is a wrong result.
func (s *issuing) Iterate(ctx context.Context, _ int64, _ loadgen.Recorder) loadgen.Outcome {
	auth := s.client.Auth
	result := tokens.Create(ctx, s.identity, &auth)
	if result.Err != nil {
		return openstack.Outcome(result.Err, result.Header)
	}
	if token, err := result.ExtractTokenID(); err != nil || token == "" {
		return openstack.Wrong(errors.Join(errors.New("issue token: the answer has no token"), err), result.Header)
	}
	return openstack.Outcome(nil, result.Header)
}

// Close closes the connections. Tokens are left to expire: to revoke them
// would be another load.
func (s *issuing) Close(context.Context) error {
	s.client.Close()
	return nil
}
