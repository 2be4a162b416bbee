package lab

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// testKeys are the keys of a lab whose secret is all zeros.
func testKeys(t *testing.T, profile *Profile) *keys {
	t.Helper()
	k, err := newKeys(make([]byte, 32), profile)
	require.NoError(t, err)
	return k
}

func TestBuiltInProfilesLoad(t *testing.T) {
	require.Contains(t, Profiles(), "keystone")
	for _, name := range Profiles() {
		profile, err := loadProfile(name)
		require.NoError(t, err)
		require.Equal(t, name, profile.Name)
	}
	_, err := loadProfile("keystoen")
	require.ErrorContains(t, err, "known are")
}

func TestRolesComeAfterWhatTheyNeed(t *testing.T) {
	profile, err := loadProfile("keystone")
	require.NoError(t, err)
	place := map[string]int{}
	for i, name := range profile.order {
		place[name] = i
	}
	require.Len(t, place, len(profile.parts))
	for name, role := range profile.parts {
		for _, need := range role.After {
			require.Less(t, place[need], place[name], "%s before %s", need, name)
		}
	}
}

// tree is a profile with one role, changed by replacing text.
func tree(changes ...string) fs.FS {
	change := strings.NewReplacer(changes...)
	return fstest.MapFS{
		"profiles/p.yaml": {Data: []byte(change.Replace(`name: p
suite: bookworm
memory_mib: 100
room_mib: {image: 100, nodes: 100}
disk_mib: 1024
vip: 198.18.0.10
networks: [{name: m, bridge: b, prefix: 198.18.0.0/25, host: 198.18.0.1}]
nodes:
  - {name: n-1, address: 198.18.0.11, role: all}
  - {name: n-2, address: 198.18.0.12, role: all}
roles: {all: [r]}
`))},
		"roles/r/role.yaml": {Data: []byte(change.Replace(`name: r
files: [{path: /etc/r.conf, template: conf}]
units: [r.service]
services: {r: {unit: r.service, port: 1, health: {tcp: true}}}
setup:
  - {name: one, on: first, run: 'true'}
  - {name: late, on: rest, run: 'true', started: true}
`))},
		"roles/r/conf": {Data: []byte("{{.Node.Name}}")},
	}
}

func TestProfilesAreReadStrictly(t *testing.T) {
	_, err := readProfile(tree(), "profiles/p.yaml")
	require.NoError(t, err)
	for _, c := range []struct{ name, from, to, says string }{
		{"unknown key of a profile", "disk_mib", "disk_mb", "disk_mb"},
		{"unknown key of a role", "units:", "unit:", "unit"},
		{"role that is not there", "[r]", "[r, s]", `p.yaml:11:18: unknown role "s"`},
		{"node outside the network", "198.18.0.12", "198.19.0.12", "not in the management network"},
		{"address taken by the VIP", "198.18.0.12", "198.18.0.10", "the VIP already"},
		{"address taken by a node", "198.18.0.12", "198.18.0.11", "node n-1 already"},
		{"BMC without a network for it", "address: 198.18.0.12,", "address: 198.18.0.12, bmc: 198.18.1.12,", "not in the network oob"},
		{"BMC at a node's address", "address: 198.18.0.12,", "address: 198.18.0.12, bmc: 198.18.0.11,", "node n-1 already"},
		{"switch whose bridges have no name", "address: 198.18.0.12,", "address: 198.18.0.12, switch: switch-of-rack-1,", "longer than 15 letters"},
		{"two nodes of one name", "n-2", "n-1", "twice"},
		{"name that leads out of the folder", "n-2", "../n", "not a host name"},
		{"node role without roles", "role: all}", "role: none}", "not among"},
		{"disk too small", "1024", "10", "at least 512"},
		{"a node's disk too small", "role: all}", "role: all, disk_mib: 10}", "node n-1: disk_mib 10"},
		{"no word of the memory it takes", "memory_mib: 100\n", "", "memory_mib"},
		{"no word of the room it takes", "nodes: 100}", "nodes: 0}", "room_mib.nodes"},
		{"recovery without a rank", "units:", "recover: {intact: 'true', found: 'true', join: 'true'}\nunits:", "recover: want"},
		{"missing template", "template: conf", "template: cnf", "template"},
		{"template and content", "template: conf", "template: conf, content: x", "not both"},
		{"neither", ", template: conf", "", "template"},
		{"log that is no path", "units:", "logs: {r.service: [r.log]}\nunits:", "logs of r.service"},
		{"log with words of a shell", "units:", "logs: {r.service: ['/var/log/$(x)']}\nunits:", "logs of r.service"},
		{"log of no unit", "units:", "logs: {r: [/var/log/r.log]}\nunits:", "logs of r"},
		{"relative path", "/etc/r.conf", "etc/r.conf", "absolute path"},
		{"path that climbs", "/etc/r.conf", "/etc/../../r.conf", "absolute path"},
		{"two probes", "tcp: true", "tcp: true, http: /", "2 health probes"},
		{"step on nowhere", "on: first", "on: last", "want on:"},
		{"offer on a port that nobody balances", "setup:", "catalogue: {r: {type: x, port: 2}}\nsetup:", "catalogue r"},
		{"check that asks nothing", "setup:", "checks: {c: {}}\nsetup:", "check c"},
		{"share for a role that is not there", "vip:", "shares: [{name: s, path: /s, role: none}]\nvip:", "share"},
		{"cycle", "name: r", "name: r\nafter: [r]", "cycle"},
		{"role after one that is not there", "name: r", "name: r\nafter: [s]", "p.yaml:11:8: role r comes after role s, which the profile lacks"},
		{"name of another profile", "name: p", "name: q", "p.yaml:1:7: name: want that of the file"},
		{"no release", "suite: bookworm", "suite: '12'", "p.yaml:2:8: suite: want the code name"},
		{"bridge with words of a shell", "bridge: b,", "bridge: $b,", "no name for one"},
		{"template that is none", "template: conf", "content: '{{.Node'", "role.yaml:2:9: /etc/r.conf: template: /etc/r.conf:1: unclosed action"},
		{"step that is no template", "'true', started", "'{{nothing}}', started", `role.yaml:7:33: late: template: late:1: function "nothing" not defined`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readProfile(tree(c.from, c.to), "profiles/p.yaml")
			require.ErrorContains(t, err, c.says)
		})
	}
}

