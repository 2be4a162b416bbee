package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"runtime"
	"sync"
	"time"
)

// serverArgs: the server answers nothing between After and After+For, counted
// from its first request; For 0 is a server that never stalls. One has it use one processor;
// Each is how long that works on every request.
type serverArgs struct {
	After, For time.Duration
	One        bool
	Each       time.Duration
}

// serverChild is an HTTP/1.1 server that does the least a server can, so that
// the client is what is measured: it reads to the end of the header and writes
// a fixed answer. It says its address.
func serverChild(ctx context.Context, args []byte, out io.Writer) error {
	var a serverArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return err
	}
	if a.One {
		runtime.GOMAXPROCS(1)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = listener.Close() })()
	if err := say(out, "http://"+listener.Addr().String()+"/"); err != nil {
		return err
	}
	s := &server{args: a}
	for {
		c, err := listener.Accept()
		if err != nil {
			return nil
		}
		go s.serve(ctx, c)
	}
}

type server struct {
	args  serverArgs
	once  sync.Once
	first time.Time
}

// answer is 140 bytes long, as nginx's shortest is.
func answer() []byte {
	head := "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
	const size = 140
	body := size - len(head) - len("00\r\n\r\n")
	return fmt.Appendf(nil, "%s%02d\r\n\r\n%s", head, body, bytes.Repeat([]byte("x"), body))
}

func (s *server) serve(ctx context.Context, c net.Conn) {
	defer func() { _ = c.Close() }()
	in, reply := bufio.NewReader(c), answer()
	for {
		for {
			row, err := in.ReadSlice('\n')
			if err != nil {
				return
			}
			if len(row) <= 2 {
				break
			}
		}
		if !s.stall(ctx) {
			return
		}
		s.work()
		if _, err := c.Write(reply); err != nil {
			return
		}
	}
}

// work keeps the processor for a request's time.
func (s *server) work() {
	if s.args.Each <= 0 {
		return
	}
	for began := time.Now(); time.Since(began) < s.args.Each; { // nothing but time
	}
}

// stall waits while the server stalls; false when it is to end.
func (s *server) stall(ctx context.Context) bool {
	s.once.Do(func() { s.first = time.Now() })
	at := time.Since(s.first)
	if at < s.args.After || at >= s.args.After+s.args.For {
		return true
	}
	timer := time.NewTimer(s.args.After + s.args.For - at)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// withServer runs use with the address of a server of its own.
func withServer(ctx context.Context, args serverArgs, use func(url string) error) error {
	p, err := start(ctx, "server", args)
	if err != nil {
		return err
	}
	var url string
	if err := p.read(&url); err != nil {
		return err
	}
	used := use(url)
	if err := p.end(); err != nil {
		return err
	}
	return used
}
