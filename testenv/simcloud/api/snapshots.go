package api

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// takes is how long Cinder makes a snapshot, and deletes one.
const takes = 300 * time.Millisecond

// snapshot is one of a volume. Its state follows from the time.
type snapshot struct {
	id, name, volume, project string
	size                      int
	metadata                  any
	made                      time.Time
	deleted                   time.Time // when it will be gone; zero: nobody asked
}

// volumetric is what Cinder's database has beside volumes.
type volumetric struct {
	snapshots map[string]*snapshot
	backups   map[string]*backup
	limited   map[string]int // the quotas of every project
}

func newVolumetric() volumetric {
	return volumetric{snapshots: map[string]*snapshot{}, backups: map[string]*backup{}, limited: map[string]int{
		"volumes": 100, "gigabytes": 1000, "snapshots": 100, "backups": 100, "backup_gigabytes": 1000,
	}}
}

func (s *snapshot) gone(now time.Time) bool { return !s.deleted.IsZero() && now.After(s.deleted) }

func (s *snapshot) status(now time.Time) string {
	switch {
	case !s.deleted.IsZero():
		return "deleting"
	case now.Sub(s.made) < takes:
		return "creating"
	default:
		return "available"
	}
}

func (s *snapshot) view(now time.Time) object {
	return object{
		"id": s.id, "name": s.name, "volume_id": s.volume, "size": s.size, "status": s.status(now), "metadata": s.metadata, "description": nil,
		"created_at": s.made.UTC().Format("2006-01-02T15:04:05.000000"), "os-extended-snapshot-attributes:project_id": s.project,
	}
}

// snapshots serves the snapshots of volumes, and the limits of projects.
func (s *Service) snapshots() {
	s.locked("GET /v3/{project}/limits", cinderWork, showVolumeLimits)
	s.locked("GET /v3/{project}/snapshots", cinderWork, listSnapshots)
	s.locked("GET /v3/{project}/snapshots/detail", cinderWork, listSnapshots)
	s.locked("POST /v3/{project}/snapshots", 2*cinderWork, createSnapshot)
	s.locked("GET /v3/{project}/snapshots/{id}", cinderWork/2, func(c *call) {
		if one := c.snapshot(); one != nil {
			c.json(200, object{"snapshot": one.view(time.Now())})
		}
	})
	s.locked("DELETE /v3/{project}/snapshots/{id}", cinderWork, func(c *call) {
		switch one, now := c.snapshot(), time.Now(); {
		case one == nil:
		case one.status(now) != "available":
			c.fail(400, "Invalid snapshot: Volume Snapshot status must be available or error.")
		default:
			one.deleted = now.Add(takes)
			c.w.WriteHeader(202)
		}
	})
}

// snapshot is the one that a request is about; otherwise the answer has been
// made. The caller holds the lock.
func (c *call) snapshot() *snapshot {
	one := c.service.store.snapshots[c.r.PathValue("id")]
	if one == nil || one.gone(time.Now()) || one.project != c.token.Project && !c.admin() {
		c.fail(404, "Snapshot "+c.r.PathValue("id")+" could not be found.")
		return nil
	}
	return one
}

func listSnapshots(c *call) {
	store, now, rows := c.service.store, time.Now(), []object{}
	all := c.r.URL.Query().Get("all_tenants") != "" && c.admin()
	for _, id := range slices.Sorted(maps.Keys(store.snapshots)) {
		one := store.snapshots[id]
		row := one.view(now)
		switch {
		case one.gone(now):
			delete(store.snapshots, id)
		case (all || one.project == c.token.Project) && matches(row, c.r.URL.Query()):
			rows = append(rows, row)
		}
	}
	c.json(200, object{"snapshots": rows})
}

func createSnapshot(c *call) {
	var body struct {
		Snapshot struct {
			Name     string            `json:"name"`
			Volume   string            `json:"volume_id"`
			Metadata map[string]string `json:"metadata"`
		} `json:"snapshot"`
	}
	if !c.decode(&body) {
		return
	}
	store, ask := c.service.store, body.Snapshot
	size, found := store.volumeSize(ask.Volume)
	switch {
	case ask.Volume == "":
		c.fail(400, "Invalid input for field/attribute snapshot. 'volume_id' is a required property")
		return
	case !found:
		c.fail(404, "Volume "+ask.Volume+" could not be found.")
		return
	case !c.volumetricRoom("snapshots", 1) || !c.volumetricRoom("gigabytes", size):
		return
	}
	metadata := ask.Metadata
	if metadata == nil {
		metadata = map[string]string{}
	}
	one := &snapshot{id: store.newID(), name: ask.Name, volume: ask.Volume, project: c.token.Project, size: size, metadata: metadata, made: time.Now()}
	store.snapshots[one.id] = one
	c.json(202, object{"snapshot": one.view(one.made)})
}

// snapshotsOf is how many snapshots a volume has. The caller holds the lock.
func (s *Store) snapshotsOf(volume string) int {
	n := 0
	for _, one := range s.snapshots {
		if one.volume == volume && !one.gone(time.Now()) {
			n++
		}
	}
	return n
}

// volumetricUse is what a project has of Cinder's quotas. The caller holds the
// lock.
func (s *Store) volumetricUse(project string) map[string]int {
	volumes, gigabytes := s.volumesOf(project)
	use := map[string]int{"volumes": volumes, "gigabytes": gigabytes}
	for _, one := range s.snapshots {
		if one.project == project && !one.gone(time.Now()) {
			use["snapshots"]++
			use["gigabytes"] += one.size
		}
	}
	for _, one := range s.backups {
		if one.project == project && !one.gone(time.Now()) {
			use["backups"]++
			use["backup_gigabytes"] += one.size
		}
	}
	return use
}

// volumetricRoom tells whether the project may have more of something of
// Cinder's; otherwise the answer has been made. The caller holds the lock.
func (c *call) volumetricRoom(quota string, more int) bool {
	limit := c.service.store.limitOf(c.token.Project, quota, c.service.store.limited[quota])
	if limit < 0 || c.service.store.volumetricUse(c.token.Project)[quota]+more <= limit {
		return true
	}
	kind := map[string]string{"volumes": "VolumeLimitExceeded", "snapshots": "SnapshotLimitExceeded", "gigabytes": "VolumeSizeExceedsAvailableQuota", "backups": "BackupLimitExceeded", "backup_gigabytes": "VolumeBackupSizeExceedsAvailableQuota"}[quota]
	c.fail(413, fmt.Sprintf("%s: Maximum number of %s allowed (%d) exceeded for quota '%s'.", kind, quota, limit, quota))
	return false
}

func showVolumeLimits(c *call) {
	store := c.service.store
	use := store.volumetricUse(c.token.Project)
	limit := func(quota string) int { return store.limitOf(c.token.Project, quota, store.limited[quota]) }
	c.json(200, object{"limits": object{"rate": []object{}, "absolute": object{
		"maxTotalVolumes": limit("volumes"), "totalVolumesUsed": use["volumes"],
		"maxTotalVolumeGigabytes": limit("gigabytes"), "totalGigabytesUsed": use["gigabytes"],
		"maxTotalSnapshots": limit("snapshots"), "totalSnapshotsUsed": use["snapshots"],
		"maxTotalBackups": limit("backups"), "totalBackupsUsed": use["backups"],
		"maxTotalBackupGigabytes": limit("backup_gigabytes"), "totalBackupGigabytesUsed": use["backup_gigabytes"],
	}}})
}
