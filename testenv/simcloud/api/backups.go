package api

import (
	"maps"
	"slices"
	"time"
)

// backup is one of a volume. It is kept as a snapshot is: its state follows from
// the time.
type backup struct {
	snapshot
	until time.Time // it is being restored until then
}

func (b *backup) status(now time.Time) string {
	if now.Before(b.until) {
		return "restoring"
	}
	return b.snapshot.status(now)
}

func (b *backup) view(now time.Time) object {
	row := b.snapshot.view(now)
	row["status"], row["object_count"], row["is_incremental"], row["fail_reason"] = b.status(now), 1, false, nil
	return row
}

// backups serves the backups of volumes.
func (s *Service) backups() {
	list := func(c *call) {
		store, now, rows := c.service.store, time.Now(), []object{}
		for _, id := range slices.Sorted(maps.Keys(store.backups)) {
			switch one := store.backups[id]; {
			case one.gone(now):
				delete(store.backups, id)
			case one.project == c.token.Project:
				rows = append(rows, one.view(now))
			}
		}
		c.json(200, object{"backups": rows})
	}
	s.locked("GET /v3/{project}/backups", cinderWork, list)
	s.locked("GET /v3/{project}/backups/detail", cinderWork, list)
	s.locked("POST /v3/{project}/backups", 2*cinderWork, createBackup)
	s.locked("GET /v3/{project}/backups/{id}", cinderWork/2, func(c *call) {
		if one := c.backup(); one != nil {
			c.json(200, object{"backup": one.view(time.Now())})
		}
	})
	s.locked("POST /v3/{project}/backups/{id}/restore", 2*cinderWork, restoreBackup)
	s.locked("DELETE /v3/{project}/backups/{id}", cinderWork, func(c *call) {
		switch one, now := c.backup(), time.Now(); {
		case one == nil:
		case one.status(now) != "available":
			c.fail(400, "Invalid backup: Backup status must be available or error.")
		default:
			one.deleted = now.Add(takes)
			c.w.WriteHeader(202)
		}
	})
}

// backup is the one that a request is about; otherwise the answer has been made.
// The caller holds the lock.
func (c *call) backup() *backup {
	one := c.service.store.backups[c.r.PathValue("id")]
	if one == nil || one.gone(time.Now()) || one.project != c.token.Project && !c.admin() {
		c.fail(404, "Backup "+c.r.PathValue("id")+" could not be found.")
		return nil
	}
	return one
}

func createBackup(c *call) {
	var body struct {
		Backup struct {
			Name   string `json:"name"`
			Volume string `json:"volume_id"`
		} `json:"backup"`
	}
	if !c.decode(&body) {
		return
	}
	store, now := c.service.store, time.Now()
	switch v := store.volumes[body.Backup.Volume]; {
	case v == nil || v.project != c.token.Project:
		c.fail(404, "Volume "+body.Backup.Volume+" could not be found.")
	case v.status() != "available":
		c.fail(400, "Invalid volume: Volume to be backed up must be available, but the current status is \""+v.status()+"\".")
	case c.volumetricRoom("backups", 1) && c.volumetricRoom("backup_gigabytes", v.size):
		one := &backup{snapshot: snapshot{
			id: store.newID(), name: body.Backup.Name, volume: v.id, project: v.project, size: v.size, metadata: map[string]string{}, made: now,
		}}
		store.backups[one.id] = one
		v.busy, v.until = "backing-up", now.Add(takes)
		c.json(202, object{"backup": object{"id": one.id, "name": one.name, "links": []object{}}})
	}
}

func restoreBackup(c *call) {
	one := c.backup()
	if one == nil {
		return
	}
	var body struct {
		Restore struct {
			Volume string `json:"volume_id"`
		} `json:"restore"`
	}
	if !c.decode(&body) {
		return
	}
	store, now := c.service.store, time.Now()
	switch v := store.volumes[body.Restore.Volume]; {
	case v == nil || v.project != one.project:
		c.fail(404, "Volume "+body.Restore.Volume+" could not be found.")
	case one.status(now) != "available":
		c.fail(400, "Invalid backup: Backup status must be available.")
	case v.status() != "available" || v.size < one.size:
		c.fail(400, "Invalid volume: Volume to be restored to must be available.")
	default:
		one.until = now.Add(takes)
		v.busy, v.until = "restoring-backup", one.until
		c.json(202, object{"restore": object{"backup_id": one.id, "volume_id": v.id, "volume_name": v.name}})
	}
}
