// Package sshclient makes clients of SSH of connections. Who reaches nodes and who
// logs in to instances both stand on it.
package sshclient

import (
	"net"
	"sync"

	"golang.org/x/crypto/ssh"
)

// New proves the machine's key and who we are over the wire, as
// [ssh.NewClientConn] does, and returns a client on which no session and no way on
// is waited for that the end of the wire has crossed: they fail. The caller closes
// the wire when this fails.
func New(wire net.Conn, address string, config *ssh.ClientConfig) (*ssh.Client, error) {
	c, channels, requests, err := ssh.NewClientConn(&ending{Conn: wire}, address, config)
	if err != nil {
		return nil, err
	}
	return ssh.NewClient(c, channels, requests), nil
}

// ending is a connection that takes nothing any more once its end was read. A
// connection that the other side has closed still takes what is written to it, and
// x/crypto (0.55) forgets those who wait for an answer at the moment in which it
// reads the end: who asks right after that, and can still write, waits for ever.
type ending struct {
	net.Conn

	mu  sync.RWMutex
	end error
}

// Read keeps the error that ends the connection before x/crypto knows it.
func (e *ending) Read(p []byte) (int, error) {
	n, err := e.Conn.Read(p)
	if err != nil {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.end = err
	}
	return n, err
}

// Write fails after the end as the reader did.
func (e *ending) Write(p []byte) (int, error) {
	e.mu.RLock()
	end := e.end
	e.mu.RUnlock()
	if end != nil {
		return 0, end
	}
	return e.Conn.Write(p)
}
