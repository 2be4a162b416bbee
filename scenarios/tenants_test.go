package scenarios_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// roleWorkload is one that uses somebody's credentials.
type roleWorkload struct {
	plainWorkload
	role string
}

func (w *roleWorkload) Role() string { return w.role }

// issuingWorkload is one that asks for tokens.
type issuingWorkload struct{ roleWorkload }

func (*issuingWorkload) Issues() bool { return true }

// readTenants reads a scenario with these tenants and loads; make.things needs a
// member and make.users an administrator.
func readTenants(tenants, loads string) (*scenarios.Spec, error) {
	c := catalogue()
	for name, role := range map[string]string{"make.things": "member", "make.users": "admin"} {
		c.Workloads.Add(document.Kind[loadgen.Workload]{Name: name, New: func() loadgen.Workload { return &roleWorkload{role: role} }})
	}
	c.Workloads.Add(document.Kind[loadgen.Workload]{Name: "issue.tokens", New: func() loadgen.Workload { return &issuingWorkload{} }})
	source := withFaults("tenants: "+tenants+"\nloads: "+loads+"\n", "stop: {fault: service.stop, target: {service: keystone}, hold: 1s}")
	return scenarios.Read("demo.yaml", []byte(source), scenarios.Options{Catalogue: c, Cloud: cloud(3, "")})
}

func TestTenantsOfLoads(t *testing.T) {
	spec, err := readTenants(
		"{customers: {projects: 10, users: 3, roles: [heat_stack_owner], quotas: {compute: {instances: 5}, volume: {volumes: -1}}}, known: {clouds: [alice, bob], spread: random}, idle: {projects: 1}}",
		"{boots: {workload: make.things, concurrency: 1, tenants: customers}, users: {workload: make.users, concurrency: 1, tenants: known, session: fresh}, own: {workload: make.users, concurrency: 1}}",
	)
	require.NoError(t, err)
	quotas := map[string]map[string]int{"compute": {"instances": 5}, "volume": {"volumes": -1}}
	customers := loadgen.Tenants{Name: "customers", Projects: 10, Users: 3, Role: "member", Roles: []string{"heat_stack_owner"}, Quotas: quotas}
	known := loadgen.Tenants{Name: "known", Users: 1, Role: "member", Clouds: []string{"alice", "bob"}, Random: true}
	require.Equal(t, []loadgen.Tenants{customers, known}, spec.Tenants)
	require.Equal(t, []int{30, 2}, []int{customers.Accounts(), known.Accounts()})
	require.Equal(t, []*loadgen.Tenants{&customers, &known, nil}, []*loadgen.Tenants{spec.Loads[0].Tenants, spec.Loads[1].Tenants, spec.Loads[2].Tenants})
	require.Equal(t, []bool{false, true, false}, []bool{spec.Loads[0].Fresh, spec.Loads[1].Fresh, spec.Loads[2].Fresh})
	require.Contains(t, spec.Warnings.Error(), "no load acts for idle, so that they are not made")

	plan, err := scenarios.BuildPlan(spec, cloud(3, ""), scenarios.PlanOptions{})
	require.NoError(t, err)
	printed, document := text(t, plan)
	require.Contains(t, printed, `
tenants       customers: 10 projects, each with 3 users of the role member, heat_stack_owner, made before the warm-up and removed at the end, compute instances at most 5, volume volumes at most -1
              known: the entries alice, bob of clouds.yaml; whose an iteration is, is drawn
loads         boots: make.things, closed model, 1 worker
                spread over the tenants customers
              users: make.users, closed model, 1 worker
                spread over the tenants known
                a fresh token for each iteration
`)
	require.Contains(t, document, `"tenants": "customers"`)
	granted, err := plan.Privileges()
	require.NoError(t, err)
	require.Equal(t, []scenarios.AccessPrivilege{
		{Load: "tenants customers", Workload: "makes projects and users, and looks into them", Role: "admin"},
		{Load: "users by alice, bob", Workload: "make.users", Role: "admin"}, {Load: "own", Workload: "make.users", Role: "admin"},
	}, granted.OpenStack)
}

