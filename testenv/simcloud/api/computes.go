package api

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"time"
)

// silentFor is how long Nova takes a nova-compute for alive that it has not heard of
// (service_down_time).
const silentFor = time.Minute

// compute is the nova-compute of one host, as Nova's database has it.
type compute struct {
	id      string
	heard   time.Time // when it reported last
	updated time.Time
	reason  any // why it is disabled, in its operator's words; nil where nobody said
	off     bool
	forced  bool // down, whatever it reports
}

// Heard notes that the nova-compute of a host has reported, at the first time that
// it is there.
func (s *Store) Heard(host string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.computes[host]
	if c == nil {
		c = &compute{id: s.computeID()}
		s.computes[host] = c
	}
	c.heard = now
}

// computeID is of a source of its own: what else the seed decides stays.
func (s *Store) computeID() string {
	own := &Store{rand: s.hosts}
	return own.newID()
}

func (c *compute) up(now time.Time, missed time.Duration) bool {
	return !c.forced && now.Sub(c.heard) < missed
}

func (c *compute) view(host string, now time.Time, missed time.Duration) object {
	status := map[bool]string{true: "disabled", false: "enabled"}[c.off]
	state := map[bool]string{true: "up", false: "down"}[c.up(now, missed)]
	return object{
		"id": c.id, "binary": "nova-compute", "host": host, "zone": "nova", "status": status, "state": state,
		"disabled_reason": c.reason, "forced_down": c.forced, "updated_at": cmp.Or(c.updated, c.heard).UTC().Format("2006-01-02T15:04:05.000000"),
	}
}

func (s *Service) listComputes(c *call) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	query, now, rows := c.r.URL.Query(), time.Now(), []object{}
	for _, host := range slices.Sorted(maps.Keys(s.store.computes)) {
		if wanted := query.Get("host"); wanted != "" && wanted != host || query.Get("binary") != "" && query.Get("binary") != "nova-compute" {
			continue
		}
		rows = append(rows, s.store.computes[host].view(host, now, s.store.missed(silentFor)))
	}
	c.json(http.StatusOK, object{"services": rows})
}

// updateCompute is PUT os-services/{id} of microversion 2.53.
func (s *Service) updateCompute(c *call) {
	var body struct {
		Status string `json:"status"`
		Reason string `json:"disabled_reason"`
		Forced *bool  `json:"forced_down"`
	}
	if !c.decode(&body) {
		return
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for host, one := range s.store.computes {
		if one.id != c.r.PathValue("id") {
			continue
		}
		switch {
		case body.Status == "" && body.Forced == nil:
			c.fail(http.StatusBadRequest, "No updates were requested. Fields 'status' or 'forced_down' should be specified.")
			return
		case body.Status != "disabled" && body.Reason != "":
			c.fail(http.StatusBadRequest, "Specifying 'disabled_reason' requires that status is 'disabled'.")
			return
		case body.Status != "" && body.Status != "enabled" && body.Status != "disabled":
			c.fail(http.StatusBadRequest, "Invalid input for field/attribute status.")
			return
		}
		if body.Status != "" {
			one.off, one.reason = body.Status == "disabled", nil
			if body.Reason != "" {
				one.reason = body.Reason
			}
		}
		if body.Forced != nil {
			one.forced = *body.Forced
		}
		one.updated = time.Now()
		c.json(http.StatusOK, object{"service": one.view(host, one.updated, s.store.missed(silentFor))})
		return
	}
	c.fail(http.StatusNotFound, "Service "+c.r.PathValue("id")+" could not be found.")
}

// place is the host that a server is to be on, the one with the fewest of them that
// are enabled and up, and another than but; none where there is no valid one, or no
// host at all is known. Called with mu held.
func (s *Store) place(now time.Time, but string) (host string, valid bool) {
	if len(s.computes) == 0 {
		return "", true
	}
	load := map[string]int{}
	for _, vm := range s.servers {
		if !vm.gone(now) {
			load[vm.host]++
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.computes)) {
		if one := s.computes[name]; name == but || one.off || !one.up(now, s.missed(silentFor)) {
			continue
		}
		if !valid || load[name] < load[host] {
			host, valid = name, true
		}
	}
	return host, valid
}
