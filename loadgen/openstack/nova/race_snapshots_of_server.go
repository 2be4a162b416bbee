package nova

import (
	"context"
	"errors"
	"fmt"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// RaceSnapshotsOfServer boots a server and asks for several images of it at the same
// moment. Those that come too late are to be refused with a conflict; each that was
// taken has to become active. The server and the images are deleted.
type RaceSnapshotsOfServer struct {
	Booting   `yaml:",inline"`
	Snapshots int `yaml:"snapshots" help:"images that are asked for at once, from 2 to 20"`
}

// NewRaceSnapshotsOfServer has the defaults.
func NewRaceSnapshotsOfServer() *RaceSnapshotsOfServer {
	return &RaceSnapshotsOfServer{Booting: newBooting(), Snapshots: 3}
}

// Validate says what is wrong with the arguments.
func (w *RaceSnapshotsOfServer) Validate() error {
	var wrong error
	if w.Snapshots < 2 || w.Snapshots > 20 {
		wrong = fmt.Errorf("snapshots: %d is not between 2 and 20", w.Snapshots)
	}
	return errors.Join(w.Booting.Validate(), wrong)
}

// Open gets a token and finds the flavor, the image and the network.
func (w *RaceSnapshotsOfServer) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("race snapshots of server: %w", err)
	}
	s, err := w.withImages(ctx, env)
	if err != nil {
		return nil, err
	}
	s.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		server := s.boot(ctx, i)
		var made []openstack.Made
		i.Do("nova.race_snapshots", func() (o loadgen.Outcome) {
			made, o = s.snapshots(ctx, i, server, s.images, w.Snapshots)
			return o
		})
		i.Remove(ctx, "nova.delete_server", server)
		for _, one := range made {
			i.Remove(ctx, "glance_v2.delete_image", one)
		}
	}
	return s.making.Start(ctx, env)
}

// snapshots asks for so many images of a server at once, and waits for those that
// were not refused.
func (s *booting) snapshots(ctx context.Context, i *openstack.Iteration, server openstack.Made, image *openstack.Kind, n int) ([]openstack.Made, loadgen.Outcome) {
	image.Asked()
	answers := openstack.AtOnce(n, func(int) gophercloud.Result { return s.snapshot(ctx, i, server, i.Name) })
	var made []openstack.Made
	for _, answer := range answers {
		if one := i.Take(image, answer); one.ID != "" {
			made = append(made, one)
		}
	}
	taken, o := openstack.Agreed(answers)
	if o.Class == record.OK && len(made) < len(taken) {
		return made, openstack.Wrong(errors.New("snapshot server: an answer has no id of an image"), answers[taken[0]].Header)
	}
	for _, one := range made {
		if o.Class == record.OK {
			o = i.Await(ctx, one, image.Ready)
		}
	}
	return made, o
}
