package simcloud

import (
	"context"
	"strconv"
	"strings"
	"sync"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// marks are the processes of databases that were told something, by node: not to
// keep up with their cluster, or to hear nothing of it.
type marks struct {
	mu   sync.Mutex
	pids map[string]int
}

func (d *marks) has(m *machine) bool {
	status, _ := m.status(partOf("mariadb").unit)
	d.mu.Lock()
	defer d.mu.Unlock()
	return status.PID != 0 && d.pids[m.Name()] == status.PID
}

func (d *marks) set(m *machine, on bool) {
	status, _ := m.status(partOf("mariadb").unit)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.pids == nil {
		d.pids = map[string]int{}
	}
	d.pids[m.Name()] = 0
	if on {
		d.pids[m.Name()] = status.PID
	}
}

// login is a connection to this node's database by its socket.
func (v *view) login(ctx context.Context) error {
	switch v.machine.reach(partOf("mariadb").unit) {
	case balancer.Mute:
		<-ctx.Done()
		return ctx.Err()
	case balancer.Refused, balancer.Dark:
		return node.ErrRefused
	case balancer.Serving:
	}
	return nil
}

// Status is what this node's database says of its cluster.
func (v *view) Status(ctx context.Context) (map[string]string, error) {
	if err := v.login(ctx); err != nil {
		return nil, err
	}
	v.cloud.mu.Lock()
	defer v.cloud.mu.Unlock()
	primary := v.cloud.galera.Primary(v.machine.Name())
	values := map[string]string{
		"wsrep_ready": "OFF", "wsrep_connected": "ON", "wsrep_cluster_status": "non-Primary", "wsrep_local_state_comment": "Initialized",
		"wsrep_cluster_size": "1", "wsrep_local_state": "0", "wsrep_local_recv_queue": "0", "wsrep_flow_control_sent": "0", "wsrep_flow_control_paused_ns": "0",
	}
	if primary {
		values["wsrep_ready"], values["wsrep_cluster_status"], values["wsrep_local_state_comment"] = "ON", "Primary", "Synced"
		values["wsrep_cluster_size"], values["wsrep_local_state"] = strconv.Itoa(v.cloud.galera.Size()), "4"
		if v.cloud.desyncs.has(v.machine) {
			values["wsrep_local_state_comment"], values["wsrep_local_state"] = "Donor/Desynced", "2"
		}
	}
	return values, nil
}

// Variables are those of this node's database that can be set.
func (v *view) Variables(ctx context.Context) (map[string]string, error) {
	if err := v.login(ctx); err != nil {
		return nil, err
	}
	return map[string]string{"wsrep_desync": map[bool]string{false: "OFF", true: "ON"}[v.cloud.desyncs.has(v.machine)]}, nil
}

// Set knows wsrep_desync and the option gmcast.isolate, which are lost with the
// process. Like the real one it lists no gmcast.isolate.
func (v *view) Set(ctx context.Context, name, value string) error {
	if err := v.login(ctx); err != nil {
		return err
	}
	switch {
	case name == "wsrep_desync" && (value == "ON" || value == "OFF"):
		v.cloud.desyncs.set(v.machine, value == "ON")
	case name == "wsrep_provider_options" && (value == "GMCAST.ISOLATE=0" || value == "GMCAST.ISOLATE=1"):
		v.cloud.isolated.set(v.machine, strings.HasSuffix(value, "1"))
	case name == "wsrep_provider_options":
		return node.ErrArguments
	default:
		return node.ErrVariable
	}
	return nil
}

// Causal is a read after all that the cluster has agreed on.
func (v *view) Causal(ctx context.Context) error {
	if err := v.login(ctx); err != nil {
		return err
	}
	v.cloud.mu.Lock()
	defer v.cloud.mu.Unlock()
	if !v.cloud.galera.Primary(v.machine.Name()) || v.cloud.galera.Stalled() {
		return node.ErrCausal
	}
	return nil
}
