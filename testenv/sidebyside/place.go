package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/lab"
)

// place is the service that is killed, on all nodes of a lab that have it.
type place struct {
	lab     lab.Options
	cloud   *inventory.Cloud
	service *inventory.Service
	nodes   []*inventory.Node
}

func openPlace(o lab.Options, service string) (*place, error) {
	file, err := lab.Inventory(o)
	if err != nil {
		return nil, err
	}
	cloud, err := inventory.Load(file)
	if err != nil {
		return nil, err
	}
	if cloud.Kind != inventory.Lab {
		return nil, fmt.Errorf("%s is %s, and no lab", cloud.Name, cloud.Kind)
	}
	p := &place{lab: o, cloud: cloud, service: cloud.ServiceByName(service)}
	if p.service == nil || p.service.Runtime.Kind != inventory.Unit {
		return nil, fmt.Errorf("the lab has no service %s that is a unit", service)
	}
	for _, node := range cloud.Nodes {
		if slices.Contains(cloud.ServicesOn(node.Name), p.service) {
			p.nodes = append(p.nodes, node)
		}
	}
	if len(p.nodes) != 3 {
		return nil, fmt.Errorf("%s is on %d nodes, want 3", service, len(p.nodes))
	}
	return p, nil
}

// on runs a program as root on a node, past both tools.
func (p *place) on(ctx context.Context, node *inventory.Node, argv ...string) ([]byte, error) {
	var out, complaint bytes.Buffer
	err := lab.Enter(ctx, p.lab, node.Name, argv, lab.Streams{Out: &out, Err: &complaint})
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, bytes.TrimSpace(complaint.Bytes()))
	}
	return out.Bytes(), nil
}

// up returns when the service does its work on every node.
func (p *place) up(ctx context.Context) error {
	return eventually(ctx, time.Minute, func() error {
		for _, node := range p.nodes {
			if _, err := p.on(ctx, node, "sh", "-c", inventory.ProbeScript(node, p.service)); err != nil {
				return fmt.Errorf("%s on %s does not do its work: %w", p.service.Name, node.Name, err)
			}
		}
		return nil
	})
}

// processExit is the id of systemd's message that a unit's process has exited,
// SD_MESSAGE_UNIT_PROCESS_EXIT of sd-messages.h.
const processExit = "98e322203f7a4ed290d09fe03c09fe15"

// deaths waits until every node has told of the end of the service's main
// process after a moment, and returns when each was struck. Anything but one
// SIGKILL on each node is an error: it would not be known what was measured.
func (p *place) deaths(ctx context.Context, after time.Time) ([]time.Time, error) {
	at := make([]time.Time, len(p.nodes))
	err := eventually(ctx, 10*time.Second, func() error {
		for n, node := range p.nodes {
			journal, err := p.on(ctx, node, "journalctl", "--no-pager", "-o", "json", "-n", "20",
				"UNIT="+p.service.Runtime.Name, "MESSAGE_ID="+processExit)
			if err != nil {
				return err
			}
			if at[n], err = death(journal, after); err != nil {
				return fmt.Errorf("%s: %w", node.Name, err)
			}
		}
		return nil
	})
	return at, err
}

// death finds in a journal the one kill after a moment.
func death(journal []byte, after time.Time) (time.Time, error) {
	var found []time.Time
	for line := range bytes.Lines(journal) {
		var entry struct {
			Sent   string `json:"_SOURCE_REALTIME_TIMESTAMP"` // when systemd said it, in µs
			Status string `json:"EXIT_STATUS"`
			Code   string `json:"EXIT_CODE"`
		}
		if err := json.Unmarshal(line, &entry); err != nil {
			return time.Time{}, fmt.Errorf("read journal: %w", err)
		}
		sent, err := strconv.ParseInt(entry.Sent, 10, 64)
		if err != nil {
			return time.Time{}, fmt.Errorf("read journal: %w", err)
		}
		if at := time.UnixMicro(sent); at.After(after) {
			if entry.Code != "killed" || entry.Status != "9" {
				return time.Time{}, fmt.Errorf("its main process ended by %s %s, not by SIGKILL", entry.Code, entry.Status)
			}
			found = append(found, at)
		}
	}
	if len(found) != 1 {
		return time.Time{}, fmt.Errorf("%d ends of its main process, want 1", len(found))
	}
	return found[0], nil
}

// names are the nodes' names.
func (p *place) names() []string {
	var names []string
	for _, node := range p.nodes {
		names = append(names, node.Name)
	}
	return names
}

func (p *place) String() string {
	return fmt.Sprintf("%s on %s of lab %s", p.service.Name, strings.Join(p.names(), ", "), p.cloud.Name)
}

// eventually tries again until it is done or its time is over.
func eventually(ctx context.Context, limit time.Duration, try func() error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		err := try()
		if err == nil {
			return nil
		}
		if waited := pause(ctx, 200*time.Millisecond); waited != nil {
			return errors.Join(err, waited)
		}
	}
}

// pause waits, or says why it was cut short.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
