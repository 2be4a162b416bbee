package workloads_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane/ssh"
	"github.com/openstack-eris/eris/loadgen/openstack/nova"
	"github.com/openstack-eris/eris/testenv/simcloud/api"
)

// commanding opens the workload with arguments of the test's.
func (c *cloud) commanding(change func(*nova.BootAndRunCommand)) loadgen.Session {
	c.t.Helper()
	w := nova.NewBootAndRunCommand()
	w.User = "guest"
	change(w)
	s, err := w.Open(c.t.Context(), c.env)
	require.NoError(c.t, err)
	c.heals()
	return s
}

// What a server is told is what was meant, and what it says is looked at.
func TestACommandIsRunOnAServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		ran := ""
		c.guests.does = func(_ context.Context, line string, out io.Writer) int {
			ran = line
			_, _ = io.WriteString(out, "up 3 min\n")
			return 0
		}
		var mu sync.Mutex
		asked := map[string]string{}
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method == http.MethodPost {
				mu.Lock()
				asked[r.URL.Path] = body(r)
				mu.Unlock()
			}
			next.ServeHTTP(w, r)
		})
		w := nova.NewBootAndRunCommand()
		w.User, w.Command, w.Output, w.Port = "guest", "uptime; echo 'a b'", "3 min", 2222
		s, err := w.Open(t.Context(), c.env)
		require.NoError(t, err)
		before := c.store.Named(mark)
		require.Len(t, before, 2)
		require.Regexp(t, `^key pair eris-test-make-\d+$`, before[0])
		require.Equal(t, "security group "+mark+"shared", before[1])
		var seen operations
		began := time.Now()
		require.NoError(t, s.Iterate(t.Context(), 0, &seen).Err)
		require.Greater(t, time.Since(began), time.Second, "it had to come up")
		require.Equal(t, "uptime; echo 'a b'", ran)
		require.Contains(t, asked["/v2.1/os-keypairs"], `"public_key":"ssh-ed25519 `)
		require.Contains(t, asked["/v2.0/security-group-rules"], `"port_range_max":2222,"port_range_min":2222,"protocol":"tcp"`)
		require.Contains(t, asked["/v2.1/servers"], `"key_name":"`+strings.TrimPrefix(before[0], "key pair ")+`"`)
		require.Contains(t, asked["/v2.1/servers"], `"security_groups":[{"name":"`)
		c.heals()
		c.ends(t, s)
	})
}

func TestHowACommandFails(t *testing.T) {
	never := func(api.Guest) (bool, int) { return false, 0 }
	exits := func(code int) func(context.Context, string, io.Writer) int {
		return func(context.Context, string, io.Writer) int { return code }
	}
	for what, way := range map[string]struct {
		change func(*cloud, *nova.BootAndRunCommand)
		class  record.Class
		says   string
		last   string
		took   time.Duration // of that step
	}{
		"nobody answers": {
			func(c *cloud, _ *nova.BootAndRunCommand) { c.guests.answers = never },
			record.Timeout, "wait for SSH: nobody was let in within 5m0s: dial: connection refused", "vm.wait_for_ssh", 5 * time.Minute,
		},
		"it is no user of the image": {
			func(_ *cloud, w *nova.BootAndRunCommand) { w.User, w.SSHWithin = "debian", 20*time.Second },
			record.Timeout, "within 20s: ssh: handshake failed: ssh: unable to authenticate", "vm.wait_for_ssh", 20 * time.Second,
		},
		"a code": {
			func(c *cloud, _ *nova.BootAndRunCommand) { c.guests.does = exits(3) },
			record.WrongResult, "run command: it ended with code 3", "vm.run_command_over_ssh", 0,
		},
		"another output": {
			func(_ *cloud, w *nova.BootAndRunCommand) { w.Output = "well" },
			record.WrongResult, `run command: its output has no "well"`, "vm.run_command_over_ssh", 0,
		},
		"too much": {
			func(c *cloud, _ *nova.BootAndRunCommand) {
				c.guests.does = func(_ context.Context, _ string, out io.Writer) int {
					_, _ = out.Write(make([]byte, 1<<20+1))
					return 0
				}
			},
			record.WrongResult, "run command: it said more than 1 MiB", "vm.run_command_over_ssh", 0,
		},
		"no end": {
			func(c *cloud, _ *nova.BootAndRunCommand) {
				c.guests.does = func(ctx context.Context, _ string, _ io.Writer) int {
					<-ctx.Done()
					return 0
				}
			},
			record.Timeout, "run command: it was not over within 1m0s", "vm.run_command_over_ssh", time.Minute,
		},
		"another machine": {
			func(c *cloud, _ *nova.BootAndRunCommand) {
				logins := 0
				c.guests.answers = func(api.Guest) (bool, int) { logins++; return true, logins }
			},
			record.WrongResult, "another machine answers at the address", "vm.run_command_over_ssh", 0,
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(t)
			s := c.commanding(func(w *nova.BootAndRunCommand) { way.change(c, w) })
			var seen operations
			at := map[string]time.Time{}
			o := s.Iterate(t.Context(), 0, timed{&seen, at})
			require.Equal(t, way.class, o.Class, "%s: %v", what, o.Err)
			require.ErrorContains(t, o.Err, way.says, what)
			require.Equal(t, way.last, seen.names[len(seen.names)-1], what)
			require.Equal(t, way.took, time.Since(at[way.last]).Truncate(time.Second), what)
			c.ends(t, s, what)
		})
	}
}

