package nova_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

func TestBootAndDeleteWaitsForBoth(t *testing.T) {
	c := newCompute(t)
	s := c.session(t, nil)
	defer closed(t, s)
	var seen operations
	o := s.Iterate(t.Context(), 7, &seen)
	require.Equal(t, record.OK, o.Class, "%v", o.Err)
	require.Empty(t, c.left(), "it was gone when the iteration ended")
	require.Equal(t, []string{"nova.boot_server", "nova.delete_server"}, seen.names)
	for i, took := range seen.took {
		require.Equal(t, record.OK, seen.ended[i].Class)
		require.GreaterOrEqual(t, took, 40*time.Millisecond, "two questions, 20 ms apart")
	}
	require.Equal(t, object{
		"name": "eris-test-boots-7", "flavorRef": "1", "imageRef": "i2", "networks": []any{object{"uuid": "n2"}},
		"metadata": object{"eris_run": "test"},
	}, c.asked[0], "of the smallest flavor and image, on the network inside")
}

func TestWhatAServerIsMadeOfCanBeSaid(t *testing.T) {
	c := newCompute(t)
	s := c.session(t, func(w *nova.BootAndDeleteServer) { w.Flavor, w.Image, w.Network = "small", "i1", "auto" })
	defer closed(t, s)
	require.Equal(t, record.OK, s.Iterate(t.Context(), 0, &operations{}).Class)
	require.Equal(t, []any{"2", "i1", nil}, []any{c.asked[0]["flavorRef"], c.asked[0]["imageRef"], c.asked[0]["networks"]})

	for what, change := range map[string]func(*nova.BootAndDeleteServer){
		`find flavor: the cloud has none with the name or id "huge"`:   func(w *nova.BootAndDeleteServer) { w.Flavor = "huge" },
		`find image: the cloud has none with the name or id "cirros"`:  func(w *nova.BootAndDeleteServer) { w.Image = "cirros" },
		`find network: the cloud has none with the name or id "other"`: func(w *nova.BootAndDeleteServer) { w.Network = "other" },
		`poll: must be 10ms or more`:                                   func(w *nova.BootAndDeleteServer) { w.Poll = 0 },
	} {
		w := nova.NewBootAndDeleteServer()
		change(w)
		_, err := w.Open(t.Context(), c.Env)
		require.ErrorContains(t, err, what)
	}
}

func TestAServerInErrorIsAWrongResultAndIsDeleted(t *testing.T) {
	c := newCompute(t)
	s := c.session(t, nil)
	defer closed(t, s)
	c.breaks(http.MethodPost, func(w http.ResponseWriter, r *http.Request) {
		c.boot(w, r)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.servers["vm-1"].fate = "ERROR"
	})
	var seen operations
	o := s.Iterate(t.Context(), 0, &seen)
	require.Equal(t, record.WrongResult, o.Class)
	require.ErrorContains(t, o.Err, "is in ERROR: No valid host was found.")
	require.Equal(t, []string{"nova.boot_server"}, seen.names)
	require.Eventually(t, func() bool { return len(c.left()) == 0 }, 5*time.Second, 5*time.Millisecond, "before Close")
}

func TestAFailedQuestionEndsTheIterationWithItsClass(t *testing.T) {
	for method, operation := range map[string]string{http.MethodPost: "nova.boot_server", http.MethodGet: "nova.boot_server", http.MethodDelete: "nova.delete_server"} {
		c := newCompute(t)
		s := c.session(t, nil)
		calls := 0
		c.breaks(method, func(w http.ResponseWriter, _ *http.Request) {
			calls++
			w.WriteHeader(http.StatusServiceUnavailable)
			c.mu.Lock()
			defer c.mu.Unlock()
			c.broken = nil
		})
		var seen operations
		o := s.Iterate(t.Context(), 0, &seen)
		require.Equal(t, []any{record.HTTP5xx, 503, 1}, []any{o.Class, o.Status, calls}, method)
		require.Equal(t, operation, seen.names[len(seen.names)-1])
		require.Equal(t, o, seen.ended[len(seen.ended)-1])
		closed(t, s)
		require.Empty(t, c.left(), method)
	}
}

func TestWrongAnswersAreWrongResults(t *testing.T) {
	for _, body := range []string{`{"server": {}}`, `{}`, `{"server": {"id": "another", "status": "ACTIVE"}}`, `oops`} {
		c := newCompute(t)
		s := c.session(t, nil)
		c.breaks(http.MethodGet, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
		require.Equal(t, record.WrongResult, s.Iterate(t.Context(), 0, &operations{}).Class, body)
		c.breaks("", nil)
		closed(t, s)
	}
}

func TestAnAbortedIterationEndsAtOnceAndCloseDeletesItsServer(t *testing.T) {
	c := newCompute(t)
	s := c.session(t, func(w *nova.BootAndDeleteServer) { w.Poll = time.Minute })
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	began := time.Now()
	require.Equal(t, record.Aborted, s.Iterate(ctx, 0, &operations{}).Class)
	require.Less(t, time.Since(began), 5*time.Second)
	closed(t, s)
	require.Empty(t, c.left())
}

func TestCloseFindsTheServerWhoseAnswerWasLost(t *testing.T) {
	c := newCompute(t)
	s := c.session(t, nil)
	late := make(chan func(), 1)
	c.breaks(http.MethodPost, func(w http.ResponseWriter, r *http.Request) {
		late <- func() { // Nova makes it a second after the connection broke
			c.mu.Lock()
			defer c.mu.Unlock()
			c.servers["vm-9"] = &machine{name: "eris-test-boots-0", fate: "ACTIVE"}
		}
		panic(http.ErrAbortHandler)
	})
	require.Equal(t, record.Connect, s.Iterate(t.Context(), 0, &operations{}).Class)
	time.AfterFunc(time.Second, <-late)
	closed(t, s)
	require.Empty(t, c.left())
}

func TestCloseLeavesOthersAloneAndNamesWhatStays(t *testing.T) {
	c := newCompute(t)
	c.servers["mine"] = &machine{name: "eris-test-boots2-0", fate: "ACTIVE"}
	s := c.session(t, func(w *nova.BootAndDeleteServer) { w.Poll = time.Minute })
	short, cancel := context.WithTimeout(t.Context(), 3*time.Second) // it has been made, and is not asked for again
	defer cancel()
	// Before anything is left, since that is deleted beside the load at once.
	c.breaks(http.MethodDelete, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusConflict) })
	require.Equal(t, record.Timeout, s.Iterate(short, 3, &operations{}).Class)
	require.Contains(t, c.left(), "eris-test-boots-3")
	ending, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	require.ErrorContains(t, s.Close(ending), "servers are left: eris-test-boots-3: ")
	require.Contains(t, c.left(), "eris-test-boots2-0")
}

func TestManyBootsAtOnceOnTheEmbeddedCloud(t *testing.T) {
	cloud, err := simcloud.Start(context.WithoutCancel(t.Context()), simcloud.Options{Seed: 1})
	require.NoError(t, err)
	defer func() { require.NoError(t, cloud.Close()) }()
	w := nova.NewBootAndDeleteServer()
	w.Poll = 100 * time.Millisecond
	s, err := w.Open(t.Context(), loadgen.Env{Run: "test", Load: "boots", Clouds: cloud.Clouds(), Cloud: cloud.Name()})
	require.NoError(t, err)
	defer closed(t, s)
	var running sync.WaitGroup
	for n := range int64(12) {
		running.Go(func() {
			if o := s.Iterate(t.Context(), n, &operations{}); o.Err != nil {
				t.Error(o.Err)
			}
		})
	}
	running.Wait()
}
