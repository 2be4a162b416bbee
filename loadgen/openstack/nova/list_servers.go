package nova

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gophercloud/gophercloud/v2"
	compute "github.com/gophercloud/gophercloud/v2/openstack"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// ListServers lists the project's servers, one page.
type ListServers struct {
	Detailed bool `yaml:"detailed" help:"ask for all of each server, as the dashboard does, not only for its name"`
	Limit    int  `yaml:"limit" help:"most servers in the answer; 0 leaves it to Nova, which sends 1000 by default"`
	AllUsers bool `yaml:"all_projects" help:"servers of all projects; needs an administrator"`
}

// NewListServers has the defaults.
func NewListServers() *ListServers { return &ListServers{Detailed: true, Limit: 100} }

// Validate says what is wrong with the arguments.
func (w *ListServers) Validate() error {
	if w.Limit < 0 {
		return errors.New("limit: must not be negative")
	}
	return nil
}

// Open gets a token and finds Nova in the catalogue.
func (w *ListServers) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("list servers: %w", err)
	}
	client, err := openstack.NewClient(env)
	if err != nil {
		return nil, err
	}
	if err := client.Authenticate(ctx); err != nil {
		client.Close()
		return nil, err
	}
	nova, err := compute.NewComputeV2(client.Provider, client.Endpoint)
	if err != nil {
		client.Close()
		return nil, fmt.Errorf("find compute endpoint: %w", err)
	}
	return &listing{client: client, nova: nova, url: w.url(nova)}, nil
}

func (w *ListServers) url(nova *gophercloud.ServiceClient) string {
	path, query := nova.ServiceURL("servers"), url.Values{}
	if w.Detailed {
		path = nova.ServiceURL("servers", "detail")
	}
	if w.Limit > 0 {
		query.Set("limit", strconv.Itoa(w.Limit))
	}
	if w.AllUsers {
		query.Set("all_tenants", "1")
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

type listing struct {
	client *openstack.Client
	nova   *gophercloud.ServiceClient
	url    string
}

// Iterate asks for the list. The whole answer is read, and only the ids are
// decoded: gophercloud's own decoding of 1000 servers costs a quarter of a
// second of CPU, which would be measured as Nova's.
func (s *listing) Iterate(ctx context.Context, _ int64, _ loadgen.Recorder) loadgen.Outcome {
	answer, err := s.nova.Get(ctx, s.url, nil, &gophercloud.RequestOpts{KeepResponseBody: true})
	if err != nil {
		return openstack.Outcome(err, header(answer))
	}
	defer func() { _ = answer.Body.Close() }() // it has been read
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return openstack.Outcome(fmt.Errorf("read list of servers: %w", err), answer.Header)
	}
	if err := checkServers(body); err != nil {
		return openstack.Wrong(err, answer.Header)
	}
	return openstack.Outcome(nil, answer.Header)
}

func header(answer *http.Response) http.Header {
	if answer == nil {
		return nil
	}
	return answer.Header
}

// checkServers tells whether an answer is a list of servers with ids.
func checkServers(body []byte) error {
	var list struct {
		Servers *[]struct {
			ID string `json:"id"`
		} `json:"servers"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return fmt.Errorf("read list of servers: %w", err)
	}
	if list.Servers == nil {
		return errors.New("read list of servers: the answer has none, not even an empty one")
	}
	for _, server := range *list.Servers {
		if server.ID == "" {
			return errors.New("read list of servers: a server has no id")
		}
	}
	return nil
}

// Close closes the connections.
func (s *listing) Close(context.Context) error {
	s.client.Close()
	return nil
}
