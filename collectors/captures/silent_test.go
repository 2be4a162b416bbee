package captures_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/openstack-eris/eris/collectors/captures"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
	"github.com/openstack-eris/eris/testenv/simcloud"
)

// pulled is a connection whose cable can be pulled: then nothing comes any more, and what is sent
// goes nowhere, without a word from anybody.
type pulled struct {
	net.Conn
	out    *atomic.Bool
	closed chan struct{}
	once   atomic.Bool
}

func (p *pulled) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	if p.out.Load() {
		<-p.closed
		return 0, net.ErrClosed
	}
	return n, err
}

func (p *pulled) Write(b []byte) (int, error) {
	if p.out.Load() {
		return len(b), nil
	}
	return p.Conn.Write(b)
}

func (p *pulled) Close() error {
	if p.once.CompareAndSwap(false, true) {
		close(p.closed)
	}
	return p.Conn.Close()
}

// ticks is a capture that prints line after line.
type ticks struct{}

func (ticks) Form() captures.Form               { return captures.Form{Ext: ".txt"} }
func (ticks) Check([]*inventory.Service) string { return "" }
func (ticks) Script([]*inventory.Service, captures.Window) string {
	return "while :; do echo '> tick'; sleep 0.05; done\n"
}
func (ticks) Sift(_ captures.Window, file io.Writer) captures.Sifter { return plain{file} }

type plain struct{ file io.Writer }

func (p plain) Line(text string) error {
	_, err := io.WriteString(p.file, text+"\n")
	return err
}
func (plain) Close(string) (has, cut string, err error) { return "ticks", "", nil }

// A node whose network is cut without a word in the middle of a capture does not hold it: it ends
// when nothing is heard of the connection, or with its own time; what had come is kept, that the
// rest is missing is told, and nothing is left here.
func TestACaptureOfANodeThatFallsSilentEnds(t *testing.T) {
	for name, c := range map[string]struct {
		alive, most time.Duration
		says        string
	}{
		"nothing is heard of it": {200 * time.Millisecond, time.Minute, ""},
		"its time is over":       {time.Hour, 2 * time.Second, "it did not end in time"},
	} {
		t.Run(name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			func() {
				cloud, err := simcloud.Start(t.Context(), simcloud.Options{Name: "silent", Dir: t.TempDir()})
				require.NoError(t, err)
				defer func() { require.NoError(t, cloud.Close()) }()
				read, err := inventory.Load(cloud.Inventory())
				require.NoError(t, err)
				var out atomic.Bool
				pool, err := remote.NewPool(read, remote.Options{KeepAlive: c.alive, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
					conn, err := new(net.Dialer).DialContext(ctx, network, address)
					if err != nil {
						return nil, err
					}
					return &pulled{Conn: conn, out: &out, closed: make(chan struct{})}, nil
				}})
				require.NoError(t, err)
				defer func() { require.NoError(t, pool.Close()) }()
				ctx, cancel := context.WithTimeoutCause(t.Context(), c.most, errors.New("it did not end in time"))
				defer cancel()
				file := &cutting{out: &out}
				began := time.Now()
				taken, err := captures.Take(ctx, pool, "ctl-1", ticks{}, nil, captures.Window{For: 30 * time.Second, Most: 1 << 20}, file)
				require.NoError(t, err)
				require.Less(t, time.Since(began), 25*time.Second, "and not when the capture would have ended")
				require.True(t, taken.Again, "it was broken off")
				require.NotEmpty(t, taken.Cut)
				require.Contains(t, taken.Cut, c.says)
				require.True(t, strings.HasPrefix(file.String(), "tick\ntick\n"), "what had come is kept")
				require.Equal(t, int64(file.Len()), taken.Bytes)
			}()
			goleak.VerifyNone(t, before)
		})
	}
}

// cutting pulls the cable with the second line.
type cutting struct {
	bytes.Buffer
	out *atomic.Bool
}

func (c *cutting) Write(p []byte) (int, error) {
	n, err := c.Buffer.Write(p)
	if strings.Count(c.Buffer.String(), "\n") >= 2 {
		c.out.Store(true)
	}
	return n, err
}

// A node whose reader is gone without a word ends tcpdump by itself when its time is over, and what
// is around it a while later: it hangs where it prints, since nobody reads.
func TestANodeEndsTcpdumpByItself(t *testing.T) {
	b := newBench(t)
	note := filepath.Join(b.bin, "pid")
	b.program("tcpdump", "echo $$ >"+note+".new; mv "+note+".new "+note+"\nexec cat /dev/zero\n") // much more than a pipe holds
	w := captures.Window{For: 2 * time.Second, Most: 1 << 20}
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	defer func() { _ = reader.Close() }() // of which nobody reads, and which stays open
	cmd := exec.CommandContext(t.Context(), "sh", "-c", b.path()+captures.Bounded(packets(), nil, w))
	cmd.Stdout = writer
	require.NoError(t, cmd.Start())
	require.NoError(t, writer.Close())
	began := time.Now()
	var pid int
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(note)
		if err != nil {
			return false
		}
		pid, err = strconv.Atoi(strings.TrimSpace(string(text)))
		return err == nil
	}, 20*time.Second, 20*time.Millisecond)
	require.Eventually(t, func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }, 30*time.Second, 50*time.Millisecond, "tcpdump goes on")
	gone := time.Since(began)
	_ = cmd.Wait() // its status is that of who was ended
	require.Less(t, gone, 2*time.Second+captures.Late, "before what is around it")
	require.Less(t, time.Since(began), 2*time.Second+captures.Late+20*time.Second)
}
