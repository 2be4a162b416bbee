package simcloud

import (
	"context"
	secret "crypto/rand"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/api"
	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
	"github.com/openstack-eris/eris/testenv/simcloud/bmc"
	"github.com/openstack-eris/eris/testenv/simcloud/cluster"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
	"github.com/openstack-eris/eris/testenv/simcloud/scsi"
)

// Options is what a cloud is made of; the zero value is a cloud of three
// controllers.
type Options struct {
	Seed        int64
	Name        string            // "simulated" when empty
	Controllers int               // 3 when 0; at most 99
	Memory      uint64            // of each controller, in bytes; 16 GiB when 0
	Dir         string            // for inventory.yaml, clouds.yaml, known_hosts and the key; a temporary one when empty
	Balancer    balancer.Settings // balancer.Defaults when zero
	Turn        time.Duration     // how long a server takes to stop, to start or to be reset; 300 ms when 0
	// Systemless clouds have nodes without systemd; their inventory has every service as
	// a process.
	Systemless bool
	// Routers has the inventory name the L3 agents, which every node has. Their group
	// has to be declared there, and what a plan says of that has its place in it, so
	// that the plans of two clouds are no longer the same.
	Routers bool
	// Computes has the inventory name the nova-compute that every node has, as a group
	// of which one may be lost.
	Computes bool
	// Silent is after how long without a report an API takes its services and agents for
	// down; what each does by itself when 0: 75 s of Neutron's agents, a minute of others.
	Silent time.Duration
}

// Cloud is one simulated cloud. Its methods are safe for concurrent use.
type Cloud struct {
	opt    Options
	dir    string
	ownDir bool
	files  []string        // that Close removes
	ctx    context.Context // the life of the cloud, ended by Close
	cancel context.CancelFunc
	work   sync.WaitGroup

	bmcPassword string // of all nodes' management controllers
	started     atomic.Bool
	balancing   atomic.Pointer[machine] // the holder of the virtual address
	store       *api.Store

	machines []*machine
	fabric   *machine // beside them: it has the switches of their racks
	services map[string]*service
	told     told
	desyncs  marks
	isolated marks
	clients  clients
	meshed   anew
	guests   guests

	mu      sync.Mutex
	galera  *cluster.Galera
	address *cluster.Address
	routers routers
	holder  string
	pid     int // of the balancer that serves now
	mode    balancer.Mode
	writer  string    // the database node that all queries go to
	badDB   time.Time // since when the writer fails; zero while it does not
	cache   map[string]cached
	counted map[cached]*cacheFigures
	tokens  map[string]cached // that every Keystone takes for good, by what one has left there
	pulse   chan struct{}     // closed at every look at the cloud
}

// bmcUser is who may switch the nodes.
const bmcUser = "admin"

// machine is one node with what belongs to it.
type machine struct {
	*node.Node
	access  *access
	bmc     *bmc.Controller
	address string // as the nodes see it
	load    load
	broker  broker
	rack    *rack // nil: it is reached whatever becomes of the switches
}

// service is one API behind the balancer.
type service struct {
	backends []*backend
	balancer *balancer.Balancer
	front    *balancer.Front
}

// Start brings a cloud up. Close ends it; when ctx ends before, it stops
// working, and Close is still needed.
func Start(ctx context.Context, opt Options) (*Cloud, error) {
	if opt.Controllers == 0 {
		opt.Controllers = 3
	}
	if opt.Controllers < 1 || opt.Controllers > 99 {
		return nil, fmt.Errorf("start cloud: %d controllers, want 1 to 99", opt.Controllers)
	}
	if opt.Name == "" {
		opt.Name = "simulated"
	}
	if opt.Balancer == (balancer.Settings{}) {
		opt.Balancer = balancer.Defaults()
	}
	c := &Cloud{opt: opt, services: map[string]*service{}, address: &cluster.Address{}, cache: map[string]cached{}, pulse: make(chan struct{})}
	c.address.Draw = c.random("keepalived").Float64
	c.ctx, c.cancel = context.WithCancel(ctx)
	if err := c.start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start cloud: %w", err), c.Close())
	}
	return c, nil
}

func (c *Cloud) start() error {
	if err := c.makeDir(); err != nil {
		return err
	}
	c.store = api.NewStore(c.random("store"))
	if c.opt.Turn > 0 {
		c.store.Turn = c.opt.Turn
	}
	c.store.Silent = c.opt.Silent
	c.guests.all = map[string]*guest{}
	if block, claim := claimBlock(c.ctx, c.random("addresses")); claim != nil {
		c.guests.claim = claim
		c.store.Outside(block)
	}
	if c.opt.Memory > 0 {
		c.store.Room.MemoryMB = int(c.opt.Memory >> 20)
	}
	c.bmcPassword = secret.Text()[:16]
	if err := c.addFabric(); err != nil {
		return err
	}
	names := []string{}
	for i := range c.opt.Controllers {
		name := fmt.Sprintf("ctl-%d", i+1)
		names = append(names, name)
		if err := c.addMachine(name, i); err != nil {
			return err
		}
	}
	c.galera = cluster.NewGalera(names)
	for name := range api.Names() {
		if err := c.addService(name); err != nil {
			return err
		}
	}
	c.look(time.Now())
	if err := c.writeFiles(); err != nil {
		return err
	}
	c.started.Store(true)
	c.work.Go(c.run)
	if c.guests.claim != nil {
		c.work.Go(c.runGuests)
	}
	return nil
}

// random is the source of random numbers of one consumer, named so that
// another consumer's numbers do not depend on it.
func (c *Cloud) random(consumer string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(consumer))
	return rand.New(rand.NewPCG(uint64(c.opt.Seed), h.Sum64()))
}

