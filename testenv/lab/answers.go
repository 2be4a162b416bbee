package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// waitAnswers waits until what the role balances can be asked through the VIP: a
// unit that has started is not yet a service that answers, and what comes after
// the role asks it. Its error has the words of the members that are not up, or
// of the balancer where that tells nothing.
func waitAnswers(ctx context.Context, o Options, r *renderer, part string) error {
	limited, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	client := newClient(o.paths())
	for _, service := range slices.Sorted(maps.Keys(r.profile.parts[part].Balance)) {
		a := &answer{service: service, what: service + " to answer behind the VIP", list: func() ([]Backend, error) {
			return client.backends(limited, r.profile.VIP.String())
		}}
		if err := a.wait(limited, o.about(part)); err != nil {
			if ctx.Err() != nil {
				return err
			}
			return withJournals(ctx, o.paths(), r.profile, fmt.Errorf("set up %s: %w", part, err), a.silent(r.profile, part), journalsShown)
		}
	}
	return nil
}

// answer is one service that is waited for.
type answer struct {
	service, what string
	list          func() ([]Backend, error)

	known []Backend // its members as haproxy saw them last
	told  bool      // haproxy told something at the last try
}

// wait returns when a member is up, and says now and then which are not.
func (a *answer) wait(ctx context.Context, tell teller) error {
	n := newNews(tell)
	return poll(ctx, a.what, 500*time.Millisecond, func() error {
		err := a.look()
		if err != nil {
			n.still(a.what, err)
		}
		return err
	})
}

func (a *answer) look() error {
	all, err := a.list()
	if a.told = err == nil; err != nil {
		return err
	}
	a.known = slices.DeleteFunc(all, func(b Backend) bool { return b.Service != a.service })
	var states []string
	for _, b := range a.known {
		if strings.HasPrefix(b.State, "UP") {
			return nil
		}
		states = append(states, b.Node+" "+b.State)
	}
	if len(states) == 0 {
		return errors.New("haproxy knows none of its members")
	}
	return fmt.Errorf("haproxy finds none of its members up: %s", strings.Join(states, ", "))
}

// silent are those who can tell why nothing answers: the members that are known
// not to be up, or who balances where nothing is known of them.
func (a *answer) silent(profile *Profile, part string) []witness {
	var all []witness
	for _, w := range profile.everywhere(part) {
		if a.told && slices.ContainsFunc(a.known, func(b Backend) bool { return b.Node == w.node && !strings.HasPrefix(b.State, "UP") }) {
			all = append(all, w)
		}
	}
	if len(all) == 0 {
		return append(profile.witnessesOf(balances), profile.witnessesOf(holdsVIP)...)
	}
	return all
}
