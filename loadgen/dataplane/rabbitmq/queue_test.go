package rabbitmq_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen/dataplane/rabbitmq"
)

// A queue that cannot be deleted is named, and cleanup deletes it later.
func TestAQueueThatIsLeftIsNamedAndCleanedUp(t *testing.T) {
	p, w := newPeer(), args(t)
	const titled = "RabbitMQ's queue " + own + " of the virtual host /"
	synctest.Test(t, func(t *testing.T) {
		s, err := w.Open(t.Context(), env(p))
		require.NoError(t, err)
		p.refuses = true
		require.EqualError(t, s.Close(t.Context()), titled+" is left: the broker said 404 NOT_FOUND - its home node is down")
		require.Equal(t, []string{own, foreign}, p.names())

		what, there, err := w.Left(t.Context(), env(p), true)
		require.NoError(t, err)
		require.Equal(t, []any{titled, true}, []any{what, there})
		require.Equal(t, []string{own, foreign}, p.names(), "it was only looked for")

		p.refuses = false
		_, there, err = w.Left(t.Context(), env(p), false)
		require.NoError(t, err)
		require.True(t, there)
		require.Equal(t, []string{foreign}, p.names())
		_, there, err = w.Left(t.Context(), env(p), false)
		require.NoError(t, err)
		require.False(t, there)

		p.down[ctl1], p.down[ctl2] = true, true
		_, _, err = w.Left(t.Context(), env(p), true)
		require.EqualError(t, err, "refused")
		_, err = w.Open(t.Context(), env(p))
		require.ErrorContains(t, err, "rabbitmq.sequence: refused")
	})
}

func TestWhatIsWrongWithTheArguments(t *testing.T) {
	for says, change := range map[string]func(w *rabbitmq.Sequence){
		"user: must not be empty":                         func(w *rabbitmq.Sequence) { w.User = "" },
		"password_file: either it or password_env has to": func(w *rabbitmq.Sequence) { w.PasswordFile = "x" },
		"vhost: must not be empty":                        func(w *rabbitmq.Sequence) { w.Vhost = "" },
		"ca: is for tls: true":                            func(w *rabbitmq.Sequence) { w.CA = "x" },
		"heartbeat: 1ns is less than 2s":                  func(w *rabbitmq.Sequence) { w.Heartbeat = 1 },
		`address: "ctl-1" is not HOST:PORT`:               func(w *rabbitmq.Sequence) { w.Addresses = []string{"ctl-1"} },
		`queue: "stream" is not quorum or classic`:        func(w *rabbitmq.Sequence) { w.Queue = "stream" },
		"bytes: 31 is not between 32 and 1048576":         func(w *rabbitmq.Sequence) { w.Bytes = 31 },
		"wait: 1ns is less than 1ms":                      func(w *rabbitmq.Sequence) { w.Wait = 1 },
	} {
		w := args(t)
		change(w)
		require.ErrorContains(t, w.Validate(), says)
	}
}

func TestThePasswordIsReferredTo(t *testing.T) {
	p, w := newPeer(), args(t)
	file := filepath.Join(t.TempDir(), "password")
	w.PasswordEnv, w.PasswordFile = "", file
	_, err := w.Open(t.Context(), env(p))
	require.ErrorContains(t, err, "read password_file: open "+file)
	w.PasswordFile, w.PasswordEnv = "", "ERIS_TEST_NOBODYS"
	_, err = w.Open(t.Context(), env(p))
	require.EqualError(t, err, "rabbitmq.sequence: password_env: there is no variable ERIS_TEST_NOBODYS")
	none := env(p)
	none.Members = nil
	_, err = w.Open(t.Context(), none)
	require.ErrorContains(t, err, "the inventory has no service rabbitmq or rabbitmq-server")

	require.NoError(t, os.WriteFile(file, []byte("aus der Datei\r\nmehr\n"), 0o600))
	w.PasswordFile, w.PasswordEnv = file, ""
	synctest.Test(t, func(t *testing.T) {
		s, err := w.Open(t.Context(), env(p))
		require.NoError(t, err)
		require.Equal(t, "\x00openstack\x00aus der Datei", p.login)
		require.NoError(t, s.Close(t.Context()))
	})
}
