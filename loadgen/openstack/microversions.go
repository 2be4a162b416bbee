package openstack

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/gophercloud/gophercloud/v2/openstack/utils"

	"github.com/openstack-eris/eris/loadgen"
)

// CheckMicroversions asks each service for which the environment chooses a
// microversion whether it has that; who chooses none sends nothing.
func CheckMicroversions(ctx context.Context, env loadgen.Env, services []Service) error {
	if len(env.Microversions) == 0 {
		return nil
	}
	client, err := NewClient(env)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.Authenticate(ctx); err != nil {
		return err
	}
	var wrong []error
	for _, name := range slices.Sorted(maps.Keys(env.Microversions)) {
		if err := client.has(ctx, name, env.Microversions[name], services); err != nil {
			wrong = append(wrong, fmt.Errorf("microversion %s of %s: %w", env.Microversions[name], name, err))
		}
	}
	return errors.Join(wrong...)
}

// has tells whether a service has a microversion.
func (c *Client) has(ctx context.Context, name, wanted string, services []Service) error {
	at := slices.IndexFunc(services, func(s Service) bool { return s.Name == name })
	if at < 0 {
		return errors.New("there is no such service")
	}
	service, err := c.Find(ctx, name, services[at].Find)
	if err != nil {
		return err
	}
	bare := *service // whoever asks for a version asks for none meanwhile
	bare.Microversion = ""
	if bare.Endpoint, err = utils.BaseVersionedEndpoint(service.Endpoint); err != nil {
		return fmt.Errorf("read endpoint: %w", err)
	}
	can, err := utils.GetSupportedMicroversions(ctx, &bare)
	if err != nil {
		return fmt.Errorf("ask which there are: %w", err)
	}
	fits, err := can.IsSupported(wanted)
	switch {
	case err != nil:
		return err
	case !fits:
		return fmt.Errorf("the service has %d.%d to %d.%d", can.MinMajor, can.MinMinor, can.MaxMajor, can.MaxMinor)
	}
	return nil
}
