package nova

import (
	"context"
	"errors"
	"fmt"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// WithVolume is the arguments that the workloads share that boot a server and
// make a volume.
type WithVolume struct {
	Booting `yaml:",inline"`
	Size    document.Bytes `yaml:"volume_size" help:"of the volume, whole GiB from 1 to 1024"`
	Type    string         `yaml:"volume_type" help:"name or id of the volume's type; Cinder's default if left out"`
}

const gib = 1 << 30

func newWithVolume() WithVolume { return WithVolume{Booting: newBooting(), Size: gib} }

// Validate says what is wrong with the arguments.
func (w *WithVolume) Validate() error {
	var err error
	if w.Size < gib || w.Size > 1024*gib || w.Size%gib != 0 {
		err = errors.New("volume_size: must be whole GiB from 1 to 1024")
	}
	return errors.Join(err, w.Booting.Validate())
}

// stored is what the iterations of a session need to make volumes, too.
type stored struct {
	*booting
	cinder *gophercloud.ServiceClient
	volume *openstack.Kind
}

// begin is that of Booting, and finds Cinder, too.
func (w *WithVolume) begin(ctx context.Context, env loadgen.Env) (*stored, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("boot server with volume: %w", err)
	}
	s, err := w.Booting.begin(ctx, env)
	if err != nil {
		return nil, err
	}
	cinder, err := s.making.Client.Find(ctx, "volume", services.NewBlockStorageV3)
	if err == nil {
		err = openstack.VolumeRoom(ctx, env, cinder, w.Takes("volume", map[string]int{"volumes": 1, "gigabytes": int(w.Size / gib)}, nil))
	}
	if err != nil {
		s.making.Client.Close()
		return nil, err
	}
	volume := openstack.Volumes(cinder)
	s.making.Kinds = append(s.making.Kinds, volume)
	return &stored{booting: s, cinder: cinder, volume: volume}, nil
}

// makeVolume is the step that makes a volume, of an image where one is named.
func (w *WithVolume) makeVolume(ctx context.Context, s *stored, i *openstack.Iteration, image string) openstack.Made {
	return i.MakeVolume(ctx, "cinder_v3.create_volume", s.cinder, s.volume, volumes.CreateOpts{Size: int(w.Size / gib), VolumeType: w.Type, ImageID: image})
}
