package openstack

import (
	"context"
	"errors"
	"fmt"

	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/openstack-eris/eris/loadgen"
)

// Granted logs in, and says of which project the token is and which roles it has there.
func Granted(ctx context.Context, env loadgen.Env) (loadgen.Granted, error) {
	client, err := NewClient(env)
	if err != nil {
		return loadgen.Granted{}, err
	}
	defer client.Close()
	if err := client.Authenticate(ctx); err != nil {
		return loadgen.Granted{}, err
	}
	issued, ok := client.Provider.GetAuthResult().(tokens.CreateResult)
	if !ok {
		return loadgen.Granted{}, errors.New("there is no token")
	}
	roles, err := issued.ExtractRoles()
	if err != nil {
		return loadgen.Granted{}, fmt.Errorf("read roles of the token: %w", err)
	}
	granted := loadgen.Granted{Project: client.Project()}
	for _, role := range roles {
		granted.Roles = append(granted.Roles, role.Name)
	}
	return granted, nil
}
