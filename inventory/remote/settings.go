package remote

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"github.com/kevinburke/ssh_config"

	"github.com/openstack-eris/eris/inventory"
)

// route is everything needed to reach one machine.
type route struct {
	address    string // host:port
	names      []string
	user       string
	sudo       bool
	key        string // only this one, when it is set
	keys       []string
	knownHosts []string
	jump       *route
}

// settings is what the operator's own SSH set-up adds to the inventory.
type settings struct {
	home   string
	user   string
	agent  string // socket; empty when there is none
	config *ssh_config.Config
}

func readSettings(o Options) (*settings, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return nil, fmt.Errorf("find the home directory: %w", err)
	}
	s := &settings{home: home, agent: o.AgentSocket, config: &ssh_config.Config{}}
	if s.agent == "" {
		s.agent = os.Getenv("SSH_AUTH_SOCK")
	}
	if u, err := user.Current(); err == nil {
		s.user = u.Username
	}
	file := o.Config
	if file == "" {
		file = filepath.Join(home, ".ssh", "config")
	}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) && o.Config == "" {
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read ssh config: %w", err)
	}
	if s.config, err = ssh_config.DecodeBytes(text); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	return s, nil
}

// route lays the inventory over ~/.ssh/config, which is asked for the node's
// name and then for its address.
func (s *settings) route(n *inventory.Node) route {
	host := n.Address.Addr().String()
	port := fmt.Sprint(n.Address.Port())
	r := route{
		address: net.JoinHostPort(host, port), names: []string{net.JoinHostPort(host, port), net.JoinHostPort(n.Name, port)},
		user: n.SSH.User, sudo: n.SSH.Sudo, key: n.SSH.Key,
	}
	aliases := []string{n.Name, host}
	s.complete(&r, aliases)
	if n.SSH.KnownHosts != "" {
		r.knownHosts = []string{n.SSH.KnownHosts}
	}
	jump := n.SSH.Jump
	if jump == "" {
		jump = s.first(aliases, "ProxyJump")
	}
	if jump != "" && jump != "none" {
		j := s.jumpRoute(jump, &r)
		r.jump = &j
	}
	return r
}

// jumpRoute reads user@host:port. The jump host is verified by the same
// known_hosts as the node behind it.
func (s *settings) jumpRoute(jump string, behind *route) route {
	who, where := "", jump
	if i := strings.LastIndex(jump, "@"); i >= 0 {
		who, where = jump[:i], jump[i+1:]
	}
	alias, port, err := net.SplitHostPort(where)
	if err != nil {
		alias, port = strings.Trim(where, "[]"), ""
	}
	aliases := []string{alias}
	if port == "" {
		port = s.first(aliases, "Port")
	}
	if port == "" {
		port = "22"
	}
	host := s.first(aliases, "HostName")
	if host == "" {
		host = alias
	}
	r := route{address: net.JoinHostPort(host, port), names: []string{net.JoinHostPort(host, port), net.JoinHostPort(alias, port)}, user: who, key: behind.key}
	s.complete(&r, aliases)
	r.knownHosts = behind.knownHosts
	return r
}

// complete fills in user, keys and known_hosts where the inventory is silent.
func (s *settings) complete(r *route, aliases []string) {
	if r.user == "" {
		r.user = s.first(aliases, "User")
	}
	if r.user == "" {
		r.user = s.user
	}
	for _, alias := range aliases {
		files, err := s.config.GetAll(alias, "IdentityFile")
		if err != nil {
			continue
		}
		for _, f := range files {
			r.keys = append(r.keys, s.expand(f))
		}
	}
	if len(r.keys) == 0 {
		for _, name := range []string{"id_ed25519", "id_ecdsa", "id_rsa"} {
			r.keys = append(r.keys, filepath.Join(s.home, ".ssh", name))
		}
	}
	declared := strings.Fields(s.first(aliases, "UserKnownHostsFile"))
	if len(declared) == 0 {
		declared = []string{"~/.ssh/known_hosts"}
	}
	for _, f := range append(declared, "/etc/ssh/ssh_known_hosts") {
		if f = s.expand(f); exists(f) {
			r.knownHosts = append(r.knownHosts, f)
		}
	}
}

func (s *settings) first(aliases []string, key string) string {
	for _, alias := range aliases {
		if v, err := s.config.Get(alias, key); err == nil && v != "" {
			return v
		}
	}
	return ""
}

func (s *settings) expand(file string) string {
	if rest, ok := strings.CutPrefix(file, "~/"); ok {
		return filepath.Join(s.home, rest)
	}
	return strings.ReplaceAll(file, "%d", s.home)
}

func exists(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular()
}
