//go:build openstack

package openstack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
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

// asker asks one API of the lab, each time on a connection of its own.
type asker struct {
	client *http.Client
	body   []byte // with which a token is asked for
	vip    string
	token  string
}

func (a *asker) do(ctx context.Context, method, path string, body []byte, want int) (http.Header, error) {
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
	return answer.Header, nil
}

func (a *asker) newToken(ctx context.Context) (string, error) {
	header, err := a.do(ctx, http.MethodPost, ":5000/v3/auth/tokens", a.body, http.StatusCreated)
	return header.Get("X-Subject-Token"), err
}

// The controller that holds the VIP loses its power: every API answers again
// within 10 s, and the node rejoins Galera and RabbitMQ after power-on.
func TestAPIsAreBackAfterThePowerLossOfTheVIPsHolder(t *testing.T) {
	cloud := labtest.OpenStack(t)
	s := healthyStatus(t, cloud.Options)
	holder := s.Holders[0]
	a := &asker{
		client: &http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}},
		body:   logIn(t, cloud), vip: s.VIP,
	}
	var err error
	a.token, err = a.newToken(t.Context())
	require.NoError(t, err)
	get := func(path string) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := a.do(ctx, http.MethodGet, path, nil, http.StatusOK)
			return err
		}
	}
	apis := map[string]func(context.Context) error{
		"keystone": func(ctx context.Context) error { _, err := a.newToken(ctx); return err },
		"nova":     get(":8774/v2.1/servers"), "neutron": get(":9696/v2.0/networks"), "glance": get(":9292/v2/images"),
	}
	for name, ask := range apis {
		require.NoError(t, ask(t.Context()), "%s before the loss", name)
	}

	require.NoError(t, lab.PowerOff(t.Context(), cloud.Options, holder))
	cut := time.Now()
	var mu sync.Mutex
	last := map[string]time.Duration{} // when the last request that failed had ended, from the cut on
	why := map[string]error{}
	var asking sync.WaitGroup
	for name, ask := range apis {
		asking.Go(func() {
			for time.Since(cut) < watchFor {
				if err := ask(t.Context()); err != nil {
					mu.Lock()
					last[name], why[name] = time.Since(cut), err
					mu.Unlock()
				}
			}
		})
	}
	asking.Wait()
	for name := range apis {
		t.Logf("%s: answers again for good %.1f s after the loss (%v)", name, last[name].Seconds(), why[name])
	}
	require.NoError(t, lab.PowerOn(t.Context(), cloud.Options, holder))
	on := time.Now()
	require.Eventually(t, func() bool {
		s, err := lab.ReadStatus(t.Context(), cloud.Options)
		return err == nil && s.Healthy
	}, rejoinWithin, time.Second, "the node rejoins without hands")
	t.Logf("%s: all healthy again %.0f s after power-on", holder, time.Since(on).Seconds())
	for name := range apis {
		require.Less(t, last[name], backWithin, "%s: %v", name, why[name])
	}
}
