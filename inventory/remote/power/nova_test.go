package power_test

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/config"
	"github.com/gophercloud/gophercloud/v2/openstack/config/clouds"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/power"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// serverOf boots a server on an embedded cloud of the test's own: the node of
// another cloud. Each change of its state takes a turn; 0 is the cloud's own.
func serverOf(t *testing.T, turn time.Duration) *inventory.Power {
	t.Helper()
	cloud, err := simcloud.Start(t.Context(), simcloud.Options{Seed: 1, Controllers: 1, Turn: turn})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cloud.Close()) })
	p := &inventory.Power{Kind: inventory.Nova, CloudsFile: cloud.Clouds(), Cloud: "simulated"}
	auth, endpoint, tls, err := clouds.Parse(clouds.WithLocations(p.CloudsFile), clouds.WithCloudName(p.Cloud))
	require.NoError(t, err)
	provider, err := config.NewProviderClient(t.Context(), auth, config.WithTLSConfig(tls))
	require.NoError(t, err)
	compute, err := openstack.NewComputeV2(provider, endpoint)
	require.NoError(t, err)
	p.Machine = boot(t, provider, endpoint, compute)
	return p
}

func boot(t *testing.T, provider *gophercloud.ProviderClient, endpoint gophercloud.EndpointOpts, compute *gophercloud.ServiceClient) string {
	t.Helper()
	glance, err := openstack.NewImageV2(provider, endpoint)
	require.NoError(t, err)
	page, err := images.List(glance, nil).AllPages(t.Context())
	require.NoError(t, err)
	image, err := images.ExtractImages(page)
	require.NoError(t, err)
	page, err = flavors.ListDetail(compute, nil).AllPages(t.Context())
	require.NoError(t, err)
	flavor, err := flavors.ExtractFlavors(page)
	require.NoError(t, err)
	vm, err := servers.Create(t.Context(), compute, servers.CreateOpts{Name: "ctl-1", FlavorRef: flavor[0].ID, ImageRef: image[0].ID, Networks: "none"}, nil).Extract()
	require.NoError(t, err)
	return vm.ID
}

// becomes waits until a driver says so.
func becomes(t *testing.T, d power.Driver, want power.State) {
	t.Helper()
	require.Eventually(t, func() bool {
		state, err := d.Status(t.Context())
		return err == nil && state == want
	}, 30*time.Second, 20*time.Millisecond, "it is %s", want)
}

func TestAServerOfAnotherCloudIsSwitchedByItsNova(t *testing.T) {
	t.Parallel()
	p := serverOf(t, 10*time.Second) // what it is on its way is seen in time
	d := open(t, p)
	becomes(t, d, power.On)
	require.NoError(t, d.Do(t.Context(), power.TurnOff))
	state, err := d.Status(t.Context())
	require.Equal(t, power.Unknown, state, "on its way it is neither")
	require.ErrorContains(t, err, "it is ACTIVE, and Nova is powering-off")
	becomes(t, d, power.Off)
	err = d.Do(t.Context(), power.TurnOff)
	require.ErrorContains(t, err, "409")
	require.NotErrorIs(t, err, power.ErrUnknown, "it was refused, and nothing is under way")
	require.NoError(t, d.Do(t.Context(), power.TurnOn))
	becomes(t, d, power.On)
	require.NoError(t, d.Do(t.Context(), power.Reset))
	_, err = d.Status(t.Context())
	require.ErrorContains(t, err, "it is HARD_REBOOT")
	becomes(t, d, power.On)
	require.ErrorContains(t, d.Do(t.Context(), power.Cycle), "no such action")
}

