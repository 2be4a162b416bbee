package api_test

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestVolumesAreCopiedExtendedAndBackedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		s.run("cinder-api",
			step{`POST /v3/{project}/volumes < {"volume": {"name": "v", "size": 2}}`, 202, "", "volume"},
			step{`POST /v3/{project}/volumes < {"volume": {"name": "c", "size": 1, "source_volid": "{volume}"}}`, 400, "cannot be smaller", ""},
			step{`POST /v3/{project}/volumes < {"volume": {"name": "c", "source_volid": "none"}}`, 404, "could not be found", ""},
			step{`POST /v3/{project}/volumes < {"volume": {"name": "c", "source_volid": "{volume}"}}`, 202, `"size":2`, "clone"},
			step{`GET /v3/{project}/volumes/{clone}`, 200, `"status":"creating"`, ""},
			step{`DELETE /v3/{project}/volumes/{clone}`, 400, "must be available", ""},
			step{`POST /v3/{project}/volumes < {"volume": {"name": "d", "snapshot_id": "none"}}`, 404, "could not be found", ""},
			step{`POST /v3/{project}/snapshots < {"snapshot": {"name": "s", "volume_id": "{volume}"}}`, 202, "", "snapshot"},
			step{`POST /v3/{project}/volumes < {"volume": {"name": "d", "snapshot_id": "{snapshot}"}}`, 400, "Originating snapshot", ""},
			step{`POST /v3/{project}/volumes/{volume}/action < {"os-dance": {}}`, 400, "no such action", ""},
			step{`POST /v3/{project}/volumes/{volume}/action < {"os-extend": {"new_size": 2}}`, 400, "must be greater", ""},
			step{`POST /v3/{project}/volumes/{volume}/action < {"os-extend": {"new_size": 2000}}`, 413, "VolumeSizeExceedsAvailableQuota", ""},
			step{`POST /v3/{project}/volumes/{volume}/action < {"os-extend": {"new_size": 3}}`, 202, "", ""},
			step{`POST /v3/{project}/volumes/{volume}/action < {"os-extend": {"new_size": 4}}`, 400, "extending", ""},
			step{`POST /v3/{project}/backups < {"backup": {"name": "b", "volume_id": "{volume}"}}`, 400, "must be available", ""},
			step{`POST /v3/{project}/backups < {"backup": {"name": "b", "volume_id": "none"}}`, 404, "could not be found", ""},
		)
		time.Sleep(time.Second)
		s.run("cinder-api",
			step{`GET /v3/{project}/volumes/{clone}`, 200, `"status":"available"`, ""},
			step{`GET /v3/{project}/volumes/{volume}`, 200, `"size":3`, ""},
			step{`POST /v3/{project}/volumes < {"volume": {"name": "d", "snapshot_id": "{snapshot}"}}`, 202, `"size":2`, "derived"},
			step{`POST /v3/{project}/backups < {"backup": {"name": "b", "volume_id": "{volume}"}}`, 202, "", "backup"},
			step{`GET /v3/{project}/volumes/{volume}`, 200, `"status":"backing-up"`, ""},
			step{`GET /v3/{project}/backups/{backup}`, 200, `"status":"creating"`, ""},
			step{`POST /v3/{project}/backups/{backup}/restore < {"restore": {"volume_id": "{volume}"}}`, 400, "must be available", ""},
			step{`DELETE /v3/{project}/backups/{backup}`, 400, "must be available", ""},
			step{`GET /v3/{project}/limits`, 200, `"totalBackupGigabytesUsed":3`, ""},
		)
		time.Sleep(time.Second)
		s.run("cinder-api",
			step{`POST /v3/{project}/backups/{backup}/restore < {"restore": {"volume_id": "none"}}`, 404, "could not be found", ""},
			step{`POST /v3/{project}/backups/{backup}/restore < {"restore": {"volume_id": "{clone}"}}`, 400, "must be available", ""},
			step{`POST /v3/{project}/backups/{backup}/restore < {"restore": {"volume_id": "{volume}"}}`, 202, `"backup_id":"{backup}"`, ""},
			step{`GET /v3/{project}/volumes/{volume}`, 200, `"status":"restoring-backup"`, ""},
			step{`GET /v3/{project}/backups/detail`, 200, `"status":"restoring"`, ""},
		)
		time.Sleep(time.Second)
		s.run("cinder-api", step{`DELETE /v3/{project}/backups/{backup}`, 202, "", ""})
		time.Sleep(time.Second)
		s.run("cinder-api", step{`GET /v3/{project}/backups/{backup}`, 404, "", ""}, step{`GET /v3/{project}/backups`, 200, `{"backups":[]}`, ""})
		s.store.Limit("backups", 0)
		s.run("cinder-api", step{`POST /v3/{project}/backups < {"backup": {"name": "b", "volume_id": "{volume}"}}`, 413, "BackupLimitExceeded", ""})
	})
}
