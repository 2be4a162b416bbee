package misuse

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// leftover is what was made and could not be deleted.
type leftover struct {
	at   target
	gone request // that deletes it
}

// String is "glance /images/ID".
func (l leftover) String() string { return l.at.name + " /" + strings.Join(l.gone.path, "/") }

// unmake deletes what an answer says was made.
func (s *session) unmake(ctx context.Context, at target, ask request, got reply) {
	if id := got.made(); ask.method == http.MethodPost && id != "" {
		s.remove(ctx, at, ask, id)
	}
}

// remove deletes what a request has made. What stays is Close's.
func (s *session) remove(ctx context.Context, at target, ask request, id string) loadgen.Outcome {
	path := slices.Clone(ask.path)
	if name, is := ask.body[at.named].(string); is {
		path = append(path, name)
	}
	left := leftover{at, request{method: http.MethodDelete, path: append(path, id), id: id, right: true}}
	o, gone := s.deleted(context.WithoutCancel(ctx), left)
	if !gone {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.left = append(s.left, left)
	}
	return o
}

// deleted asks for a deletion, for as long as a request may take. What is not there is gone.
func (s *session) deleted(ctx context.Context, left leftover) (o loadgen.Outcome, gone bool) {
	limited, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	o = s.send(limited, left.at, left.gone).Outcome
	return o, o.Class == record.OK || o.Status == http.StatusNotFound
}

// Close deletes what is left: what is known by its id, and by its name what a request that
// nobody has answered may have made. What stays is an error that names it.
func (s *session) Close(ctx context.Context) error {
	defer s.client.Close()
	if !s.unsure.Load() && !s.leaves() {
		return nil
	}
	wrong := s.again(ctx)
	found, err := s.sweep(ctx)
	wrong = append(wrong, err)
	for _, each := range found.Left {
		wrong = append(wrong, errors.New("left: "+each.What+": "+each.Why))
	}
	for _, each := range found.Unknown {
		wrong = append(wrong, errors.New("it is not known whether anything named "+s.name+"… is left: "+each.What+": "+each.Why))
	}
	return errors.Join(wrong...)
}

// leaves tells whether something is known that is left.
func (s *session) leaves() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.left) > 0
}

// again deletes what is left until ctx ends; what stays is named, and kept for another time.
func (s *session) again(ctx context.Context) (wrong []error) {
	s.mu.Lock()
	left := s.left
	s.left = nil
	s.mu.Unlock()
	var stays []leftover
	for _, each := range left {
		_, gone := s.deleted(ctx, each) // once ctx has ended it sends nothing
		if !gone {
			stays, wrong = append(stays, each), append(wrong, errors.New("left: "+each.String()))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = append(s.left, stays...)
	return wrong
}

// sweep deletes what has a name of the load.
func (s *session) sweep(ctx context.Context) (openstack.Cleaned, error) {
	env := s.env
	env.Reauthenticated = nil // nothing is measured any more
	return openstack.Cleaning{
		Env: env, Services: s.make, Owner: openstack.OfLoad(env.Run, env.Load), Known: true,
		Needs: func(openstack.Service) bool { return false },
	}.Remove(ctx)
}
