// Package ssh is the SSH server of a simulated node: real SSH on a loopback
// port, public keys only, commands only (no terminal, no file transfer). It
// refuses more sessions on one connection than sshd does by default, and a
// session that ends takes its command with it.
package ssh

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"golang.org/x/crypto/ssh"
)

// MaxSessions is how many sessions one connection may have open, as in sshd's
// default configuration.
const MaxSessions = 10

// Command is one command line that a client asks for.
type Command struct {
	Line           string
	Env            map[string]string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// Options is what a server is made of.
type Options struct {
	HostKey    ssh.Signer
	Authorized ssh.PublicKey                                  // the one key that may log in
	User       string                                         // as whom; empty: as whoever
	Run        func(ctx context.Context, c Command) int       // runs a command and returns its status
	Forward    func(host string, port uint32) (string, error) // where a jump to host:port leads; nil refuses all
}

// Server serves one node.
type Server struct {
	opt     Options
	listen  net.Listener
	ctx     context.Context // the life of the server, ended by Close
	cancel  context.CancelFunc
	workers sync.WaitGroup

	mu      sync.Mutex
	hostKey ssh.Signer
	cut     bool
	conns   map[net.Conn]bool
}

// Listen starts a server on a free loopback port.
func Listen(ctx context.Context, opt Options) (*Server, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for ssh: %w", err)
	}
	return Serve(ctx, l, opt), nil
}

// Serve starts a server on a listener of the caller's, for example one whose
// connections are pipes in memory. Close closes it.
func Serve(ctx context.Context, l net.Listener, opt Options) *Server {
	s := &Server{opt: opt, listen: l, conns: map[net.Conn]bool{}, hostKey: opt.HostKey}
	s.ctx, s.cancel = context.WithCancel(ctx)
	s.workers.Go(s.accept)
	return s
}

// Addr is where the server listens.
func (s *Server) Addr() net.Addr { return s.listen.Addr() }

// Cut drops all connections and, until it is called with false, every new one
// at once: what a client sees of a node that is off the network or has no
// power.
func (s *Server) Cut(cut bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut = cut
	if cut {
		for c := range s.conns {
			drop(c)
		}
	}
}

// SetHostKey makes the server answer with another host key from now on.
func (s *Server) SetHostKey(key ssh.Signer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hostKey = key
}

// Close ends the server, its connections and their commands, and waits for
// them.
func (s *Server) Close() error {
	s.cancel()
	err := s.listen.Close()
	s.Cut(true)
	s.workers.Wait()
	return err
}

// drop closes a connection with a reset where it can.
func drop(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // best effort: without it the peer sees an orderly end
	}
	_ = c.Close() // it may be closed already
}

func (s *Server) accept() {
	for {
		c, err := s.listen.Accept()
		if err != nil {
			return // closed
		}
		s.mu.Lock()
		cut := s.cut
		if !cut {
			s.conns[c] = true
		}
		s.mu.Unlock()
		if cut {
			drop(c)
			continue
		}
		s.workers.Go(func() {
			defer func() {
				s.mu.Lock()
				delete(s.conns, c)
				s.mu.Unlock()
				drop(c)
			}()
			s.connection(c)
		})
	}
}

func (s *Server) config() *ssh.ServerConfig {
	config := &ssh.ServerConfig{
		MaxAuthTries:  6,
		ServerVersion: "SSH-2.0-OpenSSH_9.2p1 simulated",
		PublicKeyCallback: func(c ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if s.opt.User != "" && c.User() != s.opt.User {
				return nil, errors.New("there is no such user")
			}
			if subtle.ConstantTimeCompare(key.Marshal(), s.opt.Authorized.Marshal()) == 1 {
				return &ssh.Permissions{}, nil
			}
			return nil, errors.New("key is not authorized")
		},
	}
	s.mu.Lock()
	config.AddHostKey(s.hostKey)
	s.mu.Unlock()
	return config
}

func (s *Server) connection(c net.Conn) {
	conn, channels, requests, err := ssh.NewServerConn(c, s.config())
	if err != nil {
		return // the client gave up or was refused, and knows why
	}
	defer conn.Close()
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	s.workers.Go(func() { ssh.DiscardRequests(requests) })

	open := make(chan struct{}, MaxSessions)
	var sessions sync.WaitGroup
	for request := range channels {
		switch request.ChannelType() {
		case "session":
		case "direct-tcpip":
			sessions.Go(func() { s.forward(ctx, request) })
			continue
		default:
			_ = request.Reject(ssh.UnknownChannelType, "unsupported") // the connection may be gone
			continue
		}
		select {
		case open <- struct{}{}:
		default:
			_ = request.Reject(ssh.ConnectionFailed, "open failed") // as sshd answers beyond MaxSessions
			continue
		}
		sessions.Go(func() {
			defer func() { <-open }()
			s.session(ctx, conn, request)
		})
	}
	cancel()
	sessions.Wait()
}