func (c *Cloud) addMachine(name string, index int) error {
	m := &machine{address: fmt.Sprintf("127.1.0.%d", 11+index), rack: &rack{fabric: c.fabric, bridge: switchOf(index + 1)}}
	units := []node.Unit{}
	for _, p := range parts() {
		units = append(units, node.Unit{
			Name: p.unit, Description: "Simulated " + p.service, Exec: p.exec, Reload: p.reload, Restart: p.restart, KillMode: p.mode, Type: p.kind,
			Daemon: c.daemon(p, &stream{rand: c.random("startup/" + name + "/" + p.service)}),
		})
	}
	n, err := node.New(c.ctx, node.Options{
		Name: name, Cloud: c.opt.Name, Systemless: c.opt.Systemless, Address: m.address, Resolver: resolverAddress, Units: units, Network: &view{cloud: c, machine: m}, Memory: c.opt.Memory, Switch: mains{c, name}, Rand: c.random("node/" + name),
		Files: map[string]string{
			keystoneConfig:    "[token]\nprovider = fernet\n\n[fernet_tokens]\nmax_active_keys = 3\n",
			fernetKeys + "/0": "c3RhZ2VkIG9uIGV2ZXJ5IG5vZGUgZnJvbSB0aGUgMXM=",
			fernetKeys + "/1": "cHJpbWFyeSBvbiBldmVyeSBub2RlIGZyb20gMXN0IG8=",
		},
		Disks: []node.Disk{
			{Source: "/dev/vdb", Number: "254:16", Point: databaseFiles, Size: 8 << 30, Files: 524288, Base: 2 << 30, Unit: partOf("mariadb").unit},
			{Source: "/dev/vdc", Number: "254:32", Point: "/srv", Size: 1 << 30, Files: 4096, Base: 128 << 20},
		},
		Mapped: []node.Mapped{{Name: "data-volume", Number: "254:48", Table: []string{"0 32768 linear 254:64 2048", "32768 32768 linear 254:80 2048"}}},
		SCSI:   []scsi.Disk{{Place: "0:0:1", ID: "wwn-0x33333330000007d0", WWID: "naa.33333330000007d0", Sectors: 16384}},
		ISCSI: []scsi.Target{{
			Name: "iqn.2010-10.org.openstack:volume-1", Portals: []string{"198.18.0.31:3260", "198.18.0.32:3260"},
			Disks: []scsi.Disk{{Place: "0:0:1", WWID: "t10.ERIS    volume-1", Sectors: 2097152}}, Manual: true,
		}},
	})
	if err != nil {
		return err
	}
	m.Node = n
	c.machines = append(c.machines, m)
	if m.access, err = c.openAccess(m); err != nil {
		return err
	}
	m.bmc, err = bmc.Listen(c.ctx, bmc.Machine{
		On: n.Powered, Reset: n.Reset,
		PowerOn: func() error { return c.PowerOn(name) }, PowerOff: func() error { return c.PowerOff(name) },
	}, bmcUser, c.bmcPassword)
	return err
}

func (c *Cloud) addService(name string) error {
	s := &service{}
	latency := &stream{rand: c.random("latency/" + name)}
	servers := []balancer.Server{}
	for _, m := range c.machines {
		b := newBackend(c, m, partOf(name), latency)
		s.backends = append(s.backends, b)
		servers = append(servers, fronted{b})
	}
	s.balancer = balancer.New(c.opt.Balancer, servers)
	s.balancer.Obey(func(server string) balancer.Admin { return c.told.of(c.balancing.Load(), name, server) })
	front, err := balancer.NewFront(c.ctx, s.balancer)
	if err != nil {
		return err
	}
	s.front = front
	c.services[name] = s
	c.store.SetEndpoint(name, "http://"+front.Address())
	return nil
}

// Close ends the cloud and removes what it made.
func (c *Cloud) Close() error {
	var errs []error
	c.cancel()
	c.work.Wait()
	for _, s := range c.services {
		errs = append(errs, s.front.Close())
	}
	errs = append(errs, c.closeGuests())
	if c.fabric != nil {
		c.fabric.Close()
		if c.fabric.access != nil {
			errs = append(errs, c.fabric.access.Close())
		}
	}
	for _, m := range c.machines {
		if m.bmc != nil {
			errs = append(errs, m.bmc.Close())
		}
		m.Close()
		if m.access != nil {
			errs = append(errs, m.access.Close())
		}
	}
	for _, file := range c.files {
		errs = append(errs, os.Remove(file))
	}
	if c.ownDir {
		errs = append(errs, os.Remove(c.dir))
	}
	return errors.Join(errs...)
}

// Nodes lists the names of the nodes.
func (c *Cloud) Nodes() []string {
	names := make([]string, len(c.machines))
	for i, m := range c.machines {
		names[i] = m.Name()
	}
	return names
}

func (c *Cloud) machine(name string) *machine {
	at := slices.IndexFunc(c.machines, func(m *machine) bool { return m.Name() == name })
	if at < 0 {
		return nil
	}
	return c.machines[at]
}

// Node returns a node by its name, or nil. What is done to it there is done
// behind Eris' back.
func (c *Cloud) Node(name string) *node.Node {
	if m := c.any(name); m != nil {
		return m.Node
	}
	return nil
}

// Holder is the node that holds the virtual address, "" for none.
func (c *Cloud) Holder() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.holder
}

// Endpoint is the URL at which clients reach a service.
func (c *Cloud) Endpoint(service string) string { return c.store.Endpoint(service) }

// Name is the name of the cloud.
func (c *Cloud) Name() string { return c.opt.Name }