func TestWrongTenants(t *testing.T) {
	const load = "{boots: {workload: make.things, concurrency: 1, tenants: t}}"
	for tenants, wrong := range map[string]string{
		"{t: {projects: 0}}":                                                 "projects: must be from 1 to 1000",
		"{t: {projects: 1001}}":                                              "projects: must be from 1 to 1000",
		"{t: {projects: 5, users: 0}}":                                       "users: must be from 1 to 100",
		"{t: {projects: 500, users: 3}}":                                     "1500 users all together, and at most 1000",
		"{t: {users: 3}}":                                                    "t has neither projects nor clouds",
		"{t: {projects: 2, role: admin}}":                                    `nobody whom Eris makes is given the role "admin"`,
		"{t: {projects: 2, roles: [admin]}}":                                 `nobody whom Eris makes is given the role "admin"`,
		"{t: {projects: 2, roles: [member]}}":                                "roles: each user has member already",
		"{t: {projects: 2, roles: [a, a]}}":                                  "roles: each user has a already",
		"{t: {clouds: [a], roles: [b]}}":                                     "roles: belongs to tenants that are made",
		"{t: {projects: 2, role: reader}}":                                   "make.things needs the role member, and the users of t have reader",
		"{t: {projects: 2, clouds: [a]}}":                                    "projects: belongs to tenants that are made",
		"{t: {clouds: []}}":                                                  "clouds: names none",
		"{t: {clouds: [a, a]}}":                                              "wants each entry once",
		"{t: {projects: 2, spread: randomly}}":                               "random",
		"{t: {projects: 2, quotas: {nova: {instances: 1}}}}":                 `unknown service with quotas "nova"`,
		"{t: {projects: 2, quotas: {compute: {instances: -2}}}}":             "instances: must be -1 or more",
		"{boots: {projects: 2}, t: {projects: 1}}":                           "boots is the name of a load too",
		"{u: {projects: 1}}":                                                 `unknown tenants "t"`,
		"{t: {projects: 1, user: 2}}":                                        `unknown key "user"`,
		"{t: {projects: 1}, " + strings.Repeat("x", 40) + ": {projects: 1}}": "and Keystone takes 64",
	} {
		_, err := readTenants(tenants, load)
		require.ErrorContains(t, err, wrong, tenants)
	}
	for load, wrong := range map[string]string{
		"{l: {workload: make.users, concurrency: 1, tenants: t}}":               "make.users needs the role admin, and the users of t have member",
		"{l: {workload: keystone.issue_token, concurrency: 1, tenants: t}}":     "keystone.issue_token has no use of anybody's credentials",
		"{l: {workload: make.things, concurrency: 1, session: frsh}}":           "fresh",
		"{l: {workload: keystone.issue_token, concurrency: 1, session: fresh}}": "keystone.issue_token has no use of a token",
		"{l: {workload: issue.tokens, concurrency: 1, session: fresh}}":         "issue.tokens asks for a token in each iteration anyway",
		"{l: {workload: make.things, concurrency: 1, tenants: [t]}}":            "tenants: wants",
	} {
		_, err := readTenants("{t: {projects: 1}}", load)
		require.ErrorContains(t, err, wrong, load)
	}
}

func TestMicroversions(t *testing.T) {
	spec := read(t, withFaults("microversions: {compute: \"2.79\", volume: 3.70}\n", "stop: {fault: service.stop, target: {service: keystone}, hold: 1s}"), scenarios.Options{Cloud: cloud(3, "")})
	require.Equal(t, map[string]string{"compute": "2.79", "volume": "3.70"}, spec.Microversions)
	plan, err := scenarios.BuildPlan(spec, cloud(3, ""), scenarios.PlanOptions{})
	require.NoError(t, err)
	printed, document := text(t, plan)
	require.Contains(t, printed, "microversions compute 2.79, volume 3.70\n")
	require.Contains(t, document, `"volume": "3.70"`)
	for wrong, said := range map[string]string{
		"{compute: latest}": `"latest" is no microversion`, "{nova: \"2.1\"}": `unknown service with microversions "nova"`, "{compute: 2}": `"2" is no microversion`,
	} {
		_, err := scenarios.Read("demo.yaml", []byte(withFaults("microversions: "+wrong+"\n", "stop: {fault: service.stop, target: {service: keystone}, hold: 1s}")), scenarios.Options{Catalogue: catalogue()})
		require.ErrorContains(t, err, said)
	}
}

func TestTheSchemaKnowsTenants(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, catalogue().Schema(&b))
	require.Contains(t, b.String(), `"spread"`)
}

