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
	o, gone := s.deleted(ctx, left)
	if !gone {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.left = append(s.left, left)
	}
	return o
}

// deleted asks for a deletion. What is not there is gone.
func (s *session) deleted(ctx context.Context, left leftover) (o loadgen.Outcome, gone bool) {
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Timeout)
	defer cancel()
	o = s.send(closing, left.at, left.gone).Outcome
	return o, o.Class == record.OK || o.Status == http.StatusNotFound
}

// Close deletes what is left: what is known by its id, and by its name what a request that
// nobody has answered may have made. What stays is an error that names it.
func (s *session) Close(ctx context.Context) error {
	defer s.client.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.left) == 0 && !s.unsure.Load() {
		return nil
	}
	found, err := s.sweep(ctx)
	wrong := []error{err}
	for _, each := range s.left {
		if _, gone := s.deleted(ctx, each); !gone {
			wrong = append(wrong, errors.New("left: "+each.String()))
		}
	}
	for _, each := range found.Left {
		wrong = append(wrong, errors.New("left: "+each.What+": "+each.Why))
	}
	for _, each := range found.Unknown {
		wrong = append(wrong, errors.New("it is not known whether anything named "+s.name+"… is left: "+each.What+": "+each.Why))
	}
	return errors.Join(wrong...)
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
