package keystone

import (
	"context"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// IssueToken asks for a new token with the credentials of clouds.yaml, as every
// client does first. Nothing is sent before the load starts.
type IssueToken struct{}

// Role is any: a token of a project wants some role in it.
func (*IssueToken) Role() string { return "" }

// Issues is true: each iteration asks for a token.
func (*IssueToken) Issues() bool { return true }

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
	_, o := s.client.IssueToken(ctx, s.identity)
	return o
}

// Close closes the connections. Tokens are left to expire: to revoke them
// would be another load.
func (s *issuing) Close(context.Context) error {
	s.client.Close()
	return nil
}
