package lab

import (
	"fmt"
	"maps"
	"os"
	"slices"

	yaml "go.yaml.in/yaml/v4"
)

// The inventory that a lab writes, in the format of docs/inventory.md.
type inventoryFile struct {
	Version  string                      `yaml:"version"`
	Cloud    map[string]string           `yaml:"cloud"`
	SSH      inventorySSH                `yaml:"ssh"`
	Access   map[string]string           `yaml:"openstack,omitempty"`
	Nodes    map[string]inventoryNode    `yaml:"nodes"`
	Machines map[string]inventoryMachine `yaml:"machines,omitempty"`
	Switches map[string]inventorySwitch  `yaml:"switches,omitempty"`
	Services map[string]inventoryService `yaml:"services"`
	Groups   map[string]Group            `yaml:"groups,omitempty"`
}

type inventorySSH struct {
	User       string `yaml:"user"`
	Key        string `yaml:"key"`
	KnownHosts string `yaml:"known_hosts"`
	Sudo       bool   `yaml:"sudo"`
}

type inventoryNode struct {
	Address string          `yaml:"address"`
	Roles   []string        `yaml:"roles"`
	Zone    string          `yaml:"zone,omitempty"`
	Rack    string          `yaml:"rack,omitempty"`
	Switch  string          `yaml:"switch,omitempty"`
	Power   *inventoryPower `yaml:"power,omitempty"`
}

type inventoryMachine struct {
	Local bool `yaml:"local"`
}

type inventorySwitch struct {
	On      string   `yaml:"on"`
	Netns   string   `yaml:"netns"`
	Devices []string `yaml:"devices"`
}

// hostMachine is the inventory's name of the machine on which the lab is.
const hostMachine = "lab-host"

type inventoryPower struct {
	Kind         string `yaml:"kind"`
	Address      string `yaml:"address"`
	User         string `yaml:"user"`
	PasswordFile string `yaml:"password_file"`
}

type inventoryService struct {
	Service `yaml:",inline"`
	On      map[string][]string `yaml:"on"`
}

// makeInventory turns a profile into what Eris is told of the lab.
func makeInventory(o Options, profile *Profile) inventoryFile {
	p := o.paths()
	file := inventoryFile{
		Version:  "eris/v1",
		Cloud:    map[string]string{"name": o.Name, "kind": "lab", "chaos": "allowed"},
		SSH:      inventorySSH{User: "eris", Key: p.key, KnownHosts: p.known, Sudo: true},
		Nodes:    map[string]inventoryNode{},
		Machines: map[string]inventoryMachine{},
		Switches: map[string]inventorySwitch{},
		Services: map[string]inventoryService{},
		Groups:   map[string]Group{},
	}
	if profile.VIP.IsValid() {
		file.Access = map[string]string{"file": p.clouds, "cloud": o.Name}
	}
	for _, n := range profile.Nodes {
		node := inventoryNode{
			Address: n.Address.String(), Roles: []string{n.Role}, Zone: n.Zone, Rack: n.Rack, Switch: n.Switch,
		}
		if power := p.bmcPower(n); power != nil {
			node.Power = &inventoryPower{string(power.Kind), power.Address.String(), power.User, power.PasswordFile}
		}
		file.Nodes[n.Name] = node
	}
	for _, name := range profile.switches() {
		held := inventorySwitch{On: hostMachine, Netns: p.netns}
		for _, w := range profile.wires(name) {
			held.Devices = append(held.Devices, w.bridge)
		}
		file.Machines[hostMachine] = inventoryMachine{Local: true}
		file.Switches[name] = held
	}
	for part, role := range profile.parts {
		maps.Copy(file.Groups, role.Groups)
		var on []string
		for _, n := range profile.nodesWith(part) {
			on = append(on, n.Name)
		}
		for _, name := range slices.Sorted(maps.Keys(role.Services)) {
			file.Services[name] = inventoryService{Service: role.Services[name], On: map[string][]string{"nodes": on}}
		}
	}
	return file
}

// writeAccess leaves everything with which the lab is used: keys, the
// inventory, and the credentials of its OpenStack.
func writeAccess(o Options, r *renderer) error {
	p := o.paths()
	if err := r.keys.write(p, r.profile); err != nil {
		return err
	}
	texts := map[string]any{p.inventory: makeInventory(o, r.profile)}
	if r.profile.VIP.IsValid() {
		texts[p.clouds] = r.access(o.Name)
	}
	for path, value := range texts {
		text, err := yaml.Marshal(value)
		if err == nil {
			err = os.WriteFile(path, text, 0o600)
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
	}
	return nil
}

// access is the clouds.yaml of the lab's administrator.
func (r *renderer) access(name string) any {
	return map[string]any{"clouds": map[string]any{name: map[string]any{
		"auth": map[string]string{
			"auth_url": r.authURL(), "username": "admin", "password": r.keys.password("admin"), "project_name": "admin",
			"user_domain_name": "Default", "project_domain_name": "Default",
		},
		"region_name": r.profile.Region, "identity_api_version": 3, "interface": "public",
	}}}
}

func (r *renderer) authURL() string { return fmt.Sprintf("http://%s:5000/v3", r.profile.VIP) }
