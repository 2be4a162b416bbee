package heat

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/orchestration/v1/stacks"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

// Service is Heat, for whoever looks for what loads left.
func Service() openstack.Service {
	return openstack.Service{
		Name: "orchestration", Find: services.NewOrchestrationV1, Loads: []string{"heat"}, Barring: true,
		Kinds: func(_ *openstack.Client, heat *gophercloud.ServiceClient) []*openstack.Kind {
			return []*openstack.Kind{stacksOf(heat)}
		},
	}
}

// stacksOf are the project's. A stack has to be asked for by its name and its id
// together, which are its id here: by either alone Heat answers where it is.
func stacksOf(heat *gophercloud.ServiceClient) *openstack.Kind {
	return &openstack.Kind{
		One: "stack", Many: "stacks", Mark: "stack_name", Ready: "CREATE_COMPLETE", Gone: []string{"DELETE_COMPLETE"},
		List: func(string) pagination.Pager {
			return stacks.List(heat, stacks.ListOpts{}).WithPageCreator(func(r pagination.PageResult) pagination.Page {
				return page{pagination.SinglePageBase(r)}
			})
		},
		Delete: func(ctx context.Context, id string) gophercloud.Result {
			name, id := parts(id)
			return stacks.Delete(ctx, heat, name, id).Result
		},
		Show: func(ctx context.Context, id string) gophercloud.Result {
			name, id := parts(id)
			return shown(stacks.Get(ctx, heat, name, id).Result)
		},
	}
}

func parts(both string) (name, id string) {
	name, id, _ = strings.Cut(both, "/")
	return name, id
}

// page is the list of stacks.
type page struct{ pagination.SinglePageBase }

// IsEmpty is false: a list that is none has to be seen.
func (page) IsEmpty() (bool, error) { return false, nil }

// GetBody is the list with the ids by which stacks are asked for.
func (p page) GetBody() any {
	body, _ := p.Body.(map[string]any)
	rows, ok := body["stacks"].([]any)
	if !ok {
		return p.Body
	}
	all := make([]any, len(rows))
	for n, each := range rows {
		row, _ := each.(map[string]any)
		all[n] = map[string]any{"id": fmt.Sprint(row["stack_name"], "/", row["id"]), "stack_name": row["stack_name"]}
	}
	return map[string]any{"stacks": all}
}

// about is what Heat says of a stack.
type about struct {
	Stack *struct {
		ID     string `json:"id"`
		Name   string `json:"stack_name"`
		Status string `json:"stack_status"`
		Reason string `json:"stack_status_reason"`
	} `json:"stack"`
}

// shown has what Heat says of a stack in the words of the other services.
func shown(answer gophercloud.Result) gophercloud.Result {
	said, ok := read(answer)
	if !ok {
		return answer
	}
	answer.Body = map[string]any{"stack": map[string]any{
		"id": said.Stack.Name + "/" + said.Stack.ID, "status": said.Stack.Status, "fault": map[string]string{"message": said.Stack.Reason},
	}}
	return answer
}

// made has the answer to who asks for a stack, which says its id alone, with the
// name that it was given.
func made(answer gophercloud.Result, name string) gophercloud.Result {
	if said, ok := read(answer); ok && said.Stack.ID != "" {
		answer.Body = map[string]any{"stack": map[string]any{"id": name + "/" + said.Stack.ID}}
	}
	return answer
}

func read(answer gophercloud.Result) (said about, ok bool) {
	if answer.Err != nil {
		return said, false
	}
	text, err := json.Marshal(answer.Body)
	ok = err == nil && json.Unmarshal(text, &said) == nil && said.Stack != nil
	return said, ok
}
