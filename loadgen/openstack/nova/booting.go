package nova

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// booting is a session of BootAndDeleteServer.
type booting struct {
	client   *openstack.Client
	nova     *gophercloud.ServiceClient
	flavor   string
	image    string
	networks any // of servers.CreateOpts; nil leaves them to Nova
	poll     time.Duration
	force    bool
	run      string
	prefix   string // of every server's name, the session's alone
	sweeper  *sweeper

	asked  atomic.Bool // a server was asked for: Close has to look
	unsure atomic.Bool // and one of them without an answer: Nova may still make it
}

// Iterate boots a server and deletes it.
func (s *booting) Iterate(ctx context.Context, iteration int64, rec loadgen.Recorder) loadgen.Outcome {
	end := rec.Operation("nova.boot_server")
	id, o := s.boot(ctx, s.prefix+strconv.FormatInt(iteration, 10))
	end(o)
	if o.Class == record.OK {
		end = rec.Operation("nova.delete_server")
		o = s.remove(ctx, id)
		end(o)
	}
	if o.Class != record.OK && id != "" {
		s.sweeper.take(id)
	}
	return o
}

// boot asks for a server and waits until it is ACTIVE. The id is empty when
// Nova gave none.
func (s *booting) boot(ctx context.Context, name string) (id string, o loadgen.Outcome) {
	s.asked.Store(true)
	result := servers.Create(ctx, s.nova, servers.CreateOpts{
		Name: name, FlavorRef: s.flavor, ImageRef: s.image, Networks: s.networks,
		Metadata: map[string]string{"eris_run": s.run},
	}, nil)
	if result.Err != nil {
		o = openstack.Outcome(result.Err, result.Header)
		if o.Status < 400 || o.Status >= 500 { // Nova has not refused it
			s.unsure.Store(true)
		}
		return "", o
	}
	var made state
	if err := result.ExtractIntoStructPtr(&made, "server"); err != nil || made.ID == "" {
		s.unsure.Store(true)
		return "", openstack.Wrong(errors.Join(errors.New("boot server: the answer has no id"), err), result.Header)
	}
	return made.ID, s.await(ctx, made.ID, func(now state, o loadgen.Outcome) (loadgen.Outcome, bool) {
		return o, o.Class != record.OK || now.Status == "ACTIVE"
	})
}

// remove deletes a server and waits until Nova no longer knows it.
func (s *booting) remove(ctx context.Context, id string) loadgen.Outcome {
	if o := s.askToDelete(ctx, id); o.Class != record.OK {
		return o
	}
	return s.await(ctx, id, func(now state, o loadgen.Outcome) (loadgen.Outcome, bool) {
		if o.Status == notFound {
			return loadgen.Outcome{RequestID: o.RequestID}, true
		}
		gone := now.Status == "DELETED" || now.Status == "SOFT_DELETED"
		return o, o.Class != record.OK || gone
	})
}

const notFound = 404

func (s *booting) askToDelete(ctx context.Context, id string) loadgen.Outcome {
	if s.force {
		result := servers.ForceDelete(ctx, s.nova, id)
		return openstack.Outcome(result.Err, result.Header)
	}
	result := servers.Delete(ctx, s.nova, id)
	return openstack.Outcome(result.Err, result.Header)
}

// state is what Nova says of a server.
type state struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Fault  struct {
		Message string `json:"message"`
	} `json:"fault"`
}

// await asks how a server is until over says so. The questions are due at
// whole multiples of the poll interval from now, however long their answers
// take; one that is due while the last is not answered is left out.
func (s *booting) await(ctx context.Context, id string, over func(state, loadgen.Outcome) (loadgen.Outcome, bool)) loadgen.Outcome {
	start := time.Now()
	for {
		turn := time.Since(start)/s.poll + 1
		if err := pause(ctx, time.Until(start.Add(turn*s.poll))); err != nil {
			return openstack.Outcome(fmt.Errorf("wait for server %s: %w", id, err), nil)
		}
		if o, done := over(s.show(ctx, id)); done {
			return o
		}
	}
}

// show asks how a server is. One that is in ERROR is a wrong result.
func (s *booting) show(ctx context.Context, id string) (now state, o loadgen.Outcome) {
	result := servers.Get(ctx, s.nova, id)
	if result.Err != nil {
		return now, openstack.Outcome(result.Err, result.Header)
	}
	err := result.ExtractIntoStructPtr(&now, "server")
	switch {
	case err != nil:
		return now, openstack.Wrong(fmt.Errorf("show server %s: %w", id, err), result.Header)
	case now.ID != id:
		return now, openstack.Wrong(fmt.Errorf("show server %s: the answer is about %q", id, now.ID), result.Header)
	case now.Status == "ERROR":
		return now, openstack.Wrong(fmt.Errorf("server %s is in ERROR: %s", id, now.Fault.Message), result.Header)
	}
	return now, openstack.Outcome(nil, result.Header)
}

// pause waits, unless ctx ends first.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
