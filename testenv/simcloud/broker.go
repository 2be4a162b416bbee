package simcloud

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
)

const (
	appStops  = 500 * time.Millisecond // that the application in a broker takes to stop
	appStarts = 1500 * time.Millisecond
)

// configured is the watermark in the configuration of every broker.
const configured = `{absolute,"400MB"}`

// Exit codes of rabbitmqctl.
const (
	exitUsage       = 64 // also where the application does not run
	exitUnavailable = 69
)

// broker is what a process of RabbitMQ was told. It is lost with the process.
type broker struct {
	mu   sync.Mutex
	pid  int // of the process that was told
	off  bool
	mark string // the term of its watermark; empty is what its configuration says
}

// of returns what that process was told. The caller holds the lock.
func (b *broker) of(pid int) *broker {
	if b.pid != pid {
		b.pid, b.off, b.mark = pid, false, ""
	}
	return b
}

// stopped tells whether the application in a broker's process is stopped.
func (b *broker) stopped(unit string, pid int) bool {
	if unit != partOf("rabbitmq").unit {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.of(pid).off
}

func (b *broker) stop(pid int, off bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.of(pid).off = off
}

func (b *broker) set(pid int, mark string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.of(pid).mark = mark
}

// watermark is the term that says how much memory a broker may have, and how many
// bytes those are. What was not set is the configuration's.
func (b *broker) watermark(pid int) (term string, bytes uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if term = b.of(pid).mark; term == "" {
		term = configured
	}
	bytes, _ = readMark(term)
	return term, bytes
}

// readMark reads the terms {absolute,"400MB"}, {absolute,400000000} and 0.0.
func readMark(term string) (bytes uint64, ok bool) {
	if term == "0.0" {
		return 0, true
	}
	text, unit := strings.TrimSuffix(strings.TrimPrefix(term, "{absolute,"), "}"), uint64(1)
	if quoted, is := strings.CutSuffix(text, `MB"`); is {
		text, unit = strings.TrimPrefix(quoted, `"`), 1_000_000
	}
	bytes, err := strconv.ParseUint(text, 10, 64)
	return bytes * unit, err == nil
}

// alarm tells whether a machine's broker has more memory than it may.
func (m *machine) alarm() bool {
	rabbit := partOf("rabbitmq")
	status, _ := m.status(rabbit.unit)
	_, bytes := m.broker.watermark(status.PID)
	return m.reach(rabbit.unit) == balancer.Serving && bytes < rabbit.memory
}

// alarmed tells whether any broker has an alarm, of which all take heed.
func (c *Cloud) alarmed() bool {
	return slices.ContainsFunc(c.machines, func(m *machine) bool { return m.alarm() })
}

func called(m *machine) string { return "rabbit@" + m.Name() }

// Control is rabbitmqctl of RabbitMQ 3.10 with the commands that its administrator
// needs to have a member leave and come back.
func (v *view) Control(ctx context.Context, args []string) (out, complaint string, code int) {
	rabbit, m := partOf("rabbitmq"), v.machine
	status, on := m.status(rabbit.unit)
	if on && status.Held {
		<-ctx.Done()
		return "", "", 1
	}
	if !on || !status.Serving {
		return "", "Error: unable to perform an operation on node '" + called(m) + "'. Please see diagnostics information and suggestions below.", exitUnavailable
	}
	args = slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return arg == "-q" })
	if len(args) == 0 {
		args = []string{""}
	}
	off := m.broker.stopped(rabbit.unit, status.PID)
	switch command := strings.Join(args, " "); {
	case command == "stop_app":
		m.broker.stop(status.PID, true)
		v.cloud.connected() // who was connected goes elsewhere now, and not when it is looked at next
		if err := wait(ctx, appStops); err != nil {
			return "", "", 1
		}
		return "", "", 0
	case command == "start_app" && off:
		if err := wait(ctx, appStarts); err != nil {
			return "", "", 1
		}
		m.broker.stop(status.PID, false)
		return "", "", 0
	case command == "start_app":
		return "", "", 0
	case off:
		return "", "Error: this command requires the 'rabbit' app to be running on the target node. Start it with 'rabbitmqctl start_app'.\nArguments given:\n\t" + command, exitUsage
	case command == "cluster_status --formatter json":
		return v.clusterStatus(), "", 0
	case strings.HasPrefix(command, "close_all_connections --global ") && len(args) == 3:
		return fmt.Sprintf("Closing all connections to node %s (across all vhosts), reason: %s...\nClosed %d connections\n", called(m), args[2], v.cloud.hangUp(m)), "", 0
	case command == "list_connections state":
		state := "running\n"
		if v.cloud.alarmed() {
			state = "blocking\n"
		}
		return "state\n" + strings.Repeat(state, v.cloud.connected()), "", 0
	case command == "set_vm_memory_high_watermark 0":
		m.broker.set(status.PID, "0.0")
		return "", "", 0
	case args[0] == "eval" && len(args) == 2:
		return v.eval(args[1], status.PID)
	}
	return "", "\nCommand '" + args[0] + "' not found. \n", exitUsage
}

// eval knows how much memory a broker may have, and whether it has an alarm for it.
func (v *view) eval(expression string, pid int) (out, complaint string, code int) {
	term, bytes := v.machine.broker.watermark(pid)
	if mark, is := strings.CutPrefix(expression, "vm_memory_monitor:set_vm_memory_high_watermark("); is {
		mark = strings.TrimSuffix(mark, ").")
		if _, ok := readMark(mark); ok {
			v.machine.broker.set(pid, mark)
			return "ok\n", "", 0
		}
	}
	switch expression {
	case "{vm_memory_monitor:get_memory_limit(), lists:member({{resource_limit,memory,node()},[]}, rabbit_alarm:get_alarms())}.":
		return fmt.Sprintf("{%d,%t}\n", bytes, v.machine.alarm()), "", 0
	case "vm_memory_monitor:get_memory_limit().":
		return fmt.Sprintf("%d\n", bytes), "", 0
	case "vm_memory_monitor:get_vm_memory_high_watermark().":
		return term + "\n", "", 0
	}
	return "", "Error:\n{:undef, ~c\"not known here\"}", exitUnavailable
}

// clusterStatus is what a member knows of its cluster. Who does not hear the
// others is no longer one of those that run.
func (v *view) clusterStatus() string {
	names, running, alarms := []string{}, []string{}, []map[string]string{}
	up := together(v.cloud.serving(partOf("rabbitmq").unit), "tcp", rabbitPort)
	if !slices.Contains(up, v.machine) {
		up = []*machine{v.machine}
	}
	for _, m := range v.cloud.machines {
		names = append(names, called(m))
		if !slices.Contains(up, m) {
			continue
		}
		running = append(running, called(m))
		if m.alarm() {
			alarms = append(alarms, map[string]string{"node": called(m), "resource": "memory", "type": "resource_limit"})
		}
	}
	text, err := json.Marshal(map[string]any{
		"alarms": alarms, "cluster_name": v.cloud.opt.Name, "disk_nodes": names, "partitions": map[string]any{}, "ram_nodes": []string{}, "running_nodes": running,
	})
	if err != nil {
		panic(err)
	}
	return string(text) + "\n"
}