// Projects that are made can be given networks; those that are there cannot.
func TestNetworksOfTenants(t *testing.T) {
	read := func(of string) (*scenarios.Spec, error) {
		return readTenants("{customers: "+of+"}", "{boots: {workload: make.things, concurrency: 1, tenants: customers}}")
	}
	spec, err := read("{projects: 2, network: {}}")
	require.NoError(t, err)
	require.Equal(t, &loadgen.TenantNetwork{Networks: 1, Subnets: 1, Router: true}, spec.Tenants[0].Network)
	spec, err = read("{projects: 2, network: {networks: 2, subnets: 3, router: false}}")
	require.NoError(t, err)
	require.Equal(t, &loadgen.TenantNetwork{Networks: 2, Subnets: 3}, spec.Tenants[0].Network)
	for of, why := range map[string]string{
		"{projects: 2, network: {networks: 11}}":                           "networks: must be from 1 to 10",
		"{projects: 2, network: {subnets: 0}}":                             "subnets: must be from 1 to 10",
		"{projects: 2, network: {router: false, external_network: outer}}": "external_network: there is no router",
		"{projects: 2, network: {nets: 1}}":                                `unknown key "nets"`,
		"{clouds: [a], network: {}}":                                       "network: belongs to tenants that are made",
	} {
		_, err := read(of)
		require.ErrorContains(t, err, why, of)
	}
}

