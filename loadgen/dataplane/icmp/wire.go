package icmp

import (
	"bytes"
	"encoding/binary"
	"net"

	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"github.com/openstack-eris/eris/loadgen/dataplane/sequence"
)

// header is what each echo request and reply begins with, bytes: type, code, checksum,
// identifier and sequence number.
const header = 8

// wire has an echo request for each text. Its sequence number is the end of that of the
// text, by which a request is known where little of it is quoted: RFC 792 wants no more
// of it than its header.
type wire struct {
	net.Conn
	six    bool
	packet bool // what is read begins with the header of IPv4
	id     int  // identifier of the socket's requests
	quotes bool // errors say which request they are about
}

// Send sends a request.
func (w *wire) Send(number uint64, text []byte) error {
	message, err := w.request(number, text)
	if err == nil {
		_, err = w.Write(message)
	}
	return err
}

// request is what is sent; the kernel puts in the checksum of IPv6, and what is there
// already where it knows better.
func (w *wire) request(number uint64, text []byte) ([]byte, error) {
	m := icmp.Message{Type: ipv4.ICMPTypeEcho, Body: &icmp.Echo{ID: w.id, Seq: int(uint16(number)), Data: text}} // its end is meant
	if w.six {
		m.Type = ipv6.ICMPTypeEchoRequest
	}
	return m.Marshal(nil)
}

// Receive waits for a message, and gives what a reply carries.
func (w *wire) Receive(into []byte) ([]byte, error) {
	n, err := w.Read(into)
	if err != nil {
		return nil, err
	}
	message := into[:n]
	if w.packet && n > 0 {
		message = message[min(n, int(message[0]&0xf)*4):]
	}
	reply := byte(ipv4.ICMPTypeEchoReply)
	if w.six {
		reply = byte(ipv6.ICMPTypeEchoReply)
	}
	// A raw socket of IPv4 gets what the kernel has not looked at.
	if len(message) < header || message[0] != reply || w.packet && sum(message) != 0xffff {
		return nil, nil
	}
	return message[header:], nil
}

// sum is the sum of the checksum, all ones where nothing was changed on the way.
//
// Source: RFC 1071.
func sum(message []byte) uint16 {
	var all uint32
	for ; len(message) > 1; message = message[2:] {
		all += uint32(binary.BigEndian.Uint16(message))
	}
	if len(message) == 1 {
		all += uint32(message[0]) << 8
	}
	for all > 0xffff {
		all = all&0xffff + all>>16
	}
	return uint16(all)
}

// Quotes gives the requests of which the kernel was told.
func (w *wire) Quotes() ([]sequence.Quote, bool) {
	all := sequence.Quoted(w.Conn)
	for i := range all {
		if quoted := all[i].Text; len(quoted) >= header {
			all[i].Text = quoted[header:]
			all[i].Header = &sequence.Header{
				Low:  binary.BigEndian.Uint16(quoted[6:]),
				Fits: func(number uint64, text []byte) bool { return w.fits(quoted[:header], number, text) },
			}
			continue
		}
		all[i].Text = nil
	}
	return all, w.quotes
}

// fits tells whether a header is that of a request. Of IPv4 the checksum, which is over
// the whole, has to be right as well; that of IPv6 only the kernel knows, and a router
// quotes more there (RFC 4443, 2.4).
func (w *wire) fits(quoted []byte, number uint64, text []byte) bool {
	sent, err := w.request(number, text)
	if err != nil {
		return false
	}
	if w.six {
		return bytes.Equal(quoted[:2], sent[:2]) && bytes.Equal(quoted[4:], sent[4:header])
	}
	return bytes.Equal(quoted, sent[:header])
}
