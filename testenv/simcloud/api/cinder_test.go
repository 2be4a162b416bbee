package api_test

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestAVolumeStaysWhileItHasSnapshots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t)
		s.run("cinder-api",
			step{`POST /v3/{project}/volumes < {"volume": {"name": "v"}}`, 400, "Volume size", ""},
			step{`POST /v3/{project}/volumes < {"volume": {"name": "v", "size": 2}}`, 202, `"status":"creating"`, "volume"},
			step{`GET /v3/{project}/volumes/{volume}`, 200, `"status":"available"`, ""},
			step{`GET /v3/{project}/volumes/detail?name=v`, 200, `"size":2`, ""},
			step{`POST /v3/{project}/snapshots < {"snapshot": {}}`, 400, "required", ""},
			step{`POST /v3/{project}/snapshots < {"snapshot": {"volume_id": "none"}}`, 404, "could not be found", ""},
			step{`POST /v3/{project}/snapshots < {"snapshot": {"name": "s", "volume_id": "{volume}"}}`, 202, `"status":"creating"`, "snapshot"},
			step{`DELETE /v3/{project}/snapshots/{snapshot}`, 400, "status must be available", ""},
			step{`GET /v3/{project}/limits`, 200, `"totalGigabytesUsed":4`, ""},
		)
		time.Sleep(time.Second)
		s.run("cinder-api",
			step{`GET /v3/{project}/snapshots/{snapshot}`, 200, `"status":"available"`, ""},
			step{`DELETE /v3/{project}/volumes/{volume}`, 400, "have snapshots", ""},
			step{`DELETE /v3/{project}/snapshots/{snapshot}`, 202, "", ""},
			step{`GET /v3/{project}/snapshots?name=s`, 200, `"status":"deleting"`, ""},
		)
		time.Sleep(time.Second)
		s.run("cinder-api",
			step{`GET /v3/{project}/snapshots/{snapshot}`, 404, `{"itemNotFound":`, ""},
			step{`DELETE /v3/{project}/volumes/{volume}`, 202, "", ""},
			step{`DELETE /v3/{project}/volumes/{volume}`, 404, `{"itemNotFound":`, ""},
			step{`GET /v3/{project}/limits`, 200, `"totalGigabytesUsed":0`, ""},
		)
	})
}

func TestCindersQuotasAreKept(t *testing.T) {
	s := newScript(t)
	s.store.Limit("volumes", 1)
	s.store.Limit("gigabytes", 5)
	s.store.Limit("snapshots", 0)
	s.run("cinder-api",
		step{`POST /v3/{project}/volumes < {"volume": {"name": "v", "size": 6}}`, 413, "VolumeSizeExceedsAvailableQuota", ""},
		step{`POST /v3/{project}/volumes < {"volume": {"name": "v", "size": 1}}`, 202, "", "volume"},
		step{`POST /v3/{project}/volumes < {"volume": {"name": "v", "size": 1}}`, 413, `{"overLimit":`, ""},
		step{`POST /v3/{project}/snapshots < {"snapshot": {"volume_id": "{volume}"}}`, 413, "SnapshotLimitExceeded", ""},
	)
	s.member()
	s.run("cinder-api",
		step{`GET /v3/{project}/volumes`, 200, `{"volumes":[]}`, ""},
		step{`GET /v3/{project}/volumes/{volume}`, 404, "", ""},
	)
}
