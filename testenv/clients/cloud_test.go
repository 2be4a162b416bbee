package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const cloudsText = `clouds:
  here:
    auth: {auth_url: "http://198.18.0.10:5000/v3", username: admin, password: pa$s, project_name: admin, user_domain_name: Default, project_domain_name: Default}
    region_name: RegionOne
    interface: public
`

func testCloud(t *testing.T) *cloud {
	t.Helper()
	file := filepath.Join(t.TempDir(), "clouds.yaml")
	require.NoError(t, os.WriteFile(file, []byte(cloudsText), 0o600))
	c, err := openCloud(file, "here", t.TempDir())
	require.NoError(t, err)
	return c
}

func TestACloudIsReadFromItsEntry(t *testing.T) {
	c := testCloud(t)
	require.Equal(t, "pa$s", c.access.Auth.Password)
	require.DirExists(t, c.path("home"))
	_, err := openCloud(c.file, "there", t.TempDir())
	require.ErrorContains(t, err, "has no cloud there")
	_, err = openCloud(c.file+".not", "here", t.TempDir())
	require.ErrorContains(t, err, "read clouds")
}

func TestTempestIsToldOfTheCloud(t *testing.T) {
	s := tempestSettings{Cloud: testCloud(t).access, Dir: "/w", Image: "image-1", Flavor: "flavor-1", BiggerFlavor: "flavor-2",
		Network: "ext", NetworkID: "net-1", Extensions: "router,agent", Computes: 2}
	var err error
	s.Dashboard, err = dashboard(s.Cloud.Auth.URL)
	require.NoError(t, err)
	text, err := s.render()
	require.NoError(t, err)
	for _, line := range []string{
		"admin_password = pa$$s", "uri_v3 = http://198.18.0.10:5000/v3", "region = RegionOne", "image_ref = image-1", "flavor_ref = flavor-1",
		"flavor_ref_alt = flavor-2", "public_network_id = net-1", "floating_network_name = ext", "api_extensions = router,agent",
		"min_compute_nodes = 2", "log_dir = /w", "dashboard_url = http://198.18.0.10/",
	} {
		require.Contains(t, strings.Split(string(text), "\n"), line)
	}
}

func TestRallyIsToldOfTheCloud(t *testing.T) {
	spec := rallySpec(testCloud(t).access)["existing@openstack"].(map[string]any)
	require.Equal(t, "http://198.18.0.10:5000/v3", spec["auth_url"])
	require.Equal(t, "pa$s", spec["admin"].(map[string]string)["password"])
}

func TestClientsAreChosenByName(t *testing.T) {
	chosen, err := choose(all(), []string{"rally"})
	require.NoError(t, err)
	require.Len(t, chosen, 1)
	require.Equal(t, "rally", chosen[0].name)
	chosen, err = choose(all(), nil)
	require.NoError(t, err)
	require.Len(t, chosen, 3)
	_, err = choose(all(), []string{"rallye"})
	require.ErrorContains(t, err, "no client is called rallye")
}

func TestACommandThatIsNotThereIsNamedOnce(t *testing.T) {
	look := func(command string) (string, error) {
		if command == "openstack" || command == "ping" {
			return "", exec.ErrNotFound
		}
		return "/usr/bin/" + command, nil
	}
	err := lacking(all(), look)
	require.EqualError(t, err, "find openstack: it is in Debian's package python3-openstackclient: executable file not found in $PATH\n"+
		"find ping: it is in Debian's package iputils-ping: executable file not found in $PATH")
	require.NoError(t, lacking(all()[1:2], look))
}

func TestTheSectionIsReplacedAndNothingElse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lab.md")
	page := "# The lab\n\n" + sectionBegin + "old\n" + sectionEnd + "\nafter\n"
	require.NoError(t, os.WriteFile(file, []byte(page), 0o600))
	s := section{Made: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC), Reports: []report{&walked{steps: []step{{"issue a token", 1500 * time.Millisecond}}}}}
	require.NoError(t, s.replace(file))
	require.NoError(t, s.replace(file), "again")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "# The lab\n\n"+sectionBegin+"\nAs of 2026-11-21:\n\n### The `openstack` client\n\n| step | seconds |\n| --- | --: |\n| issue a token | 1.5 |\n\n"+
		sectionEnd+"\nafter\n", string(text))
	require.NoError(t, os.WriteFile(file, []byte("# The lab\n"), 0o600))
	require.ErrorContains(t, s.replace(file), "lacks the lines")
}

// The page says why a test fails as expected.yaml says it.
func TestThePageHasEveryExpectedFailure(t *testing.T) {
	expected, err := readExpected(expectedText)
	require.NoError(t, err)
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "lab.md"))
	require.NoError(t, err)
	for _, e := range expected {
		require.Contains(t, string(page), "| `"+strings.TrimPrefix(e.Test, "tempest.")+"` | "+e.Reason+" |\n")
	}
	require.Contains(t, string(page), sectionBegin)
	require.Contains(t, string(page), sectionEnd)
}
