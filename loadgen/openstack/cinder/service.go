package cinder

import (
	"context"
	"errors"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	volume "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/snapshots"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// Volume is the arguments that all workloads share that make a volume.
type Volume struct {
	Size              document.Bytes `yaml:"size" help:"of the volume, whole GiB from 1 to 1024"`
	Type              string         `yaml:"type" help:"name or id of the volume's type; Cinder's default if left out"`
	openstack.Keeping `yaml:",inline"`
	openstack.Asking  `yaml:",inline"`
	openstack.Polling `yaml:",inline"`
}

const gib = 1 << 30

func newVolume() Volume { return Volume{Size: gib, Polling: openstack.Each(500 * time.Millisecond)} }

// Validate says what is wrong with the arguments.
func (w *Volume) Validate() error {
	var errs []error
	if w.Size < gib || w.Size > 1024*gib || w.Size%gib != 0 {
		errs = append(errs, errors.New("size: must be whole GiB from 1 to 1024"))
	}
	return errors.Join(append(errs, w.TooOften(), w.Wrong(), w.Unasked())...)
}

// one is what a volume needs of quotas.
func (w *Volume) one() map[string]int {
	return map[string]int{"volumes": 1, "gigabytes": int(w.Size / gib)}
}

// Role is member: it makes volumes.
func (*Volume) Role() string { return "member" }

// service is Cinder as one session of a workload that makes things reaches it.
type service struct {
	kinds
	making *openstack.Making
	cinder *gophercloud.ServiceClient
}

// open gets a token, finds Cinder in the catalogue, and sees whether the project
// has room for what an iteration needs, for what is kept and what all share.
func (w *Volume) open(ctx context.Context, env loadgen.Env, needs, shared map[string]int) (*service, error) {
	if err := w.Validate(); err != nil {
		return nil, err
	}
	client, cinder, err := openstack.Connect(ctx, env, "volume", volume.NewBlockStorageV3)
	if err != nil {
		return nil, err
	}
	if err := openstack.VolumeRoom(ctx, env, cinder, w.Takes("volume", needs, shared)); err != nil {
		client.Close()
		return nil, err
	}
	s := &service{cinder: cinder, kinds: newKinds(cinder)}
	s.making = &openstack.Making{Client: client, Kinds: s.order(), Poll: w.Poll, Keep: w.Keep, Ask: w.Ask}
	return s, nil
}

// makeVolume is the step that makes a volume.
func (w *Volume) makeVolume(ctx context.Context, s *service, i *openstack.Iteration) openstack.Made {
	return i.MakeVolume(ctx, "cinder_v3.create_volume", s.cinder, s.volume, volumes.CreateOpts{Size: int(w.Size / gib), VolumeType: w.Type})
}

// makeSnapshot is the step that makes a snapshot of a volume.
func (s *service) makeSnapshot(ctx context.Context, i *openstack.Iteration, volume openstack.Made) openstack.Made {
	return i.Make(ctx, "cinder_v3.create_snapshot", s.snapshot, func(name string) gophercloud.Result {
		return snapshots.Create(ctx, s.cinder, snapshots.CreateOpts{
			Name: name, VolumeID: volume.ID, Metadata: openstack.Metadata(i.Run),
		}).Result
	})
}
