package lab

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/openstack-eris/eris/inventory/remote/sshclient"
)

// dialFunc opens a connection inside the lab's network.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// ping sends one ICMP echo inside the lab's network and waits for its answer
// for at most a second.
func ping(ctx context.Context, dial dialFunc, address string) error {
	conn, err := dial(ctx, "ip4:icmp", address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	ask := echoRequest(uint16(time.Now().UnixNano()))
	if _, err := conn.Write(ask); err != nil {
		return err
	}
	packet := make([]byte, 1500)
	for {
		n, err := conn.Read(packet)
		if err != nil {
			return err
		}
		if isEchoReply(packet[:n], ask) {
			return nil
		}
	}
}

// echoRequest is an ICMP echo (RFC 792): type 8, code 0, checksum, identifier,
// sequence number, data.
func echoRequest(id uint16) []byte {
	packet := append([]byte{8, 0, 0, 0, 0, 0, 0, 1}, "eris"...)
	binary.BigEndian.PutUint16(packet[4:], id)
	sum := uint32(0)
	for i := 0; i < len(packet); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(packet[i:]))
	}
	sum = sum>>16 + sum&0xffff
	sum += sum >> 16
	binary.BigEndian.PutUint16(packet[2:], ^uint16(sum))
	return packet
}

// isEchoReply holds for an IPv4 packet with the answer (type 0) to ask,
// everything after the checksum being as it was sent.
func isEchoReply(packet, ask []byte) bool {
	if len(packet) == 0 || len(packet) < int(packet[0]&15)*4 {
		return false
	}
	reply := packet[int(packet[0]&15)*4:] // the header's length stands in its first byte, in words
	return len(reply) == len(ask) && reply[0] == 0 && bytes.Equal(reply[4:], ask[4:])
}

// runBySSH runs a command over one connection inside the lab's network and
// returns what it printed.
func runBySSH(ctx context.Context, dial dialFunc, address string, config *ssh.ClientConfig, command string) (string, error) {
	conn, err := dial(ctx, "tcp", address)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(config.Timeout)); err != nil {
		return "", err
	}
	client, err := sshclient.New(conn, address, config)
	if err != nil {
		return "", fmt.Errorf("log in to %s: %w", address, err)
	}
	defer func() { _ = client.Close() }()
	session, err := client.NewSession()
	if err != nil {
		return "", fmt.Errorf("open a session on %s: %w", address, err)
	}
	out, err := session.Output(command)
	return strings.TrimSpace(string(out)), errors.Join(err, ctx.Err())
}
