package openstack

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/gophercloud/gophercloud/v2/openstack/utils"

	"github.com/openstack-eris/eris/loadgen"
)

// Versions asks each service of the catalogue for the version of its API: the highest
// microversion of who has some, as 2.93, else the highest version, as 3.14. A service that
// the cloud has not, or that tells no version, is left out. It is an error that nobody can
// log in.
func Versions(ctx context.Context, env loadgen.Env, services []Service) (map[string]string, error) {
	env.Microversions = nil
	client, err := NewClient(env)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	if err := client.Authenticate(ctx); err != nil {
		return nil, err
	}
	versions := map[string]string{}
	for _, s := range services {
		if version, err := client.version(ctx, s); err == nil {
			versions[s.Name] = version
		}
	}
	if len(versions) == 0 {
		return nil, errors.New("no service tells the version of its API")
	}
	return versions, nil
}

// version is the highest of a service.
func (c *Client) version(ctx context.Context, s Service) (string, error) {
	service, err := c.Find(ctx, s.Name, s.Find)
	if err != nil {
		return "", err
	}
	endpoint, err := utils.BaseVersionedEndpoint(service.Endpoint)
	if err != nil {
		return "", fmt.Errorf("read endpoint: %w", err)
	}
	found, err := utils.GetServiceVersions(searching(ctx), service.ProviderClient, endpoint, true)
	if err != nil {
		return "", fmt.Errorf("ask which versions there are: %w", err)
	}
	var major, minor int
	for _, v := range found {
		a, b := v.MaxMajor, v.MaxMinor
		if a == 0 {
			a, b = v.Major, v.Minor
		}
		if cmp.Or(cmp.Compare(a, major), cmp.Compare(b, minor)) > 0 {
			major, minor = a, b
		}
	}
	if major == 0 {
		return "", errors.New("it has none")
	}
	return fmt.Sprintf("%d.%d", major, minor), nil
}
