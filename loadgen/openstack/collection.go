package openstack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/gophercloud/gophercloud/v2"

	"github.com/openstack-eris/eris/loadgen"
)

// Collection is what a service lists, one page of it: the workloads that list.
type Collection struct {
	Service string     // as messages call it, e.g. compute
	Find    Finder     // gophercloud's constructor of the service's client
	Key     string     // of the list in the answer, e.g. servers
	Path    []string   // below the endpoint; {Key} when it is empty
	Query   url.Values // what is asked for
}

// Open gets a token and finds the service in the catalogue. Each iteration of
// the session asks for the page once.
func (c Collection) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	client, service, err := Connect(ctx, env, c.Service, c.Find)
	if err != nil {
		return nil, err
	}
	path := c.Path
	if len(path) == 0 {
		path = []string{c.Key}
	}
	address := service.ServiceURL(path...)
	if len(c.Query) > 0 {
		address += "?" + c.Query.Encode()
	}
	return &listing{client: client, service: service, key: c.Key, url: address}, nil
}

type listing struct {
	client   *Client
	service  *gophercloud.ServiceClient
	key, url string
}

// Iterate asks for the list. The whole answer is read, and only the ids are
// decoded: gophercloud's own decoding of 1000 servers costs a quarter of a
// second of CPU, which would be measured as the service's.
func (s *listing) Iterate(ctx context.Context, _ int64, _ loadgen.Recorder) loadgen.Outcome {
	answer, err := s.service.Get(ctx, s.url, nil, &gophercloud.RequestOpts{KeepResponseBody: true})
	if err != nil {
		return Outcome(err, header(answer))
	}
	defer func() { _ = answer.Body.Close() }() // it has been read
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return Outcome(fmt.Errorf("read list of %s: %w", s.key, err), answer.Header)
	}
	if err := checkList(body, s.key); err != nil {
		o := Wrong(fmt.Errorf("read list of %s: %w", s.key, err), answer.Header)
		o.Status = answer.StatusCode
		return o
	}
	return Outcome(nil, answer.Header)
}

func header(answer *http.Response) http.Header {
	if answer == nil {
		return nil
	}
	return answer.Header
}

// checkList tells whether an answer is a list, under that key, of things with
// ids.
func checkList(body []byte, key string) error {
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(body, &answer); err != nil {
		return err
	}
	var list []struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(answer[key], &list); len(answer[key]) > 0 && err != nil {
		return err
	}
	if list == nil {
		return errors.New("the answer has none, not even an empty one")
	}
	for at, entry := range list {
		if entry.ID == "" {
			return fmt.Errorf("entry %d has no id", at+1)
		}
	}
	return nil
}

// Close closes the connections.
func (s *listing) Close(context.Context) error {
	s.client.Close()
	return nil
}
