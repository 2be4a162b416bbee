package misuse

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// Misuse is api.misuse: each iteration sends one wrong request to one service,
// drawn from the load's seed. An answer of the 400s is right. One of the 500s,
// none within Timeout, and one that accepts what is wrong are errors; the request
// is then made smaller for as long as the answer is the same, and what is left of
// it is the error's text, and stands in the run's log. Nothing is asked for that would change what is there:
// ids are of nothing, and what is made though it should not be bears the load's
// name and is deleted.
type Misuse struct {
	Services []string      `yaml:"services" help:"whose APIs are misused, of keystone, nova, neutron, glance, cinder, placement, heat, octavia and swift; all that the catalogue has if left out"`
	Timeout  time.Duration `yaml:"timeout" help:"how long an answer may take before the request counts as one that hangs (default 30s)"`
	Shrink   int           `yaml:"shrink" help:"most requests by which one that was answered wrongly is made smaller, once for each failure; 0 is none (default 40)"`

	make []openstack.Service // in which something may be made though it should not be
}

// New has the defaults. Services are those in which what a wrong request has made is
// looked for where nobody has said its id.
func New(services []openstack.Service) *Misuse {
	return &Misuse{Timeout: 30 * time.Second, Shrink: 40, make: services}
}

const mostShrink = 500

// Validate says what is wrong with the arguments.
func (m *Misuse) Validate() error {
	var wrong []error
	for _, name := range m.Services {
		if !slices.ContainsFunc(services(), func(s service) bool { return s.name == name }) {
			wrong = append(wrong, fmt.Errorf("services: %q is none of %s", name, names()))
		}
	}
	if m.Timeout <= 0 {
		wrong = append(wrong, errors.New("timeout: must be more than 0s"))
	}
	if m.Shrink < 0 || m.Shrink > mostShrink {
		wrong = append(wrong, fmt.Errorf("shrink: %d is not between 0 and %d", m.Shrink, mostShrink))
	}
	return errors.Join(wrong...)
}

func names() string {
	var all []string
	for _, s := range services() {
		all = append(all, s.name)
	}
	return strings.Join(all, ", ")
}

// Role is member: with less, much would be refused for that and not for what is
// wrong.
func (*Misuse) Role() string { return "member" }

// Open gets a token and finds the services in the catalogue. One that is named
// and not there is an error, and so is none at all.
func (m *Misuse) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := m.Validate(); err != nil {
		return nil, fmt.Errorf("misuse: %w", err)
	}
	client, err := openstack.NewClient(env)
	if err != nil {
		return nil, err
	}
	if err := client.Authenticate(ctx); err != nil {
		client.Close()
		return nil, err
	}
	s := &session{Misuse: *m, client: client, env: env, name: openstack.OfLoad(env.Run, env.Load).Search()}
	for _, one := range services() {
		named := slices.Contains(m.Services, one.name)
		if len(m.Services) > 0 && !named {
			continue
		}
		found, err := client.Find(ctx, one.name, one.find)
		if nowhere(err) && !named {
			continue
		}
		if err != nil {
			client.Close()
			return nil, err
		}
		s.targets = append(s.targets, target{one, found, one.cases()})
	}
	if len(s.targets) == 0 {
		client.Close()
		return nil, fmt.Errorf("misuse: the catalogue has none of %s", names())
	}
	return s, nil
}

func nowhere(err error) bool {
	none, pointer := gophercloud.ErrEndpointNotFound{}, new(gophercloud.ErrEndpointNotFound)
	return errors.As(err, &none) || errors.As(err, &pointer)
}

// target is a service that is misused.
type target struct {
	service
	client *gophercloud.ServiceClient
	cases  []wrong
}

type session struct {
	Misuse
	client  *openstack.Client
	env     loadgen.Env
	name    string // begins those of all that the load asks for
	targets []target

	mu    sync.Mutex
	known map[string]string // by failure: the smallest request that it was seen with
	left  []leftover        // what was made and could not be deleted

	unsure atomic.Bool // something may have been made of which nobody has said the id
}

// Iterate sends one wrong request.
func (s *session) Iterate(ctx context.Context, iteration int64, rec loadgen.Recorder) loadgen.Outcome {
	draw := rand.New(rand.NewPCG(uint64(s.env.Seed), uint64(iteration)))
	at := s.targets[draw.IntN(len(s.targets))]
	one := at.cases[draw.IntN(len(at.cases))]
	name := fmt.Sprint(s.name, iteration)
	ask := one.make(draw, name)
	end := rec.Operation(at.name + "." + one.way)
	if one.lives != nil {
		id, o := s.outlive(ctx, at, one.lives.make, name)
		if id == "" { // what was right was refused, which says nothing of what is wrong
			end(o)
			return o
		}
		ask = one.late.about(id, name)
	}
	found := s.send(ctx, at, ask)
	end(found.Outcome)
	if found.failure == "" {
		return found.Outcome
	}
	found.Err = fmt.Errorf("%s: %s: %s", at.name, s.smallest(ctx, at, ask, found, rec), found.failure)
	return found.Outcome
}