// A try that nobody answers is over in time for the next one, so that the wait is known: a
// connect is in a second, and a handshake in ten.
func TestATryThatHangsIsNotWaitedFor(t *testing.T) {
	for what, way := range map[string]struct {
		hangs func(ctx context.Context) (net.Conn, error)
		exact time.Duration // to which the wait is known
	}{
		"connect": {func(ctx context.Context) (net.Conn, error) {
			<-ctx.Done()
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: ctx.Err()}
		}, time.Second},
		"connect, told by its socket": {func(ctx context.Context) (net.Conn, error) {
			<-ctx.Done()
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}
		}, time.Second},
		"handshake": {func(context.Context) (net.Conn, error) {
			near, _ := net.Pipe()
			return near, nil
		}, 10 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			c, began := newCloud(t), time.Now()
			key, err := ssh.NewKey()
			require.NoError(t, err)
			const up = 12500 * time.Millisecond
			env := loadgen.Env{Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
				if time.Since(began) < up {
					return way.hangs(ctx)
				}
				return c.guests.connect(api.Guest{ID: "vm", Key: key.Public()}, 0), nil
			}}
			i := ssh.Instance{Address: "198.18.0.9:22", User: "guest", Key: key}
			require.NoError(t, i.Await(t.Context(), env, time.Minute, 10*time.Millisecond).Err, what)
			require.GreaterOrEqual(t, time.Since(began), up, what)
			require.Less(t, time.Since(began), up+way.exact, what)

			began = time.Now()
			o := i.Await(t.Context(), env, 5*time.Second, 10*time.Millisecond)
			require.Equal(t, record.Timeout, o.Class, what)
			require.EqualError(t, o.Err, "wait for SSH: nobody was let in within 5s: it did not answer", what)
			require.Equal(t, 5*time.Second, time.Since(began), what)
		})
	}
}

// timed notes when each operation began.
type timed struct {
	*operations
	at map[string]time.Time
}

func (o timed) Operation(name string) func(loadgen.Outcome) {
	o.at[name] = time.Now()
	return o.operations.Operation(name)
}

// A cut while somebody waits for SSH, or for the command, ends it at once, and nothing is
// left.
func TestACutEndsACommandAtOnce(t *testing.T) {
	for last, change := range map[string]func(*cloud){
		"vm.wait_for_ssh": func(c *cloud) { c.guests.answers = func(api.Guest) (bool, int) { return false, 0 } },
		"vm.run_command_over_ssh": func(c *cloud) {
			c.guests.does = func(ctx context.Context, _ string, _ io.Writer) int {
				<-ctx.Done()
				return 0
			}
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(t)
			s := c.commanding(func(w *nova.BootAndRunCommand) { w.RunWithin, w.SSHWithin = time.Hour, time.Hour })
			change(c)
			ctx, cancel := context.WithCancel(t.Context())
			began := time.Now()
			time.AfterFunc(10*time.Minute, cancel)
			var seen operations
			o := s.Iterate(ctx, 0, &seen)
			require.Equal(t, record.Aborted, o.Class, "%v", o.Err)
			require.Equal(t, 10*time.Minute, time.Since(began))
			require.Equal(t, last, seen.names[len(seen.names)-1])
			c.ends(t, s)
		})
	}
}

// Without a floating IP it is the server's own address that is come to, and a security
// group that is named is not made.
func TestAServerIsReachedAtItsOwnAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		tried := ""
		c.env.Dial = func(_ context.Context, _, address string) (net.Conn, error) {
			tried = address
			return nil, net.ErrClosed
		}
		s := c.commanding(func(w *nova.BootAndRunCommand) { w.Floating, w.Group, w.SSHWithin = false, "default", time.Second })
		require.Len(t, c.store.Named(mark), 1, "the key pair")
		var seen operations
		require.Equal(t, record.Timeout, s.Iterate(t.Context(), 0, &seen).Class)
		require.Equal(t, []string{"nova.boot_server", "neutron.list_ports", "vm.wait_for_ssh"}, seen.names)
		require.Regexp(t, `^192\.0\.2\.\d+:22$`, tried)
		c.ends(t, s)
	})
}

// A floating IP without an address is none: nobody connects to where that would lead.
func TestAFloatingIPWithoutAnAddressIsWrong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t)
		c.env.Dial = func(_ context.Context, _, address string) (net.Conn, error) {
			t.Errorf("%s was dialled", address)
			return nil, net.ErrClosed
		}
		s := c.commanding(func(*nova.BootAndRunCommand) {})
		c.breaks(0, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/floatingips") {
				spoiled(w, r, next, `"floating_ip_address":"`, `"was":"`)
				return
			}
			next.ServeHTTP(w, r)
		})
		o := s.Iterate(t.Context(), 0, &operations{})
		c.heals()
		require.Equal(t, record.WrongResult, o.Class)
		require.ErrorContains(t, o.Err, "create floating IP: the answer has no address")
		c.ends(t, s)
	})
}

func TestArgumentsOfACommand(t *testing.T) {
	w := &nova.BootAndRunCommand{Port: 65536, External: "wan"}
	for _, want := range []string{
		"user: must not be empty", "command: must not be empty", "port: 65536 is not between", "external_network: there is no floating IP",
		"ssh_within: 0s is not from 1s to 1h", "command_within: 0s is not from 1s to 1h", "poll: must be 10ms or more",
	} {
		require.ErrorContains(t, w.Validate(), want)
	}
	_, err := w.Open(t.Context(), loadgen.Env{})
	require.ErrorContains(t, err, "boot and run command: ")
	require.EqualError(t, nova.NewBootAndRunCommand().Validate(), "user: must not be empty", "it depends on the image")
}
