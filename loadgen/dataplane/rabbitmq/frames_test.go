package rabbitmq_test

import (
	"encoding/binary"
	"io"
)

// The frames of AMQP 0-9-1 that the broker of these tests reads and writes.
//
// Source: https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf

type frame struct {
	kind    byte
	channel uint16
	payload []byte
}

func readFrame(r io.Reader) (f frame, err error) {
	var start [7]byte
	if _, err = io.ReadFull(r, start[:]); err != nil {
		return f, err
	}
	f.kind, f.channel = start[0], binary.BigEndian.Uint16(start[1:])
	f.payload = make([]byte, binary.BigEndian.Uint32(start[3:])+1)
	if _, err = io.ReadFull(r, f.payload); err != nil {
		return f, err
	}
	f.payload = f.payload[:len(f.payload)-1]
	return f, nil
}

func (f frame) bytes() []byte {
	out := []byte{f.kind}
	out = binary.BigEndian.AppendUint16(out, f.channel)
	out = binary.BigEndian.AppendUint32(out, uint32(len(f.payload)))
	return append(append(out, f.payload...), 0xCE)
}

// words builds the payload of a method.
type words []byte

func method(class, id uint16) words {
	return words{}.short(class).short(id)
}
func (w words) octet(n byte) words      { return append(w, n) }
func (w words) short(n uint16) words    { return binary.BigEndian.AppendUint16(w, n) }
func (w words) long(n uint32) words     { return binary.BigEndian.AppendUint32(w, n) }
func (w words) longlong(n uint64) words { return binary.BigEndian.AppendUint64(w, n) }
func (w words) text(s string) words     { return append(w.octet(byte(len(s))), s...) }
func (w words) longText(s string) words { return append(w.long(uint32(len(s))), s...) }

// reader takes a payload apart.
type reader []byte

func (r *reader) take(n int) []byte {
	out := (*r)[:n]
	*r = (*r)[n:]
	return out
}
func (r *reader) octet() byte      { return r.take(1)[0] }
func (r *reader) short() uint16    { return binary.BigEndian.Uint16(r.take(2)) }
func (r *reader) long() uint32     { return binary.BigEndian.Uint32(r.take(4)) }
func (r *reader) longlong() uint64 { return binary.BigEndian.Uint64(r.take(8)) }
func (r *reader) text() string     { return string(r.take(int(r.octet()))) }
func (r *reader) longText() string { return string(r.take(int(r.long()))) }
