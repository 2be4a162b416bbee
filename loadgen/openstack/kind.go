package openstack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/loadgen"
)

// Kind is a kind of resource that workloads make, as one session reaches it.
type Kind struct {
	One, Many string // the keys of one and of a list in the service's answers: server, servers
	Bare      bool   // the answer about one has no key, as Glance's
	Holds     bool   // other things are in one, which a cleaning removes first
	Owns      bool   // services may have something that is one's, and of no project
	Mark      string // the field that holds the resource's name; "name" when empty

	// List asks for all that may bear a prefix. What the service cannot search
	// for is left out here afterwards.
	List func(prefix string) pagination.Pager
	// Delete asks for the deletion of one.
	Delete func(ctx context.Context, id string) gophercloud.Result
	// Free lets go of what keeps one that was left from being deleted, where its
	// deletion meets a conflict; nil where nothing does.
	Free func(ctx context.Context, id string) gophercloud.Result
	// Show asks how one is; it is needed where one is waited for.
	Show func(ctx context.Context, id string) gophercloud.Result
	// Ready is the status of one that can be used. Where it is empty, one can be
	// used as soon as it has been made.
	Ready string
	// Gone are the statuses of one that no longer counts as there, beside that
	// the service does not know it. Where it is nil, one is gone as soon as its
	// deletion has been answered.
	Gone []string
	// Lingers is how its service keeps one that it has deleted; nil where none does.
	Lingers *Lingering

	asked atomic.Bool // one was asked for: Close has to look
}

// Lingering is how a service keeps for a while what it has deleted. What is kept is not
// gone: it has what it had, but for quotas.
type Lingering struct {
	Status string                                                  // of one that is kept
	List   func(prefix string) pagination.Pager                    // asks for those, as Kind.List does for the others
	End    func(ctx context.Context, id string) gophercloud.Result // deletes one for good
}

// Asked notes that one is asked for, which Close has to look for.
func (k *Kind) Asked() { k.asked.Store(true) }

// Made is one resource that an iteration has made.
type Made struct {
	ID   string
	kind *Kind
	name string
	by   string // id of the request that it came of; empty where no answer named one

	lingers bool // its service has deleted it, and keeps it
}

// key tells it from all others.
func (m Made) key() string { return m.kind.One + " " + m.ID }

// String is "server eris-…-7".
func (m Made) String() string { return m.kind.word() + " " + m.name }

// state is what services say of one resource.
type state struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Task   any    `json:"OS-EXT-STS:task_state"` // what Nova does about it; nil: nothing
	Fault  struct {
		Message string `json:"message"`
	} `json:"fault"` // Nova's
}

// broken tells whether it is in a status that it does not leave by itself.
func (s state) broken() bool {
	status := strings.ToLower(s.Status)
	return strings.HasPrefix(status, "error") || status == "killed" || strings.HasSuffix(status, "_failed")
}

// read reads an answer about one resource.
func (k *Kind) read(answer gophercloud.Result, into any) error {
	if k.Bare {
		return answer.ExtractInto(into)
	}
	var body map[string]json.RawMessage
	if err := answer.ExtractInto(&body); err != nil {
		return err
	}
	if body[k.One] == nil {
		return fmt.Errorf("the answer has no %s", k.word())
	}
	return json.Unmarshal(body[k.One], into)
}

// word is what messages call one.
func (k *Kind) word() string { return strings.ReplaceAll(k.One, "_", " ") }

// words is what messages call several.
func (k *Kind) words() string { return strings.ReplaceAll(k.Many, "_", " ") }

func (k *Kind) mark() string {
	if k.Mark == "" {
		return "name"
	}
	return k.Mark
}

// created reads the answer to a request for one.
func (k *Kind) created(answer gophercloud.Result, name string) (Made, error) {
	var row map[string]any
	err := k.read(answer, &row)
	id, _ := row["id"].(string)
	said, _ := row[k.mark()].(string)
	made := Made{ID: id, kind: k, name: name}
	switch {
	case err != nil || id == "":
		return made, errors.Join(fmt.Errorf("make %s: the answer has no id", k.word()), err)
	case said != "" && said != name:
		return made, fmt.Errorf("make %s: the answer is about %q", k.word(), said)
	}
	return made, nil
}

// Said is the outcome of a call whose answer has to be about this resource.
func (m Made) Said(answer gophercloud.Result) loadgen.Outcome {
	if answer.Err != nil {
		return Ended(answer)
	}
	switch about, err := m.kind.created(answer, m.name); {
	case err != nil:
		return Wrong(err, answer.Header)
	case about.ID != m.ID:
		return Wrong(fmt.Errorf("change %s %s: the answer is about %q", m.kind.word(), m.ID, about.ID), answer.Header)
	}
	return Ended(answer)
}

// owned lists those that are an owner's.
func (k *Kind) owned(ctx context.Context, owner Owner) ([]Made, error) {
	var found []Made
	err := k.rows(ctx, k.List(owner.Search()), func(row map[string]any) bool {
		found = k.add(found, owner, row, false)
		return true
	})
	if err == nil && k.Lingers != nil {
		err = k.rows(ctx, k.Lingers.List(owner.Search()), func(row map[string]any) bool {
			if row["status"] == k.Lingers.Status { // whatever the service made of the question
				found = k.add(found, owner, row, true)
			}
			return true
		})
	}
	if err != nil {
		return nil, err
	}
	return found, nil
}

// add adds the one of a row, if it is an owner's and not there.
func (k *Kind) add(found []Made, owner Owner, row map[string]any, lingers bool) []Made {
	id, _ := row["id"].(string)
	name, _ := row[k.mark()].(string)
	metadata, _ := row["metadata"].(map[string]any)
	run, _ := metadata[runKey].(string)
	if id == "" || !owner.Made(name, run) || lingers && slices.ContainsFunc(found, func(m Made) bool { return m.ID == id }) {
		return found
	}
	return append(found, Made{ID: id, kind: k, name: name, lingers: lingers})
}

// rows goes through a list, until one row ends it.
func (k *Kind) rows(ctx context.Context, list pagination.Pager, next func(row map[string]any) bool) error {
	err := list.EachPage(ctx, func(_ context.Context, page pagination.Page) (bool, error) {
		body, _ := page.GetBody().(map[string]any)
		rows, ok := body[k.Many].([]any)
		if !ok {
			return false, errors.New("the answer has none, not even an empty one")
		}
		for _, each := range rows {
			if row, _ := each.(map[string]any); !next(row) {
				return false, nil
			}
		}
		return true, nil
	})
	if err != nil {
		return fmt.Errorf("list %s: %w", k.words(), err)
	}
	return nil
}
