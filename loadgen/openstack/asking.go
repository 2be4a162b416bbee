package openstack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/loadgen"
)

// Asking is the argument of workloads that may also ask for what they make.
type Asking struct {
	Ask []string `yaml:"ask" help:"how what was made is also asked for before it is deleted, each an operation of its own: show, list or both; one that is not there, or not in the list, is a wrong result"`
}

// How something that was made may be asked for.
const (
	askShow = "show"
	askList = "list"
)

// Unasked says what is wrong with it.
func (a Asking) Unasked() error {
	for n, how := range a.Ask {
		switch {
		case how != askShow && how != askList:
			return fmt.Errorf("ask: %q is neither show nor list", how)
		case slices.Contains(a.Ask[:n], how):
			return fmt.Errorf("ask: %s is there twice", how)
		}
	}
	return nil
}

// asks asks for what is deleted next, in the first deletion that is of the session's
// subject. The operations are named after the deletion's.
func (i *Iteration) asks(ctx context.Context, deletion string, made Made) {
	subject := i.session.Subject
	if i.asked || subject != nil && made.kind != subject {
		return
	}
	i.asked = true
	for _, how := range i.session.Ask {
		operation := strings.Replace(deletion, "delete", how, 1)
		if how == askList && !strings.HasSuffix(operation, how) {
			operation += "s" // of several, as delete_volume is of one
		}
		i.Do(operation, func() loadgen.Outcome {
			if how == askList {
				return made.listed(ctx)
			}
			_, o := made.show(ctx)
			return o
		})
	}
}

// listed tells whether one is in the list that its service gives of its kind, as far as
// that has to be read.
func (m Made) listed(ctx context.Context) loadgen.Outcome {
	there := false
	err := m.kind.rows(ctx, m.kind.List(""), func(row map[string]any) bool {
		there = row["id"] == m.ID
		return !there
	})
	switch {
	case err != nil:
		return Outcome(err, nil)
	case !there:
		return Wrong(errors.New(m.kind.words()+": "+m.ID+" is not in the list"), nil)
	}
	return Outcome(nil, nil)
}