// A service is one file where its configuration is short.
func TestARoleMayBeOneFile(t *testing.T) {
	files := tree("template: conf", "content: 'of {{.Node.Name}}'").(fstest.MapFS)
	delete(files, "roles/r/conf")
	profile, err := readProfile(files, "profiles/p.yaml")
	require.NoError(t, err)
	r := renderer{name: "trial", profile: profile, keys: testKeys(t, profile)}
	text, err := r.file("r", profile.Nodes[1], profile.parts["r"].Files[0])
	require.NoError(t, err)
	require.Equal(t, "of n-2", string(text))
}

func TestAProfileWithoutAVIPBalancesNothing(t *testing.T) {
	bare := []string{"vip: 198.18.0.10\n", ""}
	profile, err := readProfile(tree(bare...), "profiles/p.yaml")
	require.NoError(t, err)
	require.Empty(t, profile.vip())
	_, err = readProfile(tree(append(bare, "setup:", "balance: {r: {port: 1}}\nsetup:")...), "profiles/p.yaml")
	require.ErrorContains(t, err, "role r: it is balanced, and there is no vip")
}

func TestSetupGoesStepsUnitsSteps(t *testing.T) {
	profile, err := readProfile(tree(), "profiles/p.yaml")
	require.NoError(t, err)
	var plan []string
	for _, task := range profile.tasks() {
		var nodes []string
		for _, n := range task.nodes {
			nodes = append(nodes, n.Name)
		}
		plan = append(plan, task.part+" "+task.name+": "+strings.Join(nodes, " "))
	}
	require.Equal(t, []string{"r one: n-1", "r start: n-1 n-2", "r late: n-2"}, plan)
}

func TestOptionsRefuseNamesThatReachOut(t *testing.T) {
	for _, name := range []string{"../x", "a/b", "A", "-a", "1a", strings.Repeat("a", 32), "a b"} {
		_, err := Options{Name: name}.withDefaults()
		require.Error(t, err, name)
	}
	o, err := Options{}.withDefaults()
	require.NoError(t, err)
	require.Equal(t, "/var/lib/eris/lab/lab", o.paths().dir)
}

func TestImageHasANameForItsContents(t *testing.T) {
	profile, err := loadProfile("keystone")
	require.NoError(t, err)
	o := Options{CacheDir: "/cache"}
	before := imagePath(o, profile)
	require.Equal(t, before, imagePath(o, profile))
	profile.parts["base"].Files = nil // configuration is not part of the image
	require.Equal(t, before, imagePath(o, profile))
	profile.parts["base"].Packages = append(profile.parts["base"].Packages, "ltrace")
	require.NotEqual(t, before, imagePath(o, profile))
}

func TestTheDatabaseClusterIsCompletedWhenItsUsersHaveFilledIt(t *testing.T) {
	for _, name := range Profiles() {
		profile, err := loadProfile(name)
		require.NoError(t, err)
		complete := slices.Index(profile.order, "galera")
		for part, role := range profile.parts {
			if part != "galera" && slices.Contains(role.After, "mariadb") {
				require.Less(t, slices.Index(profile.order, part), complete, "%s: %s", name, part)
			}
		}
	}
}

// roles are what a test says of roles, and nothing else of a profile.
func roles(all map[string]Role) *Profile {
	p := &Profile{parts: map[string]*Role{}}
	for name, role := range all {
		p.parts[name] = &role
	}
	return p
}

func TestARoleAfterUsersComesAfterAllThatNameWhatTheyUse(t *testing.T) {
	p := roles(map[string]Role{
		"db":      {After: []string{"vip"}},
		"vip":     {},
		"rest":    {After: []string{"db"}, UsersOf: "db"},
		"shards":  {After: []string{"db"}, UsersOf: "db"},
		"api":     {After: []string{"vip", "db"}},
		"last":    {After: []string{"db"}},
		"beside":  {After: []string{"vip"}},
		"starter": {StartAfter: []string{"db"}},
	})
	p.placeAfterUsers()
	for _, name := range []string{"rest", "shards"} { // not after one another, which would be a cycle
		require.ElementsMatch(t, []string{"db", "api", "last"}, p.parts[name].After, name)
	}
	require.Equal(t, []string{"vip", "db"}, p.parts["api"].After)
	require.Equal(t, []string{"vip"}, p.parts["db"].After)
	require.Empty(t, p.parts["starter"].After)
	order, err := p.sortParts()
	require.NoError(t, err)
	require.Equal(t, []string{"vip", "beside", "db", "api", "last", "rest", "shards", "starter"}, order)
}

func TestAUserThatWaitsForWhoComesAfterUsersIsACycle(t *testing.T) {
	p := roles(map[string]Role{
		"db": {}, "rest": {After: []string{"db"}, UsersOf: "db"}, "api": {After: []string{"db", "rest"}},
	})
	p.placeAfterUsers()
	_, err := p.sortParts()
	require.ErrorContains(t, err, "a cycle of after")
}
