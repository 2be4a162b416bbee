package main

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed probes/*.yaml
var scenarioFiles embed.FS

// probe is one scenario with a load called probe, which is what is looked at.
type probe struct {
	name      string   // of its file
	needs     string   // service that the cloud must have
	operation []string // of its load, each a row of its own; none is the iteration
}

// probes are in the order in which they run: what breaks least comes first.
func probes() []probe {
	return []probe{
		{name: "token", needs: "keystone"},
		{name: "validate", needs: "keystone"},
		{name: "servers", needs: "nova-api"},
		{name: "networks", needs: "neutron-api"},
		{name: "images", needs: "glance-api"},
		{name: "volumes", needs: "cinder-api"},
		{name: "boot", needs: "nova-api", operation: []string{"nova.boot_server", "nova.delete_server"}},
		{name: "kill-backend", needs: "keystone"},
		{name: "stop-backend", needs: "keystone"},
		{name: "freeze-backend", needs: "keystone"},
		{name: "stop-nova-api", needs: "nova-api"},
		{name: "lose-memcached", needs: "memcached"},
		{name: "lose-galera", needs: "mariadb"},
		{name: "lose-haproxy", needs: "haproxy"},
		{name: "lose-power", needs: "keystone"},
	}
}

// choose picks probes by name; no names pick all.
func choose(all []probe, names []string) ([]probe, error) {
	var chosen []probe
	for _, name := range names {
		at := slices.IndexFunc(all, func(p probe) bool { return p.name == name })
		if at < 0 {
			known := []string{}
			for _, p := range all {
				known = append(known, p.name)
			}
			return nil, fmt.Errorf("no probe %q; there are %s", name, strings.Join(known, ", "))
		}
		chosen = append(chosen, all[at])
	}
	if len(names) == 0 {
		return all, nil
	}
	return chosen, nil
}

// holder stands in a scenario for the node that holds the virtual address.
const holder = "HOLDER"

// text is the probe's scenario on a cloud whose virtual address is there.
func (p probe) text(at string) (string, error) {
	data, err := scenarioFiles.ReadFile("probes/" + p.name + ".yaml")
	if err != nil {
		return "", err
	}
	return strings.ReplaceAll(string(data), holder, at), nil
}

// title is what the scenario says of itself.
func (p probe) title() (string, error) {
	text, err := p.text("")
	if err != nil {
		return "", err
	}
	_, rest, _ := strings.Cut(text, "\ndescription: ")
	title, _, _ := strings.Cut(rest, "\n")
	return title, nil
}
