package ssh

import (
	"context"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/crypto/ssh"
)

// session serves one session channel: environment, then one command.
func (s *Server) session(ctx context.Context, conn *ssh.ServerConn, request ssh.NewChannel) {
	channel, requests, err := request.Accept()
	if err != nil {
		return // the connection is gone
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	env := map[string]string{"SSH_CONNECTION": connection(conn)}
	var running sync.WaitGroup
	started := false
	for r := range requests {
		ok, line, begin := false, "", false
		switch r.Type {
		case "env":
			// sshd takes no variables from the client by default.
		case "exec":
			var ask struct{ Line string }
			if ok = !started && ssh.Unmarshal(r.Payload, &ask) == nil; ok {
				line, begin = ask.Line, true
			}
		case "shell":
			if ok = !started; ok {
				line, begin = "sh", true
			}
		case "signal":
			cancel()
		}
		if r.WantReply {
			_ = r.Reply(ok, nil) // the client may be gone
		}
		// Not before the reply: a quick command closes the channel.
		if begin {
			started = true
			running.Go(func() { s.command(ctx, channel, line, env) })
		}
	}
	// The channel is closed: the session has ended, and its command with it.
	cancel()
	running.Wait()
}

// connection is $SSH_CONNECTION: client address and port, server address and
// port.
func connection(conn *ssh.ServerConn) string {
	words := []string{}
	for _, addr := range []net.Addr{conn.RemoteAddr(), conn.LocalAddr()} {
		host, port, err := net.SplitHostPort(addr.String())
		if err != nil {
			host, port = "127.0.0.1", "22" // a pipe in memory has no addresses
		}
		words = append(words, host, port)
	}
	return strings.Join(words, " ")
}

func (s *Server) command(ctx context.Context, channel ssh.Channel, line string, env map[string]string) {
	stdin, closeStdin, err := pipe(ctx, channel)
	if err != nil {
		_ = channel.Close() // the client sees no exit status, which says enough
		return
	}
	code := s.opt.Run(ctx, Command{Line: line, Env: env, Stdin: stdin, Stdout: channel, Stderr: channel.Stderr()})
	closeStdin()
	status := ssh.Marshal(struct{ Status uint32 }{uint32(code)})
	_ = channel.CloseWrite() // the client may be gone
	_, _ = channel.SendRequest("exit-status", false, status)
	_ = channel.Close()
}

// pipe hands a channel's data over through an operating system pipe, the only
// kind of input that the shell takes. The copying ends with the channel.
func pipe(ctx context.Context, channel ssh.Channel) (stdin *os.File, done func(), err error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	var once sync.Once
	done = func() { once.Do(func() { read.Close() }) }
	go func() {
		defer write.Close()
		_, _ = io.Copy(write, channel) // ends when the script or the client goes away
	}()
	context.AfterFunc(ctx, done)
	return read, done, nil
}

// forward connects a client to another node, for use as a jump host.
func (s *Server) forward(ctx context.Context, request ssh.NewChannel) {
	var to struct {
		Host       string
		Port       uint32
		OriginHost string
		OriginPort uint32
	}
	if err := ssh.Unmarshal(request.ExtraData(), &to); err != nil || s.opt.Forward == nil {
		_ = request.Reject(ssh.Prohibited, "administratively prohibited") // the connection may be gone
		return
	}
	address, err := s.opt.Forward(to.Host, to.Port)
	if err != nil {
		_ = request.Reject(ssh.ConnectionFailed, "no route to "+net.JoinHostPort(to.Host, strconv.Itoa(int(to.Port))))
		return
	}
	var dialer net.Dialer
	out, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		_ = request.Reject(ssh.ConnectionFailed, "connection refused")
		return
	}
	defer out.Close()
	channel, requests, err := request.Accept()
	if err != nil {
		return // the connection is gone
	}
	stop := context.AfterFunc(ctx, func() { out.Close() })
	defer stop()
	var both sync.WaitGroup
	both.Go(func() { ssh.DiscardRequests(requests) })
	both.Go(func() {
		_, _ = io.Copy(out, channel)
		out.Close()
	})
	_, _ = io.Copy(channel, out)
	_ = channel.Close()
	both.Wait()
}
