package workloads_test

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/loadgen/openstack/neutron"
	"github.com/openstack-eris/eris/loadgen/openstack/octavia"
	"github.com/openstack-eris/eris/loadgen/openstack/swift"
)

// operationsOf are the steps of one iteration with the defaults, by Rally's
// names.
func operationsOf() map[string]string {
	return map[string]string{
		"cinder.create_and_delete_snapshot":        "cinder_v3.create_snapshot delete_snapshot",
		"cinder.create_and_delete_volume":          "cinder_v3.create_volume delete_volume",
		"glance.create_and_delete_image":           "glance_v2.create_image upload_data download_image delete_image",
		"keystone.create_and_delete_project":       "keystone_v3.create_project create_user add_role revoke_role delete_user delete_project",
		"keystone.create_and_delete_role":          "keystone_v3.create_role get_role delete_role",
		"keystone.create_and_delete_user":          "keystone_v3.create_user delete_user",
		"neutron.create_and_delete_floating_ip":    "neutron.create_port create_floating_ip associate_floating_ip dissociate_floating_ip delete_floating_ip delete_port",
		"neutron.create_and_delete_network":        "neutron.create_network delete_network",
		"neutron.create_and_delete_port":           "neutron.create_network create_subnet create_port delete_port delete_subnet delete_network",
		"neutron.create_and_delete_router":         "neutron.create_network create_subnet create_router add_interface_router remove_interface_router delete_router delete_subnet delete_network",
		"neutron.create_and_delete_security_group": "neutron.create_security_group create_security_group_rule create_security_group_rule create_security_group_rule delete_security_group",
		"neutron.create_and_delete_subnet":         "neutron.create_network create_subnet delete_subnet delete_network",
		"nova.boot_and_delete_server":              "nova.boot_server delete_server",
		"nova.boot_and_list_server":                "nova.boot_server list_servers delete_server",
		"nova.boot_and_show_server":                "nova.boot_server show_server delete_server",
		"cinder.create_and_attach_volume":          "nova.boot_server cinder_v3.create_volume nova.attach_volume nova.detach_volume cinder_v3.delete_volume nova.delete_server",
		"cinder.create_and_extend_volume":          "cinder_v3.create_volume extend_volume delete_volume",
		"cinder.create_volume_and_clone":           "cinder_v3.clone_volume delete_volume",
		"cinder.create_volume_from_snapshot":       "cinder_v3.create_snapshot create_volume delete_volume delete_snapshot",
		"cinder.create_and_restore_volume_backup":  "cinder_v3.create_volume create_backup restore_backup delete_backup delete_volume",
		"nova.race_actions_on_server":              "nova.boot_server race_actions delete_server",
		"nova.race_snapshots_of_server":            "nova.boot_server race_snapshots delete_server glance_v2.delete_image",
		"neutron.race_updates_of_port":             "neutron.create_network create_port race_updates show_port delete_port delete_network",
		"quotas.nova_update_and_delete":            "keystone_v3.create_project quotas.update_quotas quotas.delete_quotas keystone_v3.delete_project",
		"quotas.cinder_update_and_delete":          "keystone_v3.create_project quotas.update_quotas quotas.delete_quotas keystone_v3.delete_project",
		"quotas.neutron_update_and_delete":         "keystone_v3.create_project quotas.update_quotas quotas.delete_quotas keystone_v3.delete_project",
		"nova.boot_and_bounce_server":              "nova.boot_server reboot_server stop_server start_server delete_server",
		"nova.boot_and_get_console_output":         "nova.boot_server get_console_output_server delete_server",
		"nova.boot_and_rebuild_server":             "nova.boot_server rebuild_server delete_server",
		"nova.boot_lock_unlock_and_delete":         "nova.boot_server lock_server unlock_server delete_server",
		"nova.boot_server_from_volume_and_delete":  "cinder_v3.create_volume nova.boot_server nova.delete_server nova.detach_volume cinder_v3.delete_volume",
		"nova.pause_and_unpause_server":            "nova.boot_server pause_server unpause_server delete_server",
		"nova.resize_server":                       "nova.boot_server resize resize_confirm delete_server",
		"nova.shelve_and_unshelve_server":          "nova.boot_server shelve_server unshelve_server delete_server",
		"nova.snapshot_server":                     "nova.boot_server snapshot_server delete_server boot_server delete_server glance_v2.delete_image",
		"nova.suspend_and_resume_server":           "nova.boot_server suspend_server resume_server delete_server",
		"nova.boot_and_migrate_server":             "nova.boot_server migrate resize_confirm delete_server",
		"nova.boot_and_live_migrate_server":        "nova.boot_server live_migrate delete_server",
		"vm.boot_and_run_command":                  "nova.boot_server neutron.list_ports neutron.create_floating_ip neutron.associate_floating_ip vm.wait_for_ssh vm.run_command_over_ssh neutron.delete_floating_ip nova.delete_server",
		"octavia.create_and_delete_loadbalancers":  "octavia.load_balancer_create listener_create pool_create member_create member_create load_balancer_delete",
		"heat.create_update_delete_stack":          "heat.create_stack update_stack delete_stack",

		"swift.create_container_and_object_then_delete_all": "swift.create_container upload_object list_objects download_object delete_object delete_container",
	}
}

