package balancer

// Admin is what its administrator has told a balancer of a server.
type Admin int

// What can be told of a server.
const (
	Ready Admin = iota
	Drain       // it gets no new requests
	Maint       // neither
)

// Obey has the balancer ask told, at each request, what its administrator has
// told it. told is not to call the balancer.
func (b *Balancer) Obey(told func(server string) Admin) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.told = told
}

// Figures are what a balancer counts of a server.
type Figures struct {
	Name     string
	Up       bool // by its checks
	Sessions int  // open connections
	Ever     int  // requests that it was given
}

// Figures are those of all servers, in the order of the configuration.
func (b *Balancer) Figures() []Figures {
	b.mu.Lock()
	defer b.mu.Unlock()
	sessions, all := b.sessions(), []Figures{}
	for _, m := range b.servers {
		all = append(all, Figures{Name: m.Name(), Up: m.up, Sessions: sessions[m.Name()], Ever: m.ever})
	}
	return all
}
