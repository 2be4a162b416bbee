package workloads_test

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/neutron"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
)

// racing is the outcome of one iteration on the embedded cloud, whose answers a test
// may break, and how many actions were asked for.
func racing(t *testing.T, w loadgen.Workload, how breakage) (o loadgen.Outcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		s, err := w.Open(t.Context(), c.env)
		require.NoError(t, err)
		if c.heals(); how != nil {
			c.breaks(0, how)
		}
		o = s.Iterate(t.Context(), 1, &operations{})
		c.heals()
		c.ends(t, s)
	})
	return o
}

// Of those that come at once one is first; that the others are refused is right.
func TestARaceIsWonByOne(t *testing.T) {
	actions := nova.NewRaceActionsOnServer()
	for _, all := range [][]string{{"shelve", "migrate"}, {"pause", "stop", "suspend", "soft_reboot", "hard_reboot"}, {"stop", "stop"}} {
		actions.Actions = all
		require.NoError(t, racing(t, actions, nil).Err, all)
	}
	snapshots := nova.NewRaceSnapshotsOfServer()
	snapshots.Snapshots = 10
	require.NoError(t, racing(t, snapshots, nil).Err)
	updates := neutron.NewRaceUpdatesOfPort()
	updates.Updates = 20
	require.NoError(t, racing(t, updates, nil).Err)
}

func TestARaceThatNobodyWinsIsAConflict(t *testing.T) {
	o := racing(t, nova.NewRaceActionsOnServer(), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.HasSuffix(r.URL.Path, "/action") {
			answers(http.StatusConflict)(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	})
	require.Equal(t, record.Conflict, o.Class)
	require.ErrorContains(t, o.Err, "all 3 that came at once were refused")
}

// An update that was taken and is not there is lost.
func TestAnUpdateThatIsLostInARaceIsAWrongResult(t *testing.T) {
	o := racing(t, neutron.NewRaceUpdatesOfPort(), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodPut {
			text := body(r)
			r.Body = io.NopCloser(strings.NewReader(text[:strings.Index(text, "update")] + `lost"}}`))
		}
		next.ServeHTTP(w, r)
	})
	require.Equal(t, record.WrongResult, o.Class)
	require.ErrorContains(t, o.Err, "it says nothing that it was told")
}

// A server that ends in an error was raced to it.
func TestAServerThatARaceBreaksIsAWrongResult(t *testing.T) {
	var raced atomic.Bool
	o := racing(t, nova.NewRaceActionsOnServer(), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/action"):
			raced.Store(true)
			w.WriteHeader(http.StatusAccepted) // and what was asked for comes to a bad end
		case raced.Load():
			next.ServeHTTP(broken{w}, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
	require.True(t, raced.Load())
	require.Equal(t, record.WrongResult, o.Class)
	require.ErrorContains(t, o.Err, "is in ERROR")
}

// broken says ERROR of what is ACTIVE with nothing to be done.
type broken struct{ http.ResponseWriter }

func (b broken) Write(data []byte) (int, error) {
	text := strings.ReplaceAll(string(data), `"status":"ACTIVE"`, `"status":"ERROR" `)
	_, err := b.ResponseWriter.Write([]byte(text))
	return len(data), err
}

func TestArgumentsOfRaces(t *testing.T) {
	actions := nova.NewRaceActionsOnServer()
	require.Equal(t, "member", actions.Role())
	actions.Actions = []string{"migrate"}
	require.Equal(t, "admin", actions.Role())
	require.ErrorContains(t, actions.Validate(), "actions: from 2 to 10 are wanted")
	actions.Actions = []string{"shelve", "explode"}
	require.ErrorContains(t, actions.Validate(), `actions: there is no "explode"; there are hard_reboot, migrate, pause,`)
	snapshots := nova.NewRaceSnapshotsOfServer()
	snapshots.Snapshots = 1
	require.ErrorContains(t, snapshots.Validate(), "snapshots: 1 is not between 2 and 20")
	updates := neutron.NewRaceUpdatesOfPort()
	updates.Updates = 51
	require.ErrorContains(t, updates.Validate(), "updates")
}