func TestOperationsBearRallysNames(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		s := c.session(t, name)
		var seen operations
		require.NoError(t, s.Iterate(t.Context(), 0, &seen).Err)
		service, verbs, _ := strings.Cut(operationsOf()[name], ".")
		var want []string
		for verb := range strings.FieldsSeq(verbs) {
			if !strings.Contains(verb, ".") {
				verb = service + "." + verb
			}
			want = append(want, verb)
		}
		require.Equal(t, want, seen.names)
		c.ends(t, s)
	})
}

// quotaOf are the quotas of which one iteration needs something; Keystone and
// Glance tell of none.
func quotaOf() map[string]string {
	return map[string]string{
		"cinder.create_and_delete_snapshot":        "gigabytes snapshots volumes",
		"cinder.create_and_delete_volume":          "gigabytes volumes",
		"neutron.create_and_delete_floating_ip":    "floatingip network port router subnet",
		"neutron.create_and_delete_network":        "network",
		"neutron.create_and_delete_port":           "network port subnet",
		"neutron.create_and_delete_router":         "network port router subnet",
		"neutron.create_and_delete_security_group": "security_group security_group_rule",
		"neutron.create_and_delete_subnet":         "network subnet",
		"nova.boot_and_delete_server":              "instances",
		"nova.boot_and_list_server":                "instances",
		"nova.boot_and_show_server":                "instances",
		"cinder.create_and_attach_volume":          "gigabytes instances volumes",
		"cinder.create_and_extend_volume":          "gigabytes volumes",
		"cinder.create_volume_and_clone":           "gigabytes volumes",
		"cinder.create_volume_from_snapshot":       "gigabytes snapshots volumes",
		"cinder.create_and_restore_volume_backup":  "backup_gigabytes backups gigabytes volumes",
		"nova.boot_and_bounce_server":              "instances",
		"nova.boot_and_get_console_output":         "instances",
		"nova.boot_and_rebuild_server":             "instances",
		"nova.boot_lock_unlock_and_delete":         "instances",
		"nova.boot_server_from_volume_and_delete":  "gigabytes instances volumes",
		"nova.pause_and_unpause_server":            "instances",
		"nova.resize_server":                       "instances",
		"nova.shelve_and_unshelve_server":          "instances",
		"nova.snapshot_server":                     "instances",
		"nova.suspend_and_resume_server":           "instances",
		"nova.boot_and_migrate_server":             "instances",
		"vm.boot_and_run_command":                  "floatingip instances key_pairs security_group security_group_rule",
		"octavia.create_and_delete_loadbalancers":  "listener load_balancer pool",
		"nova.boot_and_live_migrate_server":        "instances",

		"swift.create_container_and_object_then_delete_all": "object_bytes",
	}
}

// oneOf is how much of a quota one iteration needs, where that is not about 1.
func oneOf(quota string) int {
	if quota == "object_bytes" {
		return 1 << 10
	}
	return 1
}

// What does not fit into a quota is said before the load starts, by its name.
func TestAQuotaThatIsUsedUpIsNamedBeforeTheStart(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		for quota := range strings.FieldsSeq(quotaOf()[name]) {
			c.store.Limit(quota, 0)
			_, err := fresh(name).Open(t.Context(), c.env)
			require.ErrorContains(t, err, "quota of "+quota+": the project uses ")
			var open *loadgen.OpenError
			require.ErrorAs(t, err, &open)
			require.Equal(t, record.Quota, open.Class)
			c.store.Limit(quota, -1)
		}
		s := c.session(t, name)
		require.NoError(t, s.Iterate(t.Context(), 0, &operations{}).Err)
		c.ends(t, s)
	})
}

