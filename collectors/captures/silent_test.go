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
	"sync"
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

// cable is what connections have in common that can be pulled: then nothing comes any more, and
// what is sent goes nowhere, without a word from anybody. Until then nobody gives a connection up:
// a machine that is slow is not one that fell silent.
type cable struct {
	slow    time.Duration // how long everything takes to come, until it is pulled
	mu      sync.Mutex
	out     bool
	givenUp []*pulled // before it was pulled
}

// isOut tells whether it was pulled.
func (c *cable) isOut() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out
}

// pull pulls it.
func (c *cable) pull() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out = true
	for _, p := range c.givenUp {
		_ = p.shut() // of which nothing comes any more
	}
	c.givenUp = nil
}

// pulled is a connection through a cable.
type pulled struct {
	net.Conn
	cable  *cable
	closed chan struct{}
	once   sync.Once
}

func (p *pulled) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	if !p.cable.isOut() {
		time.Sleep(p.cable.slow) // it is how slow the cable is, and nothing waits for it to be over
	}
	if p.cable.isOut() {
		<-p.closed
		return 0, net.ErrClosed
	}
	return n, err
}

func (p *pulled) Write(b []byte) (int, error) {
	if p.cable.isOut() {
		return len(b), nil
	}
	return p.Conn.Write(b)
}

func (p *pulled) Close() error {
	p.cable.mu.Lock()
	defer p.cable.mu.Unlock()
	if !p.cable.out {
		p.cable.givenUp = append(p.cable.givenUp, p)
		return nil
	}
	return p.shut()
}

func (p *pulled) shut() error {
	p.once.Do(func() { close(p.closed) })
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
	const late = "it did not end in time"
	for name, c := range map[string]struct {
		alive, slow, most time.Duration // most is counted from when it falls silent
		late              bool
	}{
		"nothing is heard of it":                 {200 * time.Millisecond, 0, 5 * time.Minute, false},
		"nothing is heard of it, which was slow": {20 * time.Millisecond, 60 * time.Millisecond, 5 * time.Minute, false},
		"its time is over":                       {time.Hour, 0, 200 * time.Millisecond, true},
	} {
		t.Run(name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			func() {
				cloud, err := simcloud.Start(t.Context(), simcloud.Options{Name: "silent", Dir: t.TempDir()})
				require.NoError(t, err)
				defer func() { require.NoError(t, cloud.Close()) }()
				read, err := inventory.Load(cloud.Inventory())
				require.NoError(t, err)
				line := &cable{slow: c.slow}
				pool, err := remote.NewPool(read, remote.Options{KeepAlive: c.alive, ConnectTimeout: 5 * time.Minute, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
					conn, err := new(net.Dialer).DialContext(ctx, network, address)
					if err != nil {
						return nil, err
					}
					return &pulled{Conn: conn, cable: line, closed: make(chan struct{})}, nil
				}})
				require.NoError(t, err)
				defer func() { require.NoError(t, pool.Close()) }()
				defer line.pull() // also where it did not come to that
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				over := time.AfterFunc(time.Hour, func() { cancel(errors.New(late)) })
				defer over.Stop()
				file := &cutting{pull: sync.OnceFunc(func() {
					line.pull()
					over.Reset(c.most)
				})}
				taken, err := captures.Take(ctx, pool, "ctl-1", ticks{}, nil, captures.Window{For: time.Hour, Most: 1 << 20}, file)
				require.NoError(t, err)
				require.True(t, taken.Again, "it was broken off")
				require.NotEmpty(t, taken.Cut)
				require.Equal(t, c.late, strings.Contains(taken.Cut, late), taken.Cut)
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
	pull func()
}

func (c *cutting) Write(p []byte) (int, error) {
	n, err := c.Buffer.Write(p)
	if strings.Count(c.Buffer.String(), "\n") >= 2 {
		c.pull()
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
