package api

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

// Store is the database of the whole cloud. It is safe for concurrent use.
type Store struct {
	Password string        // of the user admin, and the key of all tokens
	Turn     time.Duration // how long a server takes to stop, to start or to be reset; set before anybody asks
	Silent   time.Duration // after how long without a report a service is taken for down; 0: as each API does
	Room     Room          // that each host has for servers
	Reclaim  time.Duration // how long a deleted server is kept (reclaim_instance_interval); 0: it is not; set before anybody asks

	mu        sync.Mutex
	rand      *rand.Rand
	endpoints map[string]string
	users     map[string]object
	projects  map[string]object
	servers   map[string]*server
	computes  map[string]*compute
	hosts     *rand.Rand // of the ids of computes and reporters
	reporters map[Daemon]*reporter
	flavors   map[string]object
	images    map[string]object
	networks  map[string]object
	subnets   map[string]object
	ports     map[string]object
	volumes   map[string]*volume
	revoked   map[string]bool
	build     time.Duration // median time from asking for a server to ACTIVE
	addresses int
	instances int            // that each project may have
	computing map[string]int // cores and ram, likewise; -1: no limit
	imaging   map[string]int // Glance's limits that Keystone has, by name; of those that it has not there is none
	overrides map[string]int // the quotas that a project has of its own, by project and resource
	macs      int
	networking
	sizing
	keyring
	identity
	blobs
	volumetric
	objectStore
	orchestration
	balancing
	workers map[string]time.Time // of the services that only talk by messages: when one was heard of last
}

// NewStore returns the database of a new cloud: the project and user admin,
// flavors tiny and small, the image probe, and the networks private and public with a
// router between them.
func NewStore(r *rand.Rand) *Store {
	s := &Store{
		Turn: 300 * time.Millisecond, Room: Room{4, 16384, 40}, reporters: map[Daemon]*reporter{}, rand: r, endpoints: map[string]string{}, computes: map[string]*compute{}, hosts: rand.New(rand.NewPCG(1, 53)), servers: map[string]*server{}, ports: map[string]object{}, volumes: map[string]*volume{},
		revoked: map[string]bool{}, build: 3500 * time.Millisecond, instances: 1000, computing: map[string]int{"cores": -1, "ram": -1}, imaging: map[string]int{}, overrides: map[string]int{}, networking: newNetworking(), sizing: newSizing(), keyring: newKeyring(), identity: newIdentity(), blobs: newBlobs(), volumetric: newVolumetric(), objectStore: newObjectStore(), orchestration: newOrchestration(), balancing: newBalancing(), workers: map[string]time.Time{},
	}
	s.Password = strings.ReplaceAll(s.newID(), "-", "")
	admin, project := s.hexID(), s.hexID()
	s.users = map[string]object{admin: {"id": admin, "name": "admin", "domain_id": "default", "enabled": true, "options": object{}, "password_expires_at": nil}}
	s.projects = map[string]object{project: {"id": project, "name": "admin", "domain_id": "default", "enabled": true, "is_domain": false, "parent_id": "default", "description": "", "tags": []string{}, "options": object{}}}
	for _, role := range []string{"admin", "member", "reader"} {
		s.assign(grant{admin, project}, role)
		s.assign(grant{admin, ""}, role)
	}
	s.flavors = map[string]object{}
	for i, name := range []string{"tiny", "small"} {
		id := fmt.Sprint(i + 1)
		s.flavors[id] = object{
			"id": id, "name": name, "ram": 64 << (3 * i), "vcpus": 1, "disk": 1 + i, "swap": "", "rxtx_factor": 1.0, "description": nil,
			"os-flavor-access:is_public": true, "OS-FLV-EXT-DATA:ephemeral": 0, "OS-FLV-DISABLED:disabled": false, "links": []object{}, "extra_specs": object{},
		}
	}
	image := s.newID()
	s.images = map[string]object{image: {
		"id": image, "name": "probe", "status": "active", "visibility": "public", "size": 1 << 20, "virtual_size": 1 << 20, "disk_format": "raw",
		"container_format": "bare", "min_disk": 0, "min_ram": 0, "owner": project, "protected": false, "tags": []string{},
		"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
		"os_hidden": false, "file": "/v2/images/" + image + "/file", "self": "/v2/images/" + image, "schema": "/v2/schemas/image",
	}}
	s.fill(s.images[image], make([]byte, 1<<20))
	s.networks, s.subnets = map[string]object{}, map[string]object{}
	s.network("private", "192.0.2.0/24", project, false)
	s.network("public", "198.51.100.0/24", project, true)
	s.join(project)
	return s
}

func (s *Store) network(name, cidr, project string, external bool) {
	id, subnet := s.newID(), s.newID()
	s.networks[id] = object{
		"id": id, "name": name, "status": "ACTIVE", "admin_state_up": true, "shared": true, "router:external": external, "subnets": []string{subnet},
		"project_id": project, "tenant_id": project, "mtu": 1450, "availability_zones": []string{"nova"}, "tags": []string{}, "port_security_enabled": true,
	}
	prefix := strings.TrimSuffix(cidr, "0/24")
	s.subnets[subnet] = object{
		"id": subnet, "name": name, "network_id": id, "cidr": cidr, "ip_version": 4, "gateway_ip": prefix + "1", "enable_dhcp": true, "project_id": project,
		"tenant_id": project, "allocation_pools": []object{{"start": prefix + "10", "end": prefix + "250"}}, "dns_nameservers": []string{},
	}
}

// SetEndpoint says at which URL clients reach a service.
func (s *Store) SetEndpoint(name, url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endpoints[name] = url
}

// Endpoint is the URL at which clients reach a service.
func (s *Store) Endpoint(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.endpoints[name]
}

// NewID returns a new UUID.
func (s *Store) NewID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newID()
}

func (s *Store) newID() string {
	a, b := s.rand.Uint64(), s.rand.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0xfff, b&0xffffffffffff)
}

func (s *Store) hexID() string { return strings.ReplaceAll(s.newID(), "-", "") }

// get returns a copy of one row, or nil.
func (s *Store) get(table map[string]object, id string) object {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(table[id])
}