// sharedOf are the quotas of which all iterations together need something.
func sharedOf() map[string]bool {
	return map[string]bool{
		"cinder.create_and_delete_snapshot volumes": true, "neutron.create_and_delete_floating_ip network": true,
		"neutron.create_and_delete_floating_ip router": true, "neutron.create_and_delete_floating_ip subnet": true,
		"vm.boot_and_run_command key_pairs": true, "vm.boot_and_run_command security_group": true, "vm.boot_and_run_command security_group_rule": true,
	}
}

// What is kept has to fit in, too.
func TestWhatIsKeptIsCountedInTheQuotas(t *testing.T) {
	making(t, func(c *cloud, name string) {
		for quota := range strings.FieldsSeq(quotaOf()[name]) {
			c.store.Limit(quota, 60*oneOf(quota))
			s := c.keeping(name, 0)
			c.ends(c.t, s)
			w := fresh(name)
			reflect.ValueOf(w).Elem().FieldByName("Keep").SetInt(60)
			s, err := w.Open(c.t.Context(), c.env)
			if sharedOf()[name+" "+quota] {
				require.NoError(c.t, err)
				c.ends(c.t, s)
			} else {
				require.ErrorContains(c.t, err, "quota of "+quota)
			}
			c.store.Limit(quota, -1)
		}
		w := fresh(name)
		reflect.ValueOf(w).Elem().FieldByName("Keep").SetInt(101)
		require.ErrorContains(c.t, w.(interface{ Validate() error }).Validate(), "keep: must be from 0 to 100")
		_, err := w.Open(c.t.Context(), c.env)
		require.ErrorContains(c.t, err, "keep: must be from 0 to 100")
	})
}

// A quota that is used up during the load is classed as one, where the service
// says so by a type or by the status.
func TestAQuotaThatIsUsedUpMeanwhileHasItsClass(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		s := c.session(t, name)
		quotas := strings.Fields(quotaOf()[name])
		for _, quota := range quotas {
			c.store.Limit(quota, 0)
		}
		o := s.Iterate(t.Context(), 0, &operations{})
		want := record.Quota
		if len(quotas) == 0 {
			want = record.OK
		}
		require.Equal(t, want, o.Class, "%v", o.Err)
		c.ends(t, s)
	})
}

// An answer about another resource is a wrong result.
func TestAnAnswerAboutAnotherIsWrong(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		s := c.session(t, name)
		renamed := false
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			kept := httptest.NewRecorder()
			next.ServeHTTP(kept, r)
			body := kept.Body.Bytes()
			if r.Method == http.MethodPost && bytes.Contains(body, []byte(mark)) {
				body, renamed = bytes.ReplaceAll(body, []byte(mark), []byte("eris-test-fake-")), true
			}
			maps.Copy(w.Header(), kept.Header())
			w.Header().Del("Content-Length")
			w.WriteHeader(kept.Code)
			_, _ = w.Write(body)
		})
		o := s.Iterate(t.Context(), 0, &operations{})
		c.heals()
		if strings.HasPrefix(name, "swift.") || strings.HasPrefix(name, "heat.") { // which have no field for the name in it
			require.NoError(t, o.Err)
			c.ends(t, s)
			return
		}
		if renamed { // Nova does not say the name
			require.Equal(t, record.WrongResult, o.Class)
			require.ErrorContains(t, o.Err, "eris-test-fake-0")
		} else {
			require.NoError(t, o.Err)
		}
		steps := operationsOf()[name]
		require.Equal(t, !strings.HasPrefix(steps, "nova.") || strings.Contains(steps, "create_volume") || strings.Contains(steps, "create_floating_ip") || strings.Contains(steps, "rebuild"), renamed)
		c.ends(t, s)
	})
}

// downloads are the paths below which a workload reads what it has uploaded, and the
// step in which it does.
func downloads() map[string][2]string {
	return map[string][2]string{
		"glance.create_and_delete_image":                    {"/v2/images/", "glance_v2.download_image"},
		"swift.create_container_and_object_then_delete_all": {"/v1/AUTH_", "swift.download_object"},
	}
}

