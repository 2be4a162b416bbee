package api

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// volume is a row of Cinder's, and what becomes of it at a server.
type volume struct {
	id, name    string
	size        int
	user        string
	project     string
	created     time.Time
	bootable    bool
	multiattach bool
	encrypted   bool
	metadata    map[string]string
	at          *attachment // nil where it is at none
	busy        string      // its status until then, while Cinder does something with it
	until       time.Time
}

// status is in Cinder's words.
func (v *volume) status() string {
	switch {
	case time.Now().Before(v.until):
		return v.busy
	case v.at == nil:
		return "available"
	case v.at.leaving:
		return "detaching"
	case v.at.due.IsZero():
		return "in-use"
	}
	return "attaching"
}

func (v *volume) view() object {
	attachments := []object{}
	if v.at != nil && (v.at.leaving || v.at.due.IsZero()) {
		attachments = append(attachments, object{
			"id": v.id, "volume_id": v.id, "attachment_id": v.at.id, "server_id": v.at.server, "device": v.at.device, "host_name": nil, "attached_at": stamp(v.at.since),
		})
	}
	return object{
		"id": v.id, "name": v.name, "size": v.size, "status": v.status(), "attachments": attachments, "metadata": maps.Clone(v.metadata),
		"availability_zone": "nova", "bootable": map[bool]string{true: "true", false: "false"}[v.bootable], "encrypted": v.encrypted, "volume_type": "simulated",
		"created_at": stamp(v.created), "description": nil, "user_id": v.user, "multiattach": v.multiattach, "links": []object{},
	}
}

// stamp is a time as Cinder writes it.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000000") }

func (s *Service) cinder() {
	doc := func(c *call) object { return version("v3.0", "CURRENT", "3.0", "3.70", c.base()+"/v3/") }
	s.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		c := s.call(w, r)
		c.json(http.StatusMultipleChoices, object{"versions": []object{doc(c)}})
	})
	s.mux.HandleFunc("GET /v3/{$}", func(w http.ResponseWriter, r *http.Request) {
		c := s.call(w, r)
		c.json(200, object{"versions": []object{doc(c)}})
	})
	s.handle("GET /v3/{project}/volumes", need{work: cinderWork}, s.listVolumes)
	s.handle("GET /v3/{project}/volumes/detail", need{work: cinderWork}, s.listVolumes)
	s.handle("POST /v3/{project}/volumes", need{work: 2 * cinderWork, write: true}, s.makeVolume)
	s.handle("GET /v3/{project}/volumes/{id}", need{work: cinderWork / 2}, s.withVolume(func(c *call, v *volume) {
		c.json(200, object{"volume": v.view()})
	}))
	s.handle("DELETE /v3/{project}/volumes/{id}", need{work: cinderWork, write: true}, s.withVolume(func(c *call, v *volume) {
		if v.status() != "available" || s.store.snapshotsOf(v.id) > 0 {
			c.fail(400, "Invalid volume: Volume status must be available or error and must not be attached, or have snapshots.")
			return
		}
		delete(s.store.volumes, v.id)
		c.w.WriteHeader(202)
	}))
	s.handle("POST /v3/{project}/volumes/{id}/metadata", need{work: cinderWork, write: true}, s.withVolume(func(c *call, v *volume) {
		var body struct {
			Metadata map[string]string `json:"metadata"`
		}
		if !c.decode(&body) {
			return
		}
		maps.Copy(v.metadata, body.Metadata)
		c.json(200, object{"metadata": maps.Clone(v.metadata)})
	}))
	s.handle("DELETE /v3/{project}/volumes/{id}/metadata/{key}", need{work: cinderWork, write: true}, s.withVolume(func(c *call, v *volume) {
		key := c.r.PathValue("key")
		if _, is := v.metadata[key]; !is {
			c.fail(404, "Volume "+v.id+" has no metadata with key "+key+".")
			return
		}
		delete(v.metadata, key)
		c.w.WriteHeader(200)
	}))
	s.volumeServices()
	s.snapshots()
	s.backups()
	s.quotaSets("/v3/{project}", cinderWork, func() map[string]int { return s.store.limited }, s.store.volumetricUse)
	s.handle("POST /v3/{project}/volumes/{id}/action", need{work: cinderWork, write: true}, s.withVolume(actOnVolume))
	s.handle("GET /v3/{project}/types", need{work: cinderWork}, func(c *call) { c.json(200, object{"volume_types": []object{}}) })
}

func (s *Service) makeVolume(c *call) {
	var body struct {
		Volume struct {
			Name        string            `json:"name"`
			Size        int               `json:"size"`
			Image       string            `json:"imageRef"`
			Source      string            `json:"source_volid"`
			Snapshot    string            `json:"snapshot_id"`
			Multiattach bool              `json:"multiattach"`
			Type        string            `json:"volume_type"`
			Metadata    map[string]string `json:"metadata"`
		} `json:"volume"`
	}
	if !c.decode(&body) {
		return
	}
	ask := body.Volume
	v := &volume{
		id: s.store.NewID(), name: ask.Name, size: ask.Size, user: c.token.User, project: c.token.Project, created: time.Now(), bootable: ask.Image != "",
		multiattach: ask.Multiattach, encrypted: ask.Type == "encrypted", metadata: map[string]string{},
	}
	maps.Copy(v.metadata, ask.Metadata)
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	if !c.derived(v, ask.Source, ask.Snapshot) {
		return
	}
	switch {
	case v.size < 1:
		c.fail(400, "Invalid input received: Volume size must be an integer and greater than 0.")
	case c.volumetricRoom("volumes", 1) && c.volumetricRoom("gigabytes", v.size):
		s.store.volumes[v.id] = v
		shown := v.view()
		shown["status"] = "creating"
		c.json(202, object{"volume": shown})
	}
}

// listVolumes is of one page.
func (s *Service) listVolumes(c *call) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.move(time.Now())
	query, rows := c.r.URL.Query(), []object{}
	for _, id := range slices.Sorted(maps.Keys(s.store.volumes)) {
		v := s.store.volumes[id]
		switch name := query.Get("name"); {
		case v.project != c.token.Project && (query.Get("all_tenants") == "" || !c.admin()):
		case name != "" && name != v.name || query.Get("marker") != "":
		case strings.HasSuffix(c.r.URL.Path, "/detail"):
			rows = append(rows, v.view())
		default:
			rows = append(rows, object{"id": v.id, "name": v.name, "links": []object{}})
		}
	}
	c.json(200, object{"volumes": rows})
}

// withVolume answers for one volume, with the store's mutex held.
func (s *Service) withVolume(answer func(*call, *volume)) func(*call) {
	return func(c *call) {
		s.store.mu.Lock()
		defer s.store.mu.Unlock()
		s.store.move(time.Now())
		v := s.store.volumes[c.r.PathValue("id")]
		if v == nil || v.project != c.token.Project && !c.admin() {
			c.fail(404, "Volume "+c.r.PathValue("id")+" could not be found.")
			return
		}
		answer(c, v)
	}
}

// volumeSize is a volume's size in GiB. The caller holds the lock.
func (s *Store) volumeSize(id string) (gib int, found bool) {
	v := s.volumes[id]
	if v == nil {
		return 0, false
	}
	return v.size, true
}

// volumesOf is how many volumes a project has, and how large they are together.
// The caller holds the lock.
func (s *Store) volumesOf(project string) (n, gib int) {
	for _, v := range s.volumes {
		if v.project == project {
			n, gib = n+1, gib+v.size
		}
	}
	return n, gib
}
