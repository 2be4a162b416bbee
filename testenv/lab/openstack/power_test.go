//go:build openstack

package openstack

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	yaml "go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/testenv/lab"
	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

const (
	backWithin   = 10 * time.Second // after a power loss of the VIP's holder
	watchFor     = 30 * time.Second
	askEvery     = 200 * time.Millisecond
	rejoinWithin = 3 * time.Minute // after it was switched on, without hands
)

// logIn is the body with which the lab's administrator asks for a token.
func logIn(t *testing.T, cloud *labtest.Lab) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(filepath.Dir(cloud.Inventory), "clouds.yaml"))
	require.NoError(t, err)
	var file struct {
		Clouds map[string]struct {
			Auth struct {
				Password string `yaml:"password"`
			} `yaml:"auth"`
		} `yaml:"clouds"`
	}
	require.NoError(t, yaml.Load(text, &file))
	type object = map[string]any
	domain := object{"name": "Default"}
	body, err := json.Marshal(object{"auth": object{
		"identity": object{"methods": []string{"password"}, "password": object{"user": object{
			"name": "admin", "domain": domain, "password": file.Clouds[cloud.Options.Name].Auth.Password,
		}}},
		"scope": object{"project": object{"name": "admin", "domain": domain}},
	}})
	require.NoError(t, err)
	return body
}

// asker asks the APIs of the lab, each time on a connection of its own.
type asker struct {
	client  *http.Client
	body    []byte // with which a token is asked for
	vip     string
	token   string
	project string // id of the administrator's
}

// do asks once, and reads the answer into something if that is not nil.
func (a *asker) do(ctx context.Context, method, path string, body []byte, want int, into any) (http.Header, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+a.vip+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Auth-Token", a.token)
	answer, err := a.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != want {
		return nil, fmt.Errorf("%s %s: %s", method, path, answer.Status)
	}
	if into != nil {
		err = json.NewDecoder(answer.Body).Decode(into)
	}
	return answer.Header, err
}

func (a *asker) logIn(ctx context.Context) error {
	var answer struct {
		Token struct {
			Project struct{ ID string } `json:"project"`
		} `json:"token"`
	}
	header, err := a.do(ctx, http.MethodPost, ":5000/v3/auth/tokens", a.body, http.StatusCreated, &answer)
	a.token, a.project = header.Get("X-Subject-Token"), answer.Token.Project.ID
	return err
}

// apis are a cheap question for every service behind the VIP, and some that are
// answered only when the database has been written to.
func (a *asker) apis() map[string]func(context.Context) error {
	get := func(path string) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := a.do(ctx, http.MethodGet, path, nil, http.StatusOK, nil)
			return err
		}
	}
	asked := map[string]func(context.Context) error{
		"keystone": func(ctx context.Context) error {
			_, err := a.do(ctx, http.MethodPost, ":5000/v3/auth/tokens", a.body, http.StatusCreated, nil)
			return err
		},
		"nova": get(":8774/v2.1/servers"), "neutron": get(":9696/v2.0/networks"), "glance": get(":9292/v2/images"),
		"placement": get(":8778/resource_providers"), "cinder": get(":8776/v3/" + a.project + "/volumes"),
		"heat": get(":8004/v1/" + a.project + "/stacks"), "swift": get(":8080/v1/AUTH_" + a.project + "?format=json"),
		"horizon": get(":80/auth/login/"),
	}
	for name, w := range written() {
		asked[name+", written to"] = func(ctx context.Context) error { return a.write(ctx, w) }
	}
	return asked
}

// kept is something small that an API keeps in its database.
type kept struct {
	path string // where it is made and listed
	kind string // of the object in what is sent and answered; with s, of the list
	id   string // field by which it is deleted
	made int    // status of the answer
	gone int
}

func written() map[string]kept {
	return map[string]kept{
		"keystone": {":5000/v3/projects", "project", "id", http.StatusCreated, http.StatusNoContent},
		"nova":     {":8774/v2.1/os-keypairs", "keypair", "name", http.StatusOK, http.StatusAccepted},
		"neutron":  {":9696/v2.0/security-groups", "security_group", "id", http.StatusCreated, http.StatusNoContent},
	}
}

const writtenName = "eris-written-"

// write makes one and deletes it.
func (a *asker) write(ctx context.Context, w kept) error {
	body, err := json.Marshal(map[string]any{w.kind: map[string]any{"name": writtenName + rand.Text()}})
	if err != nil {
		return err
	}
	var answer map[string]map[string]any
	if _, err := a.do(ctx, http.MethodPost, w.path, body, w.made, &answer); err != nil {
		return err
	}
	_, err = a.do(ctx, http.MethodDelete, fmt.Sprintf("%s/%v", w.path, answer[w.kind][w.id]), nil, w.gone, nil)
	return err
}