func TestWhatComesBackOtherwiseThanItWasUploadedIsWrong(t *testing.T) {
	making(t, func(c *cloud, name string) {
		t := c.t
		of, uploads := downloads()[name]
		if !uploads {
			return
		}
		for what, spoil := range map[string]func([]byte) []byte{
			"another byte": func(b []byte) []byte { b[len(b)/2]++; return b },
			"a byte less":  func(b []byte) []byte { return b[1:] },
		} {
			s := c.session(t, name)
			c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				kept := httptest.NewRecorder()
				next.ServeHTTP(kept, r)
				data := bytes.Clone(kept.Body.Bytes())
				if kept.Header().Get("Content-Type") == "application/octet-stream" && strings.HasPrefix(r.URL.Path, of[0]) {
					data = spoil(data)
				}
				maps.Copy(w.Header(), kept.Header())
				w.Header().Del("Content-Length")
				w.WriteHeader(kept.Code)
				_, _ = w.Write(data)
			})
			var seen operations
			o := s.Iterate(t.Context(), 0, &seen)
			c.heals()
			require.Equal(t, record.WrongResult, o.Class, what)
			require.Equal(t, of[1], seen.names[len(seen.names)-1])
			c.ends(t, s)
		}
	})
}

// The ETag is that of the bytes, also where the bytes are right.
func TestAnObjectWithAnotherTagIsWrong(t *testing.T) {
	for method, step := range map[string]string{http.MethodPut: "upload", http.MethodGet: "download"} {
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(t)
			s := c.session(t, "swift.create_container_and_object_then_delete_all")
			c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.Method == method {
					w = tagged{w}
				}
				next.ServeHTTP(w, r)
			})
			o := s.Iterate(t.Context(), 0, &operations{})
			c.heals()
			require.Equal(t, record.WrongResult, o.Class)
			require.ErrorContains(t, o.Err, step+` object: its ETag is "none", and its bytes have the MD5 `)
			c.ends(t, s)
		})
	}
}

// tagged gives what has an ETag another one.
type tagged struct{ http.ResponseWriter }

func (w tagged) WriteHeader(status int) {
	w.retag()
	w.ResponseWriter.WriteHeader(status)
}

func (w tagged) Write(data []byte) (int, error) {
	w.retag()
	return w.ResponseWriter.Write(data)
}

func (w tagged) retag() {
	if w.Header().Get("Etag") != "" {
		w.Header().Set("Etag", "none")
	}
}

// Where a workload makes several of a kind, each is a step of its own.
func TestSeveralOfAKindAreSeveralSteps(t *testing.T) {
	for _, each := range []struct {
		name, step string
		workload   loadgen.Workload
		times      int
	}{
		{"subnets", "neutron.create_subnet", &neutron.CreateAndDeleteSubnet{Subnets: 16}, 16},
		{"subnets", "neutron.delete_subnet", &neutron.CreateAndDeleteSubnet{Subnets: 16}, 16},
		{"ports", "neutron.create_port", &neutron.CreateAndDeletePort{Ports: 100}, 100},
		{"rules", "neutron.create_security_group_rule", &neutron.CreateAndDeleteSecurityGroup{Rules: 50}, 50},
		{"uploads", "swift.upload_object", &swift.CreateContainerAndObjectThenDeleteAll{Objects: 100, Size: 1}, 100},
		{"downloads", "swift.download_object", &swift.CreateContainerAndObjectThenDeleteAll{Objects: 100, Size: 1}, 100},
		{"members", "octavia.member_create", &octavia.CreateAndDeleteLoadbalancers{Members: 50, Polling: openstack.Each(time.Second)}, 50},
		{"no rules", "neutron.create_security_group_rule", &neutron.CreateAndDeleteSecurityGroup{}, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(t)
			s, err := each.workload.Open(t.Context(), c.env)
			require.NoError(t, err)
			var seen operations
			require.NoError(t, s.Iterate(t.Context(), 0, &seen).Err, each.name)
			count := 0
			for _, name := range seen.names {
				if name == each.step {
					count++
				}
			}
			require.Equal(t, each.times, count, each.name)
			c.ends(t, s)
		})
	}
}
