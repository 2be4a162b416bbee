package compute

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	blockstorage "github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
)

// Volume is what Cinder says of a volume.
type Volume struct {
	ID, Name, Status string
	Size             int // GiB
	Bootable         bool
	Multiattach      bool
	Encrypted        bool
	Metadata         map[string]string
	Servers          []string // ids of those that it is attached to
}

// Storage is one login at a cloud's Nova and Cinder.
type Storage struct{ nova, cinder *gophercloud.ServiceClient }

// ErrMissing says that there is no such volume, or server.
var ErrMissing = errors.New("there is none")

// ErrNoVolumes says that the cloud's catalogue has no Cinder.
var ErrNoVolumes = errors.New("the cloud has no service of volumes")

// Volumes is [Cloud.Ask] for what needs Cinder, too.
func (c *Cloud) Volumes(ctx context.Context, do func(s *Storage) error) error {
	provider, endpoint, err := c.logIn(ctx)
	if err != nil {
		return err
	}
	nova, err := openstack.NewComputeV2(provider, endpoint)
	if err != nil {
		return err
	}
	nova.Microversion = VolumesVersion
	cinder, err := openstack.NewBlockStorageV3(provider, endpoint)
	if _, none := errors.AsType[*gophercloud.ErrEndpointNotFound](err); none {
		return ErrNoVolumes
	}
	if err != nil {
		return err
	}
	return do(&Storage{nova, cinder})
}

func volumeOf(v blockstorage.Volume) Volume {
	found := Volume{
		ID: v.ID, Name: v.Name, Status: v.Status, Size: v.Size, Bootable: v.Bootable == "true", Multiattach: v.Multiattach,
		Encrypted: v.Encrypted, Metadata: v.Metadata,
	}
	for _, a := range v.Attachments {
		found.Servers = append(found.Servers, a.ServerID)
	}
	return found
}

// Volume is the one with that id, else the only one with that name in all projects.
func (s *Storage) Volume(ctx context.Context, ref string) (Volume, error) {
	if regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(ref) {
		v, err := blockstorage.Get(ctx, s.cinder, ref).Extract()
		switch {
		case err == nil:
			return volumeOf(*v), nil
		case Code(err) != http.StatusNotFound:
			return Volume{}, fmt.Errorf("ask Cinder for the volume %s: %w", ref, err)
		}
	}
	all, err := s.list(ctx, blockstorage.ListOpts{AllTenants: true, Name: ref})
	all = slices.DeleteFunc(all, func(v Volume) bool { return v.Name != ref })
	switch {
	case err != nil:
		return Volume{}, err
	case len(all) == 0:
		return Volume{}, fmt.Errorf("ask Cinder for the volume %s: %w", ref, ErrMissing)
	case len(all) > 1:
		return Volume{}, fmt.Errorf("ask Cinder for the volume %s: %d have that name, the first two are %s and %s", ref, len(all), all[0].ID, all[1].ID)
	}
	return all[0], nil
}

func (s *Storage) list(ctx context.Context, of blockstorage.ListOpts) ([]Volume, error) {
	page, err := blockstorage.List(s.cinder, of).AllPages(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask Cinder for volumes: %w", err)
	}
	all, err := blockstorage.ExtractVolumes(page)
	if err != nil {
		return nil, fmt.Errorf("ask Cinder for volumes: %w", err)
	}
	var found []Volume
	for _, v := range all {
		found = append(found, volumeOf(v))
	}
	return found, nil
}

// All are those of all projects. Who may not see them is told so: Cinder itself gives
// him those of his own project without a word.
func (s *Storage) All(ctx context.Context) ([]Volume, error) {
	answer, err := s.cinder.Get(ctx, s.cinder.ServiceURL("os-services"), nil, &gophercloud.RequestOpts{KeepResponseBody: true})
	if err != nil {
		return nil, fmt.Errorf("ask Cinder for its services, as an administrator may: %w", err)
	}
	_ = answer.Body.Close() // that it answers is enough
	return s.list(ctx, blockstorage.ListOpts{AllTenants: true, Limit: 1000})
}

// Mark writes an entry of a volume's metadata. An error that is not ErrUnanswered says
// that nothing will come of it.
func (s *Storage) Mark(ctx context.Context, volume, key, value string) error {
	body := map[string]any{"metadata": map[string]string{key: value}}
	answer, err := s.cinder.Post(ctx, s.cinder.ServiceURL("volumes", volume, "metadata"), body, nil, &gophercloud.RequestOpts{OkCodes: []int{http.StatusOK}})
	if err != nil {
		return unconfirmed(fmt.Errorf("tell Cinder: %w", err))
	}
	return answer.Body.Close()
}

// Unmark takes an entry away; that there is none is no error.
func (s *Storage) Unmark(ctx context.Context, volume, key string) error {
	answer, err := s.cinder.Delete(ctx, s.cinder.ServiceURL("volumes", volume, "metadata", key), &gophercloud.RequestOpts{OkCodes: []int{http.StatusOK, http.StatusNoContent}})
	if Code(err) == http.StatusNotFound {
		return nil
	}
	if err != nil {
		return unconfirmed(fmt.Errorf("tell Cinder: %w", err))
	}
	return answer.Body.Close()
}