func TestNovaErrorsNameTheServerAndNoPassword(t *testing.T) {
	t.Parallel()
	p := serverOf(t, 0)
	none := *p
	none.Machine = "7f3c0a1e"
	_, err := open(t, &none).Status(t.Context())
	require.ErrorContains(t, err, "read power of server 7f3c0a1e of simulated in "+p.CloudsFile)
	require.ErrorContains(t, err, "404")

	text, err := os.ReadFile(p.CloudsFile)
	require.NoError(t, err)
	var was string
	for line := range strings.Lines(string(text)) {
		if _, found, is := strings.Cut(line, "password: "); is {
			was = strings.TrimSpace(found)
		}
	}
	require.NotEmpty(t, was)
	wrong := *p
	wrong.CloudsFile = filepath.Join(t.TempDir(), "clouds.yaml")
	require.NoError(t, os.WriteFile(wrong.CloudsFile, []byte(strings.ReplaceAll(string(text), was, "guesswork")), 0o600))
	_, err = open(t, &wrong).Status(t.Context())
	require.ErrorContains(t, err, "log in: ")
	require.ErrorContains(t, err, "401")
	require.NotContains(t, err.Error(), "guesswork")

	lost := *p
	lost.Cloud = "elsewhere"
	_, err = power.Open(&lost, nil)
	require.ErrorContains(t, err, "read entry elsewhere of "+p.CloudsFile)
}

// A driver is kept for hours, by who is to give the power back, and a password may be
// changed meanwhile.
func TestThePasswordOfTheFileIsThatOfNow(t *testing.T) {
	t.Parallel()
	p := *serverOf(t, 0)
	text, err := os.ReadFile(p.CloudsFile)
	require.NoError(t, err)
	_, was, _ := strings.Cut(string(text), "password: ")
	was, _, _ = strings.Cut(was, "\n")
	p.CloudsFile = filepath.Join(t.TempDir(), "clouds.yaml")
	says := func(text string) { require.NoError(t, os.WriteFile(p.CloudsFile, []byte(text), 0o600)) }
	says(strings.ReplaceAll(string(text), strings.TrimSpace(was), "guesswork"))
	d := open(t, &p)
	_, err = d.Status(t.Context())
	require.ErrorContains(t, err, "401")
	says(string(text))
	becomes(t, d, power.On)
	says("clouds: {") // half written
	_, err = d.Status(t.Context())
	require.ErrorContains(t, err, "read entry simulated of "+p.CloudsFile)
	_, url, _ := strings.Cut(string(text), "auth_url: ")
	url, _, _ = strings.Cut(url, "\n")
	says(strings.ReplaceAll(string(text), strings.TrimSpace(url), "http://192.0.2.1:5000/v3"))
	err = d.Do(t.Context(), power.TurnOff)
	require.ErrorContains(t, err, "it leads to http://192.0.2.1:5000/v3")
	require.NotErrorIs(t, err, power.ErrUnknown, "nothing was sent")
	says(string(text))
	becomes(t, d, power.On)
}

// What a shell's environment says is of another cloud, perhaps. It cannot be parallel:
// it changes the environment.
func TestTheFileAloneSaysWhichCloudItIs(t *testing.T) {
	p := serverOf(t, 0)
	becomes(t, open(t, p), power.On)
	other := filepath.Join(t.TempDir(), "other.pem")
	server := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	require.NoError(t, os.WriteFile(other, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	for name, value := range map[string]string{
		"OS_REGION_NAME": "elsewhere", "OS_INTERFACE": "admin", "OS_CLOUD": "elsewhere", "OS_CLIENT_CONFIG_FILE": "/nowhere", "OS_CACERT": other,
	} {
		t.Setenv(name, value)
		require.Equal(t, power.On, reads(t, open(t, p)), name)
	}

	// One certificate is trusted by the environment, and the file names another.
	secured := *p
	secured.CloudsFile = filepath.Join(t.TempDir(), "clouds.yaml")
	entry := func(more string) {
		require.NoError(t, os.WriteFile(secured.CloudsFile,
			fmt.Appendf(nil, "clouds: {simulated: {auth: {auth_url: '%s', username: u, password: p, project_name: x, user_domain_name: d, project_domain_name: d}%s}}\n", server.URL, more), 0o600))
	}
	entry("")
	_, err := open(t, &secured).Status(t.Context())
	require.ErrorContains(t, err, "certificate")
	entry(", cacert: '" + other + "'")
	_, err = open(t, &secured).Status(t.Context())
	require.ErrorContains(t, err, "404", "it is trusted, and is no Keystone")
}
