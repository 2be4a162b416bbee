package swift

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/objectstorage/v1/containers"
	"github.com/gophercloud/gophercloud/v2/openstack/objectstorage/v1/objects"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

// Service is Swift, for whoever looks for what loads left.
func Service() openstack.Service {
	return openstack.Service{
		Name: "object-store", Find: services.NewObjectStorageV1, Loads: []string{"swift"}, Barring: true,
		Kinds: func(_ *openstack.Client, swift *gophercloud.ServiceClient) []*openstack.Kind {
			return []*openstack.Kind{containersOf(swift)}
		},
	}
}

// containersOf are the account's. One is deleted with all that is in it.
func containersOf(swift *gophercloud.ServiceClient) *openstack.Kind {
	return &openstack.Kind{
		One: "container", Many: "containers",
		List: func(prefix string) pagination.Pager {
			query := url.Values{"format": {"json"}, "prefix": {prefix}}
			return pagination.NewPager(swift, swift.Endpoint+"?"+query.Encode(), func(r pagination.PageResult) pagination.Page {
				p := page{pagination.MarkerPageBase{PageResult: r}}
				p.Owner = p
				return p
			})
		},
		Delete: func(ctx context.Context, id string) gophercloud.Result {
			return containers.Delete(ctx, swift, id).Result
		},
		Free: func(ctx context.Context, id string) gophercloud.Result { return empty(ctx, swift, id) },
	}
}

// page is one of a list of containers, as the other services have it.
type page struct{ pagination.MarkerPageBase }

// rows are the containers, with their names as their ids.
func (p page) rows() []any {
	bare, _ := p.Body.([]any)
	rows := make([]any, len(bare))
	for n, each := range bare {
		row, _ := each.(map[string]any)
		rows[n] = map[string]any{"id": row["name"], "name": row["name"]}
	}
	return rows
}

// GetBody is the list under its key.
func (p page) GetBody() any { return map[string]any{"containers": p.rows()} }

// LastMarker is the last container's name.
func (p page) LastMarker() (string, error) {
	rows := p.rows()
	if len(rows) == 0 {
		return "", nil
	}
	name, _ := rows[len(rows)-1].(map[string]any)["name"].(string)
	if name == "" {
		return "", errors.New("the last container has no name")
	}
	return name, nil
}

// list asks for what is in a container, one page. Swift brings the list up to date
// after the objects, which may take a while when a node is lost.
func list(ctx context.Context, swift *gophercloud.ServiceClient, container string) (names []string, answer gophercloud.Result) {
	var rows []struct {
		Name string `json:"name"`
	}
	answer = openstack.Call(ctx, swift, http.MethodGet, swift.ServiceURL(url.PathEscape(container))+"?format=json", nil, &rows, http.StatusOK)
	if answer.Err != nil {
		return nil, answer
	}
	for _, row := range rows {
		names = append(names, row.Name)
	}
	return names, answer
}

// empty deletes what is in a container, with which Swift does not delete it. It
// ends at the first call that fails.
func empty(ctx context.Context, swift *gophercloud.ServiceClient, container string) gophercloud.Result {
	names, answer := list(ctx, swift, container)
	if answer.Err != nil {
		return answer
	}
	for _, name := range names {
		gone := objects.Delete(ctx, swift, container, name, nil).Result
		if o := openstack.Ended(gone); o.Err != nil && o.Status != http.StatusNotFound {
			return gone
		}
	}
	return answer
}

// documented gives an answer that has no document the one that it stands for: that
// a container has been made is told by its status alone.
func documented(answer gophercloud.Result, name string) gophercloud.Result {
	if answer.Err == nil {
		answer.Body = map[string]any{"container": map[string]string{"id": name, "name": name}}
	}
	return answer
}