// sweep deletes what was made without an answer, or not deleted.
func (a *asker) sweep(ctx context.Context, w kept) error {
	var list map[string]json.RawMessage
	if _, err := a.do(ctx, http.MethodGet, w.path, nil, http.StatusOK, &list); err != nil {
		return err
	}
	var found []map[string]any
	if err := json.Unmarshal(list[w.kind+"s"], &found); err != nil {
		return fmt.Errorf("list %s: %w", w.path, err)
	}
	var errs []error
	for _, one := range found {
		if inner, wrapped := one[w.kind].(map[string]any); wrapped { // as Nova lists key pairs
			one = inner
		}
		if name, _ := one["name"].(string); strings.HasPrefix(name, writtenName) {
			path := fmt.Sprintf("%s/%v", w.path, one[w.id])
			if _, err := a.do(ctx, http.MethodDelete, path, nil, w.gone, nil); err != nil {
				if _, there := a.do(ctx, http.MethodGet, path, nil, http.StatusNotFound, nil); there != nil { // else a delete that was given up has come through
					errs = append(errs, err)
				}
			}
		}
	}
	return errors.Join(errs...)
}

// failures are those of one API, from a moment on.
type failures struct {
	last  time.Duration // when the last that failed had ended
	why   error         // of it
	count int
}

// watch asks every API again and again until ctx ends.
func (a *asker) watch(ctx context.Context, from time.Time) map[string]failures {
	var mu sync.Mutex
	seen := map[string]failures{}
	var asking sync.WaitGroup
	for name, ask := range a.apis() {
		asking.Go(func() {
			for ctx.Err() == nil {
				if err := ask(ctx); err != nil && ctx.Err() == nil {
					mu.Lock()
					seen[name] = failures{last: time.Since(from), why: err, count: seen[name].count + 1}
					mu.Unlock()
				}
				select {
				case <-time.After(askEvery): // a cloud on two cores has more to do
				case <-ctx.Done():
				}
			}
		})
	}
	asking.Wait()
	return seen
}

// The controller that holds the VIP loses its power: every API answers again
// within 10 s, and the node rejoins Galera and RabbitMQ after power-on. What fails
// while it comes back is told.
func TestAPIsAreBackAfterThePowerLossOfTheVIPsHolder(t *testing.T) {
	cloud := labtest.OpenStack(t)
	s := healthyStatus(t, cloud.Options)
	holder := s.Holders[0]
	a := &asker{
		client: &http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}},
		body:   logIn(t, cloud), vip: s.VIP,
	}
	require.NoError(t, a.logIn(t.Context()))
	for name, ask := range a.apis() {
		require.NoError(t, ask(t.Context()), "%s before the loss", name)
	}

	t.Cleanup(func() {
		for name, w := range written() {
			require.NoError(t, a.sweep(context.WithoutCancel(t.Context()), w), name)
		}
	})
	watching, stop := context.WithTimeout(t.Context(), watchFor)
	defer stop()
	cut := time.Now() // the order to the BMC is in what is measured
	var lost map[string]failures
	var watcher sync.WaitGroup
	watcher.Go(func() { lost = a.watch(watching, cut) })
	require.NoError(t, lab.PowerOff(t.Context(), cloud.Options, holder))
	watcher.Wait()
	for name := range a.apis() {
		labtest.Tell(t, "%s: answers again for good %.1f s after the loss; %d requests failed (%v)", name, lost[name].last.Seconds(), lost[name].count, lost[name].why)
	}

	watching, stop = context.WithTimeout(t.Context(), rejoinWithin)
	defer stop()
	var back map[string]failures
	on := time.Now()
	watcher.Go(func() { back = a.watch(watching, on) })
	require.NoError(t, lab.PowerOn(t.Context(), cloud.Options, holder))
	require.Eventually(t, func() bool {
		s, err := lab.ReadStatus(t.Context(), cloud.Options)
		return err == nil && s.Healthy
	}, rejoinWithin, time.Second, "the node rejoins without hands")
	labtest.Tell(t, "%s: all healthy again %.0f s after power-on", holder, time.Since(on).Seconds())
	stop()
	watcher.Wait()
	for name, f := range back {
		labtest.Tell(t, "%s: %d requests failed while it came back, the last %.1f s after power-on (%v)", name, f.count, f.last.Seconds(), f.why)
	}
	for name := range a.apis() {
		require.Less(t, lost[name].last, backWithin, "%s: %v", name, lost[name].why)
	}
}
