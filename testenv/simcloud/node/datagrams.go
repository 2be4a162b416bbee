package node

import "io"

// datagrams opens what sends each write to a port of a host, as one packet of UDP.
func (n *Node) datagrams(host string, port int) (io.WriteCloser, error) {
	return datagrams{node: n, host: host, port: port}, nil
}

type datagrams struct {
	node *Node
	host string
	port int
}

func (d datagrams) Write(said []byte) (int, error) {
	sender, ok := d.node.opt.Network.(Sender)
	if !ok {
		return 0, ErrRefused
	}
	if err := sender.Datagram(d.host, d.port, said); err != nil {
		return 0, err
	}
	return len(said), nil
}

func (datagrams) Close() error { return nil }
