package lab

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	yaml "go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/inventory"
)

// example is the folder of definitions that docs/lab.md shows.
const example = "testdata/definitions"

// ownFolder is a copy of the example in which a test may write.
func ownFolder(t *testing.T, files ...string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, os.CopyFS(dir, os.DirFS(example)))
	for i := 0; i < len(files); i += 2 {
		path := filepath.Join(dir, files[i])
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(files[i+1]), 0o600))
	}
	return dir
}

func edit(t *testing.T, dir, name, from, to string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	require.Contains(t, string(text), from)
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(strings.Replace(string(text), from, to, 1)), 0o600))
}

func TestTheExampleOfThePageIsAWholeOne(t *testing.T) {
	page, err := os.ReadFile("../../docs/lab.md")
	require.NoError(t, err)
	for _, name := range []string{"profiles/web.yaml", "roles/greeter/role.yaml"} {
		text, err := os.ReadFile(filepath.Join(example, name))
		require.NoError(t, err)
		require.Contains(t, string(page), "```yaml\n# DIR/"+name+"\n"+string(text)+"```\n")
	}
	profile, err := Options{Definitions: example}.load("web")
	require.NoError(t, err)
	require.Contains(t, profile.packages(), "ncat")
	require.Contains(t, profile.packages(), "openssh-server", "of the role base, which is built in")
	r := &renderer{name: "trial", profile: profile, keys: testKeys(t, profile)}
	unit, err := r.file("greeter", profile.Nodes[1], profile.parts["greeter"].Files[0])
	require.NoError(t, err)
	require.Contains(t, string(unit), "--listen --keep-open 198.18.0.12 7000 --sh-exec 'echo this is web-2 of 2'\n")
	var starts []string
	for _, task := range profile.tasks() {
		if task.name == startTask {
			starts = append(starts, task.text)
		}
	}
	require.Equal(t, []string{startUnits([]string{"ssh.service"}), startUnits([]string{"greeter.service"})}, starts)

	text, err := yaml.Marshal(makeInventory(Options{Name: "trial"}, profile))
	require.NoError(t, err)
	cloud, err := inventory.Read("inventory.yaml", text)
	require.NoError(t, err)
	require.Len(t, cloud.Nodes, 2)
	require.Len(t, cloud.ServiceByName("greeter").Nodes, 2)
}

func TestOwnDefinitionsStandBesideThoseBuiltIn(t *testing.T) {
	outlines, err := Outlines(Options{Definitions: example})
	require.NoError(t, err)
	require.Len(t, outlines, len(Profiles())+1)
	i := slices.IndexFunc(outlines, func(o Outline) bool { return o.Name == "web" })
	where, err := filepath.Abs(filepath.Join(example, "profiles/web.yaml"))
	require.NoError(t, err)
	require.Equal(t, where, outlines[i].File)
	require.Equal(t, NodeOutline{Name: "web-1", Address: "198.18.0.11", Roles: []string{"base", "greeter"}, Units: []string{"greeter.service", "ssh.service"}}, outlines[i].Nodes[0])
	for _, o := range slices.Delete(outlines, i, i+1) {
		require.Empty(t, o.File)
	}
}

// What lies in the folder stands in for what is built in, file by file.
func TestAnOwnFileReplacesTheBuiltInOneOfItsPath(t *testing.T) {
	dir := ownFolder(t, "roles/memcached/memcached.conf", "-m 32\n-l {{.Node.Address}}\n", "roles/nginx/.role.yaml.swp", "x", "roles/nginx/role.yaml~", "x")
	o := Options{Definitions: dir, CacheDir: "/cache", Name: "lab"}
	changed, err := o.load("bare")
	require.NoError(t, err)
	built, err := loadProfile("bare")
	require.NoError(t, err)
	r := &renderer{name: "trial", profile: changed, keys: testKeys(t, changed)}
	text, err := r.file("memcached", changed.Nodes[0], changed.parts["memcached"].Files[0])
	require.NoError(t, err)
	require.Equal(t, "-m 32\n-l 198.18.0.11\n", string(text))
	require.Equal(t, imagePath(o, built), imagePath(o, changed), "no package is another")
	require.NotEqual(t, snapshotPath(o, built), snapshotPath(o, changed))

	edit(t, dir, "roles/greeter/role.yaml", "[ncat]", "[ncat, ltrace]")
	web, err := Options{Definitions: example}.load("web")
	require.NoError(t, err)
	more, err := o.load("web")
	require.NoError(t, err)
	require.NotEqual(t, imagePath(o, web), imagePath(o, more))
	require.NotEqual(t, snapshotPath(o, web), snapshotPath(o, more))
}

