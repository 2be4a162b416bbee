package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

// A run's log is read by others, as all of its record.
func TestTheLogHasNoSecrets(t *testing.T) {
	rec, err := record.Create(t.TempDir(), record.Meta{ID: "logged"})
	require.NoError(t, err)
	log, done, err := openLog(rec)
	require.NoError(t, err)
	log.Warn("node says password=hunter2", "err", errors.New("401 at https://admin:hunter2@cloud/v3\nX-Auth-Token: hunter2"), "took", time.Second, "n", 3)
	log.WithGroup("g").Info("m", "time", "token: hunter2hunter2")
	require.NoError(t, errors.Join(done(), rec.Close()))
	text, err := os.ReadFile(filepath.Join(rec.Dir(), "logs", "eris.log"))
	require.NoError(t, err)
	require.NotContains(t, string(text), "hunter2")
	for _, part := range []string{"level=WARN", "node says", "401 at https://", "took=1s", "n=3"} {
		require.Contains(t, string(text), part)
	}
}
