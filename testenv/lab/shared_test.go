package lab

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryPortOfTheVIPIsOneServicesOwn(t *testing.T) {
	for _, name := range Profiles() {
		profile, err := loadProfile(name)
		require.NoError(t, err)
		owner := map[int]string{}
		for part, role := range profile.parts {
			for entry, b := range role.Balance {
				require.Empty(t, owner[b.Port], "%s: %d is of %s and of %s/%s", name, b.Port, owner[b.Port], part, entry)
				owner[b.Port] = part + "/" + entry
			}
		}
	}
}

// What haproxy says of a member is told by the name that everything else of the
// lab, a fault's target first, has for it.
func TestWhatIsBalancedHasTheNameOfItsService(t *testing.T) {
	for _, name := range Profiles() {
		profile, err := loadProfile(name)
		require.NoError(t, err)
		for part, role := range profile.parts {
			for entry, b := range role.Balance {
				require.Equal(t, b.Port, role.Services[entry].Port, "%s: %s/%s is no service at that port", name, part, entry)
			}
		}
	}
}

// An API that eventlet has patched hangs where one of its uwsgi's processes has
// more than one thread.
func TestPatchedAPIsHaveOneThreadAProcess(t *testing.T) {
	profile, err := loadProfile("openstack")
	require.NoError(t, err)
	patched := []string{"/usr/bin/nova-api-wsgi", "/usr/bin/nova-metadata-wsgi", "/usr/bin/neutron-api"}
	seen := 0
	for _, role := range profile.parts {
		for _, f := range role.Files {
			if f.Template == "shared/uwsgi.ini" && slices.Contains(patched, f.With["app"]) {
				require.Equal(t, "1", f.With["threads"], f.Path)
				seen++
			}
		}
	}
	require.Equal(t, len(patched), seen)
}

func TestASharedTemplateWantsAllItIsToldOf(t *testing.T) {
	r := rendererOf(t, "openstack")
	f := File{Template: "shared/uwsgi.ini", With: map[string]string{"app": "/usr/bin/x"}}
	_, err := r.file("nova", r.profile.Nodes[0], f)
	require.ErrorContains(t, err, "no entry for key")
}

func TestCatalogueHasEveryOfferOnce(t *testing.T) {
	r := rendererOf(t, "openstack")
	var file struct {
		Services []struct{ Name, Type, URL, Password, Domain string }
	}
	for _, f := range r.profile.parts["openstack"].Files {
		if f.Template == "catalogue.json" {
			text, err := r.file("openstack", r.profile.Nodes[0], f)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(text, &file), "%s", text)
		}
	}
	types := map[string]string{}
	for _, s := range file.Services {
		require.Equal(t, r.keys.password(s.Name), s.Password)
		require.Empty(t, types[s.Type], "two services of type %s", s.Type)
		types[s.Type] = s.URL
	}
	require.Equal(t, "http://198.18.0.10:8774/v2.1", types["compute"])
	require.Equal(t, "http://198.18.0.10:8776/v3/%(project_id)s", types["volumev3"])
	require.Equal(t, "http://198.18.0.10:8080/v1/AUTH_%(project_id)s", types["object-store"])
	require.Equal(t, "heat", file.Services[slices.IndexFunc(file.Services, func(s struct{ Name, Type, URL, Password, Domain string }) bool { return s.Name == "heat" })].Domain)
}

func TestACheckThatCouldNotBeAskedIsNotGood(t *testing.T) {
	var s CheckStatus
	s.judge("", nil)
	require.True(t, s.Healthy)
	s = CheckStatus{}
	s.judge("", errors.New("exit 7"))
	require.False(t, s.Healthy)
	require.Equal(t, []string{"exit 7"}, s.Wrong)
	s = CheckStatus{}
	s.judge("nova-compute on cmp-1 is down\n\nnova-scheduler on ctl-2 is down\n", nil)
	require.False(t, s.Healthy)
	require.Len(t, s.Wrong, 2)
	status := Status{Holders: []string{"ctl-1"}, Checks: []CheckStatus{{Name: "nova.services", Wrong: s.Wrong}}}
	require.Contains(t, status.judge(nil), "nova.services: nova-compute on cmp-1 is down")
}

func TestSharesAreBoundWhereTheirRoleRuns(t *testing.T) {
	profile, err := loadProfile("openstack")
	require.NoError(t, err)
	p := paths{dir: "/lab"}
	for _, n := range profile.Nodes {
		binds := shareBinds(p, profile, n)
		if n.Role == "controller" {
			require.Equal(t, []string{"--bind=/lab/shares/images:/var/lib/glance/images"}, binds, n.Name)
		} else {
			require.Empty(t, binds, n.Name)
		}
	}
	require.Contains(t, powerConf(p, profile, "x", profile.Nodes[0], nil), "--bind=/lab/shares/images")
}

// Roles that do not wait for one another may be set up at the same time, so
// that the order of names must not be what makes a profile come up.
func TestRolesNameWhatTheirSetUpNeeds(t *testing.T) {
	needs := map[string]string{"mysql": "mariadb", "make-samples": "openstack", "make-catalogue": "keystone", "OS_AUTH_URL": "openstack"}
	for _, name := range Profiles() {
		profile, err := loadProfile(name)
		require.NoError(t, err)
		for part, role := range profile.parts {
			if part == "mariadb" {
				continue
			}
			for _, step := range role.Setup {
				for word, need := range needs {
					if strings.Contains(step.Run, word) {
						require.Contains(t, before(profile, part), need, "%s: step %q of %s needs it", name, step.Name, part)
					}
				}
			}
		}
	}
}

// While members join the database cluster, the first one gives them its state
// and takes no writes: what is made through the APIs is made before or after.
func TestWhatIsMadeThroughTheAPIsIsNotMadeWhileTheDatabaseIsJoined(t *testing.T) {
	seen := 0
	for _, name := range Profiles() {
		profile, err := loadProfile(name)
		require.NoError(t, err)
		for part, role := range profile.parts {
			for _, step := range role.Setup {
				if !strings.Contains(step.Run, "make-samples") && !strings.Contains(step.Run, "OS_AUTH_URL") && !strings.Contains(step.Run, "make-catalogue") {
					continue
				}
				seen++
				apart := slices.Contains(before(profile, part), "galera") || slices.Contains(before(profile, "galera"), part)
				require.True(t, apart, "%s: step %q of %s and galera may be at the same time", name, step.Name, part)
			}
		}
	}
	require.GreaterOrEqual(t, seen, 6, "two profiles have all three")
}

// before lists the roles that are set up before a role, however far.
func before(p *Profile, part string) []string {
	var all []string
	for _, need := range p.parts[part].After {
		all = append(append(all, need), before(p, need)...)
	}
	return all
}