// The folder may be written to while a lab is made of it.
func TestDefinitionsAreReadOnce(t *testing.T) {
	dir := ownFolder(t)
	o := Options{Definitions: dir, CacheDir: "/cache", Name: "lab"}
	profile, err := o.load("web")
	require.NoError(t, err)
	before := snapshotPath(o, profile)
	edit(t, dir, "roles/greeter/role.yaml", "port: 7000", "port: 7001")
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "profiles")))
	require.Equal(t, before, snapshotPath(o, profile))
}

func TestBadDefinitionsAreNamedWithFileAndLine(t *testing.T) {
	for _, c := range []struct{ name, file, from, to, says string }{
		{"unknown key", "profiles/web.yaml", "disk_mib:", "disk_mb:", "/profiles/web.yaml:7:1: unknown key \"disk_mb\"\n    disk_mb: 1024\n    ^\n    did you mean disk_mib?"},
		{"a role that is nowhere", "profiles/web.yaml", "greeter]", "greter]", `/profiles/web.yaml:14:15: unknown role "greter"`},
		{"a node outside", "profiles/web.yaml", "198.18.0.12", "198.18.9.12", "/profiles/web.yaml:12:28: node web-2: 198.18.9.12 is not in the management network"},
		{"no YAML", "profiles/web.yaml", "[base", "base", "/profiles/web.yaml:14"},
		{"a role's step", "roles/greeter/role.yaml", "units:", "setup: [{name: x, on: here, run: y}]\nunits:", "/roles/greeter/role.yaml:11:9: step \"x\": want on: first, rest or all"},
		{"a field that no node has", "roles/greeter/role.yaml", "{{.Node.Name}}", "{{.Node.Nme}}", "can't evaluate field Nme"},
		{"a template that is none", "roles/greeter/role.yaml", "{{.Node.Name}}", "{{.Node.Name}", "/roles/greeter/role.yaml:6:5: /etc/systemd/system/greeter.service: template: /etc/systemd/system/greeter.service:2:"},
		{"a duration without a unit", "roles/greeter/role.yaml", "{tcp: true}", "{tcp: true, timeout: 3}", "/roles/greeter/role.yaml:13:77: timeout: missing unit after 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := ownFolder(t)
			edit(t, dir, c.file, c.from, c.to)
			_, err := Options{Definitions: dir}.load("web")
			require.ErrorContains(t, err, dir)
			require.ErrorContains(t, err, c.says)
			_, err = Outlines(Options{Definitions: dir})
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestAFolderThatIsNoneOfDefinitionsIsRefused(t *testing.T) {
	link := ownFolder(t)
	require.NoError(t, os.Symlink("/usr", filepath.Join(link, "roles", "greeter", "more")))
	large := ownFolder(t)
	require.NoError(t, os.Truncate(filepath.Join(large, "roles", "greeter", "role.yaml"), mostDefined+1))
	for dir, says := range map[string]string{
		t.TempDir():                          "has neither profiles nor roles: --definitions wants a folder",
		filepath.Join(t.TempDir(), "gone"):   "has neither profiles nor roles",
		ownFolder(t, "profiles/web.yml", ""): "/profiles/web.yml: nobody reads it: a profile is profiles/NAME.yaml",
		ownFolder(t, "roles/web.yaml", ""):   "/roles/web.yaml: nobody reads it: a role is roles/NAME/role.yaml",
		link:                                 "/roles/greeter/more is no file",
		large:                                "more than 16 MiB in all",
	} {
		_, err := Options{Definitions: dir}.load("web")
		require.ErrorContains(t, err, says)
	}
	_, err := Outlines(Options{Definitions: ownFolder(t, "roles/lone/role.yaml", "name: loan\n")})
	require.ErrorContains(t, err, `/roles/lone/role.yaml:1:7: name: "loan" is in the folder of a role "lone"`)
}

// What the lab asks of a cloud depends on what roles do, not on their names.
func TestARoleThatDoesWhatAnotherDoesIsTreatedAlike(t *testing.T) {
	dir := ownFolder(t, "roles/identity/role.yaml", `name: identity
does: [issues_tokens, filters_bridges]
after: [base]
units: [identity.service]
`)
	edit(t, dir, "profiles/web.yaml", "[base, greeter]", "[base, greeter, identity]")
	profile, err := Options{Definitions: dir}.load("web")
	require.NoError(t, err)
	r := &renderer{name: "trial", profile: profile, keys: testKeys(t, profile)}
	s := Status{Token: &Token{Why: "503"}}
	require.Equal(t, unitsOn([]string{"identity.service"}, "web-1", "web-2"), s.sick(r))
	require.True(t, needsOf(Options{}, profile).bridged)

	edit(t, dir, "roles/identity/role.yaml", "issues_tokens", "issues_token")
	_, err = Options{Definitions: dir}.load("web")
	require.ErrorContains(t, err, "/roles/identity/role.yaml:2:8: unknown duty \"issues_token\"")
	require.ErrorContains(t, err, "did you mean issues_tokens?")
}

func TestWhatTheBuiltInCloudsDo(t *testing.T) {
	for name, want := range map[string][]string{
		"bare": nil, "runtimes": nil, "keystone": {balances, holdsVIP, issuesTokens},
		"openstack": duties(), "healing": duties(),
	} {
		profile, err := loadProfile(name)
		require.NoError(t, err)
		var does []string
		for _, duty := range duties() {
			if profile.does(duty) {
				does = append(does, duty)
			}
		}
		require.Equal(t, want, does, name)
	}
}

// A lab remembers of what it was made: whoever asks for its health, or switches
// its nodes, need not say it again.
func TestALabKeepsItsDefinitions(t *testing.T) {
	state := t.TempDir()
	dir := ownFolder(t)
	o := Options{Name: "mine", StateDir: state, CacheDir: "/cache", Definitions: dir, claims: t.TempDir()}
	profile, err := o.load("web")
	require.NoError(t, err)
	full, err := o.withDefaults()
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(full.paths().dir, 0o700))
	require.NoError(t, writeStamp(full.paths(), stampOf(full, profile, "/image")))

	plain := o
	plain.Definitions = ""
	_, opened, err := openLab(plain)
	require.NoError(t, err)
	require.Equal(t, "web", opened.Name)
	chosen, profile, err := choose(plain)
	require.NoError(t, err)
	require.Equal(t, dir, chosen.Definitions)
	require.NoError(t, current(chosen, profile))

	edit(t, dir, "roles/greeter/role.yaml", "port: 7000", "port: 7001")
	chosen, profile, err = choose(plain)
	require.NoError(t, err)
	require.ErrorIs(t, current(chosen, profile), ErrOutdated)
	require.NoError(t, os.RemoveAll(dir))
	_, _, err = openLab(plain)
	require.ErrorContains(t, err, "lab mine was made with the definitions in "+dir+", and what there is now cannot be used (--definitions names another folder")
}

func TestASnapshotOfAProfileIsNotOneOfAnotherWhoseNameBeginsSo(t *testing.T) {
	dir := t.TempDir()
	hash := strings.Repeat("0a", 8)
	mine := []string{"web-" + hash, "web-" + hash + ".making", "web-" + hash + ".removing", "web-" + hash + ".making.removing"}
	for _, name := range append(mine, "web-two-"+hash, "web-two-"+hash+".making", "webs-"+hash) {
		require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o700))
	}
	var found []string
	for _, path := range snapshotsOf(filepath.Join(dir, "web-"+hash), &Profile{Name: "web"}) {
		found = append(found, filepath.Base(path))
	}
	require.ElementsMatch(t, mine, found)
}