// Projects that are made can be given flavors and images, each by the name by which loads ask for it.
func TestFlavorsAndImagesOfTenants(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "i.img"), []byte("image"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "empty.img"), nil, 0o600))
	of := func(things string) (*scenarios.Spec, error) {
		c := catalogue()
		c.Workloads.Add(document.Kind[loadgen.Workload]{Name: "make.things", New: func() loadgen.Workload { return &roleWorkload{role: "member"} }})
		source := withFaults("tenants: {t: "+things+"}\nloads: {boots: {workload: make.things, concurrency: 1, tenants: t}}\n", "stop: {fault: service.stop, target: {service: keystone}, hold: 1s}")
		return scenarios.Read(filepath.Join(dir, "demo.yaml"), []byte(source), scenarios.Options{Catalogue: c, Cloud: cloud(3, "")})
	}
	spec, err := of(`{projects: 2,
  flavors: {m1.small: {ram: 512, disk: 1}, big: {ram: 4096, vcpus: 4, disk: 10, ephemeral: 2, swap: 64, extra_specs: {"hw:cpu_policy": dedicated, n: 1}}},
  images: {cirros: {file: i.img, disk_format: qcow2}, other: {url: "https://me:hush@images.example.org/o.img?sig=hush", disk_format: raw, container_format: ovf, min_ram: 64, min_disk: 1}}}`)
	require.NoError(t, err)
	const sum = "6105d6cc76af400325e94d588ce511be5bfdbb73b437dc51eca43917d7a43e3d"
	require.Equal(t, []loadgen.TenantFlavor{
		{Name: "m1.small", RAM: 512, VCPUs: 1, Disk: 1},
		{Name: "big", RAM: 4096, VCPUs: 4, Disk: 10, Ephemeral: 2, Swap: 64, ExtraSpecs: map[string]string{"hw:cpu_policy": "dedicated", "n": "1"}},
	}, spec.Tenants[0].Flavors)
	require.Equal(t, []loadgen.TenantImage{
		{Name: "cirros", File: filepath.Join(dir, "i.img"), Sum: sum, DiskFormat: "qcow2", ContainerFormat: "bare"},
		{Name: "other", URL: "https://me:hush@images.example.org/o.img?sig=hush", DiskFormat: "raw", ContainerFormat: "ovf", MinRAM: 64, MinDisk: 1},
	}, spec.Tenants[0].Images)
	plan, err := scenarios.BuildPlan(spec, cloud(3, ""), scenarios.PlanOptions{})
	require.NoError(t, err)
	printed, made := text(t, plan)
	require.Contains(t, printed, "removed at the end, with flavors that nobody else sees: m1.small (512 MiB, 1 VCPU, 1 GiB), big (4096 MiB, 4 VCPUs, 10 GiB and 2 GiB ephemeral, 64 MiB swap, 2 extra specs), with images uploaded to each: cirros (qcow2, of i.img), other (raw, of https://images.example.org/o.img)\n")
	require.Contains(t, made, sum)
	require.NotContains(t, printed+made, "hush")
	granted, err := plan.Privileges()
	require.NoError(t, err)
	require.Contains(t, granted.OpenStack, scenarios.AccessPrivilege{Load: "tenants t", Workload: "makes projects, users and flavors, and looks into the projects", Role: "admin"})

	require.NoError(t, os.WriteFile(filepath.Join(dir, "i.img"), []byte("another"), 0o600))
	spec, err = of("{projects: 2, images: {cirros: {file: i.img, disk_format: qcow2}}}")
	require.NoError(t, err)
	_, err = scenarios.BuildPlan(spec, cloud(3, ""), scenarios.PlanOptions{Replay: plan})
	require.ErrorContains(t, err, "i.img is not what the plan that is to be repeated had: its sha256 was "+sum)

	many := strings.Repeat("x", 256)
	for things, why := range map[string]string{
		"flavors: {f: {}}":                                                      "ram is missing",
		"flavors: {f: {ram: 0}}":                                                "ram: must be from 1 to 2147483647",
		"flavors: {f: {ram: 1, vcpus: 0}}":                                      "vcpus: must be from 1 to",
		"flavors: {f: {ram: 1, disk: -1}}":                                      "disk: must be from 0 to",
		"flavors: {f: {ram: 1, swap: -1}}":                                      "swap: must be from 0 to",
		"flavors: {f: {ram: 1, ephemeral: -1}}":                                 "ephemeral: must be from 0 to",
		"flavors: {f: {ram: 1, rom: 1}}":                                        `unknown key "rom"`,
		"flavors: {f: {ram: 1, extra_specs: {a: \"\"}}}":                        "extra_specs: a name and its value have 1 to 255 letters",
		"flavors: {/f/: {ram: 1}}":                                              "loads take it for a pattern",
		"flavors: {" + many + ": {ram: 1}}":                                     "is no name for a flavor",
		"flavors: {\" f\": {ram: 1}}":                                           "is no name for a flavor",
		"images: {\"i\\n\": {url: \"http://a/\", disk_format: raw}}":            "is no name for an image",
		"images: {i: {disk_format: raw}}":                                       "image i: wants a file or a url, one of them",
		"images: {i: {file: i.img, url: \"http://a/\", disk_format: raw}}":      "image i: wants a file or a url, one of them",
		"images: {i: {file: i.img}}":                                            "disk_format is missing",
		"images: {i: {file: i.img, disk_format: qcow}}":                         `did you mean qcow2`,
		"images: {i: {file: i.img, disk_format: raw, container_format: box}}":   "unknown container_format",
		"images: {i: {file: gone.img, disk_format: raw}}":                       "no such file",
		"images: {i: {file: ., disk_format: raw}}":                              "is no file",
		"images: {i: {file: empty.img, disk_format: raw}}":                      "has 0 bytes",
		"images: {i: {url: \"ftp://a/hush\", disk_format: raw}}":                "url: wants one of http or https",
		"images: {i: {url: \"http:///hush\", disk_format: raw}}":                "url: it names no host",
		"images: {i: {url: \"http://a/\", disk_format: raw, min_ram: -1}}":      "min_ram: must be from 0 to",
		"images: {i: {url: \"http://a/\", disk_format: raw, min_disk: -1}}":     "min_disk: must be from 0 to",
		"flavors: {" + several("f%d: {ram: 1}", 21) + "}":                       "flavors: 21, and at most 20",
		"images: {" + several("i%d: {file: i.img, disk_format: raw}", 11) + "}": "images: 11, and at most 10",
	} {
		_, err := of("{projects: 2, " + things + "}")
		require.ErrorContains(t, err, why, things)
		require.Regexp(t, `^[^ ]*demo\.yaml:\d+:\d+: `, err.Error(), things)
	}
	for _, things := range []string{"flavors: {f: {ram: 1}}", "images: {i: {file: i.img, disk_format: raw}}"} {
		_, err := of("{clouds: [a], " + things + "}")
		require.ErrorContains(t, err, strings.Split(things, ":")[0]+": belongs to tenants that are made", things)
	}
}

// several are so many entries of a mapping.
func several(form string, n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(form, i))
	}
	return strings.Join(all, ", ")
}