// outlive makes something and deletes it, and returns the id that it had; none where
// that could not be done, and why.
func (s *session) outlive(ctx context.Context, at target, by use, name string) (string, loadgen.Outcome) {
	made := by.about("", name)
	made.right = true
	a := s.send(ctx, at, made)
	if a.Class != record.OK {
		return "", a.Outcome
	}
	id := a.made()
	if id == "" {
		a.Class, a.Err = record.WrongResult, fmt.Errorf("%s: %s: the answer has no id", at.name, made)
		return "", a.Outcome
	}
	if o := s.remove(ctx, at, made, id); o.Class != record.OK {
		return "", o
	}
	return id, loadgen.Outcome{}
}

// smallest is the text of the smallest request that has the same failure. Each
// failure of a use is made smaller once.
func (s *session) smallest(ctx context.Context, at target, ask request, found answer, rec loadgen.Recorder) string {
	key := at.name + " " + ask.what() + ": " + found.failure
	s.mu.Lock()
	text, known := s.known[key]
	if !known {
		if s.known == nil {
			s.known = map[string]string{}
		}
		s.known[key] = ask.String() // until there is a smaller one
	}
	s.mu.Unlock()
	if known {
		return text
	}
	small := shrink(ask, s.Shrink, func(smaller request) bool {
		end := rec.Operation(at.name + ".shrink")
		o := s.send(ctx, at, smaller)
		end(o.Outcome)
		return o.failure == found.failure
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[key] = small.String()
	if s.env.Log != nil {
		s.env.Log.Warn("misuse", "service", at.name, "request", s.known[key], "answer", found.failure, "request_id", found.RequestID)
	}
	return s.known[key]
}

// answer is what came of a request.
type answer struct {
	loadgen.Outcome
	reply
	failure string // what was wrong about the answer; empty: nothing, or it says nothing of the request
}

// send sends a request and says whether it was answered as it has to be.
func (s *session) send(ctx context.Context, at target, ask request) answer {
	limited, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	got, err := s.exchange(limited, at, ask)
	if making := ask.method == http.MethodPost || ask.method == http.MethodPut; making && (err != nil || got.status >= 500 || got.status < 300 && got.made() == "") {
		s.unsure.Store(true)
	}
	if err != nil {
		a := answer{Outcome: openstack.Asked(loadgen.Outcome{Class: loadgen.Classify(err), Err: err}, nil)}
		if a.Class == record.Timeout && ctx.Err() == nil {
			a.failure = "no answer within " + s.Timeout.String()
		}
		if ctx.Err() != nil {
			a.Class = loadgen.Classify(ctx.Err())
		}
		return a
	}
	a := answer{Outcome: openstack.Asked(loadgen.Outcome{Status: got.status}, got.header), reply: got}
	switch {
	case ask.right:
		if got.status >= 300 {
			a.Class, a.Err = loadgen.ClassifyStatus(got.status), fmt.Errorf("%s: %s: status %d", at.name, ask, got.status)
		}
	case got.status >= 500:
		a.Class, a.failure = record.HTTP5xx, fmt.Sprintf("status %d", got.status)
	case got.status == http.StatusUnauthorized && !ask.stranger:
		a.Class, a.Err = record.HTTP4xx, fmt.Errorf("%s: the token is no longer good", at.name)
		s.renew(ctx)
	case got.status == http.StatusTooManyRequests || got.status == http.StatusRequestTimeout:
		a.Class, a.Err = loadgen.ClassifyStatus(got.status), fmt.Errorf("%s: status %d, which says nothing of what was asked", at.name, got.status)
	case got.status < 400 && !ask.harmless:
		a.Class, a.failure = record.WrongResult, fmt.Sprintf("status %d for what is wrong", got.status)
	}
	if !ask.right && got.status < 300 {
		s.unmake(ctx, at, ask, got)
	}
	return a
}

// renew gets another token, for all iterations.
func (s *session) renew(ctx context.Context) {
	_ = s.client.Provider.Reauthenticate(ctx, s.client.Provider.Token()) // the next iteration sees whether it could
}
