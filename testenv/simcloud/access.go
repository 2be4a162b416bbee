package simcloud

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	yaml "go.yaml.in/yaml/v4"
	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/openstack-eris/eris/testenv/simcloud/node"
	"github.com/openstack-eris/eris/testenv/simcloud/ssh"
)

// access is the way into a node.
type access struct {
	server *ssh.Server
	known  string // its line for known_hosts

	mu   sync.Mutex
	off  bool // it has no power, or somebody has cut it
	dark bool // its switch is off
}

// follow changes why nobody gets in.
func (a *access) follow(change func(*access)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change(a)
	a.server.Cut(a.off || a.dark)
}

func (a *access) Close() error { return a.server.Close() }

func newKey() (ed25519.PrivateKey, gossh.Signer, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	signer, err := gossh.NewSignerFromKey(private)
	return private, signer, err
}

func (c *Cloud) openAccess(m *machine) (*access, error) {
	_, host, err := newKey()
	if err != nil {
		return nil, err
	}
	user, err := c.userKey()
	if err != nil {
		return nil, err
	}
	server, err := ssh.Listen(c.ctx, ssh.Options{
		HostKey: host, Authorized: user, Forward: c.forward,
		Run: func(ctx context.Context, command ssh.Command) int { return m.Run(ctx, node.Session(command)) },
	})
	if err != nil {
		return nil, err
	}
	return &access{server: server, known: knownhosts.Line([]string{server.Addr().String()}, host.PublicKey())}, nil
}

// forward lets a client jump from one node to another, and nowhere else.
func (c *Cloud) forward(host string, port uint32) (string, error) {
	address := net.JoinHostPort(host, strconv.FormatUint(uint64(port), 10))
	for _, m := range c.machines {
		if m.access.server.Addr().String() == address {
			return address, nil
		}
	}
	return "", fmt.Errorf("no node at %s", address)
}

func (c *Cloud) makeDir() error {
	if c.opt.Dir == "" {
		dir, err := os.MkdirTemp("", "eris-simcloud-")
		c.dir, c.ownDir = dir, err == nil
		return err
	}
	// Absolute, because an inventory's paths are relative to its own folder.
	dir, err := filepath.Abs(c.opt.Dir)
	if err != nil {
		return err
	}
	c.dir = dir
	return os.MkdirAll(dir, 0o700)
}

func (c *Cloud) file(name string) string { return filepath.Join(c.dir, name) }

// write leaves a file that Close removes.
func (c *Cloud) write(name string, data []byte) error {
	if err := os.WriteFile(c.file(name), data, 0o600); err != nil {
		return err
	}
	c.files = append(c.files, c.file(name))
	return nil
}

// userKey makes the key that may log in to all nodes, once.
func (c *Cloud) userKey() (gossh.PublicKey, error) {
	if data, err := os.ReadFile(c.file("id")); err == nil && len(c.files) > 0 {
		signer, err := gossh.ParsePrivateKey(data)
		if err != nil {
			return nil, err
		}
		return signer.PublicKey(), nil
	}
	private, signer, err := newKey()
	if err != nil {
		return nil, err
	}
	block, err := gossh.MarshalPrivateKey(private, "eris simulated cloud")
	if err != nil {
		return nil, err
	}
	return signer.PublicKey(), c.write("id", pem.EncodeToMemory(block))
}

// Inventory is the path of the cloud's inventory.
func (c *Cloud) Inventory() string { return c.file("inventory.yaml") }

// Clouds is the path of a clouds.yaml with credentials of an administrator,
// under the cloud's name.
func (c *Cloud) Clouds() string { return c.file("clouds.yaml") }

type fields = map[string]any

func (c *Cloud) writeFiles() error {
	var known strings.Builder
	nodes := fields{}
	for i, m := range c.machines {
		known.WriteString(m.access.known + "\n")
		nodes[m.Name()] = fields{
			"address": m.access.server.Addr().String(), "listen": m.address, "roles": []string{"controller"},
			"zone": "az-1", "rack": fmt.Sprintf("rack-%d", i+1), "switch": switchOf(i + 1),
			"power": fields{"kind": "ipmi", "address": m.bmc.Addr().String(), "user": bmcUser, "password_file": c.file("bmc-password")},
		}
	}
	known.WriteString(c.fabric.access.known + "\n")
	machines, switches := c.fabricFiles()
	services, groups := fields{}, fields{}
	for _, p := range parts() {
		if wanted, optional := map[string]bool{routerAgent: c.opt.Routers, computeAgent: c.opt.Computes, volumeScheduler: false, volumeService: false}[p.service]; optional {
			if !wanted {
				continue
			}
			groups[p.service] = fields{"services": []string{p.service}, "rule": "n-1"} // any of them can lead, or take a server
		}
		entry := fields{"unit": p.unit, "on": fields{"role": "controller"}, "health": p.health}
		if c.opt.Systemless {
			delete(entry, "unit")
			program, _, _ := strings.Cut(p.exec, " ")
			entry["process"] = filepath.Base(program)
			if strings.HasPrefix(p.health.Command, "systemctl ") {
				delete(entry, "health") // its process is what there is to ask
			}
		}
		if p.port != 0 {
			entry["port"] = p.port
		}
		if p.leader != "" {
			entry["leader"] = fields{"command": p.leader}
		}
		services[p.service] = entry
	}
	inventory := fields{
		"version": "eris/v1", "cloud": fields{"name": c.opt.Name, "kind": "simulated", "chaos": "allowed"},
		"ssh":       fields{"user": "root", "key": c.file("id"), "known_hosts": c.file("known_hosts")},
		"openstack": fields{"file": c.Clouds(), "cloud": c.opt.Name},
		"nodes":     nodes, "services": services, "machines": machines, "switches": switches,
	}
	if len(groups) > 0 {
		inventory["groups"] = groups
	}
	clouds := fields{"clouds": fields{c.opt.Name: fields{
		"auth": fields{
			"auth_url": c.Endpoint("keystone") + "/v3", "username": "admin", "password": c.store.Password, "project_name": "admin",
			"user_domain_name": "Default", "project_domain_name": "Default",
		},
		"region_name": "RegionOne", "identity_api_version": 3, "interface": "public",
	}}}
	if err := c.write("known_hosts", []byte(known.String())); err != nil {
		return err
	}
	if err := c.write("bmc-password", []byte(c.bmcPassword+"\n")); err != nil {
		return err
	}
	// The inventory comes last: who sees it finds the rest.
	return errors.Join(c.writeYAML("clouds.yaml", clouds), c.writeYAML("inventory.yaml", inventory))
}

func (c *Cloud) writeYAML(name string, document any) error {
	text, err := yaml.Marshal(document)
	if err != nil {
		return err
	}
	return c.write(name, text)
}
