package record

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"strings"
	"time"
)

// A file of samples is a line that names the format and then blocks. A block
// is its payload's length and CRC-32C, four bytes each, little endian, and the
// payload: samples as varints, each a difference to the one before it in the
// same block. A block needs nothing but itself, so a torn tail costs no more
// than the block that it tore.
const (
	samplesMagic = "eris-samples 1\n"
	blockHeader  = 8
	blockTarget  = 32 << 10 // bytes after which a block is handed to the disk
	blockMost    = 1 << 20  // a longer one is damage, not data
	nameMost     = 255      // bytes of an operation's name or of request ids
	idsBetween   = "\n"     // stands behind the id that was sent, where there is one; no header has it
)

// Bits of a sample's first byte; the low four are its class.
const (
	hasStatus    = 1 << 4
	hasRequestID = 1 << 5
	hasOperation = 1 << 6
	newOperation = 1 << 7 // the name follows; later samples refer to it by number
)

// errDamaged is returned for bytes that no writer of ours has written.
var errDamaged = errors.New("damaged block of samples")

func checksum(payload []byte) uint32 {
	return crc32.Checksum(payload, crc32.MakeTable(crc32.Castagnoli))
}

// encoder builds one block.
type encoder struct {
	buf        []byte
	last       Sample
	operations map[string]uint64
}

// reset starts a block in buf, with room for its header.
func (e *encoder) reset(buf []byte) {
	e.buf = append(buf[:0], make([]byte, blockHeader)...)
	e.last = Sample{}
	clear(e.operations)
}

func (e *encoder) empty() bool { return len(e.buf) <= blockHeader }

// add appends a sample. The request ids of a success are not kept.
func (e *encoder) add(s Sample) {
	flags := byte(s.Class) & 0x0f
	var number uint64
	var known bool
	if s.Operation != "" {
		flags |= hasOperation
		if number, known = e.operations[s.Operation]; !known {
			flags |= newOperation
		}
	}
	if s.Status != 0 {
		flags |= hasStatus
	}
	ids := ""
	if s.Class != OK {
		ids = s.ids()
	}
	if ids != "" {
		flags |= hasRequestID
	}
	b := append(e.buf, flags)
	b = binary.AppendVarint(b, s.Iteration-e.last.Iteration)
	b = binary.AppendVarint(b, int64(s.Intended-e.last.Intended))
	b = binary.AppendVarint(b, int64(s.Started-s.Intended)<<1|bit(s.Queued))
	b = binary.AppendVarint(b, int64(s.End-s.Started))
	switch {
	case flags&newOperation != 0:
		e.operations[s.Operation] = uint64(len(e.operations))
		b = appendText(b, s.Operation)
	case flags&hasOperation != 0:
		b = binary.AppendUvarint(b, number)
	}
	if flags&hasStatus != 0 {
		b = binary.AppendUvarint(b, uint64(uint32(s.Status)))
	}
	if flags&hasRequestID != 0 {
		b = appendText(b, ids)
	}
	e.buf, e.last = b, s
}

// ids are those of a request as a block has them.
func (s Sample) ids() string {
	if s.SentID == "" {
		return s.RequestID
	}
	return s.SentID + idsBetween + s.RequestID
}

// seal fills in the header and returns the whole block.
func (e *encoder) seal() []byte {
	payload := e.buf[blockHeader:]
	binary.LittleEndian.PutUint32(e.buf[0:], uint32(len(payload)))
	binary.LittleEndian.PutUint32(e.buf[4:], checksum(payload))
	return e.buf
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func appendText(b []byte, s string) []byte {
	s = s[:min(len(s), nameMost)]
	return append(append(b, byte(len(s))), s...)
}

// decoder reads the samples of one block.
type decoder struct {
	rest       []byte
	last       Sample
	operations []string
	err        error
}

// next returns the block's next sample; false at its end or when err is set.
func (d *decoder) next() (Sample, bool) {
	if len(d.rest) == 0 || d.err != nil {
		return Sample{}, false
	}
	flags := d.rest[0]
	d.rest = d.rest[1:]
	s := Sample{Class: Class(flags & 0x0f)}
	s.Iteration = d.last.Iteration + d.varint()
	s.Intended = d.last.Intended + time.Duration(d.varint())
	wait := d.varint() // the lowest bit is Queued
	s.Started, s.Queued = s.Intended+time.Duration(wait>>1), wait&1 == 1
	s.End = s.Started + time.Duration(d.varint())
	switch {
	case flags&newOperation != 0:
		s.Operation = d.text()
		d.operations = append(d.operations, s.Operation)
	case flags&hasOperation != 0:
		s.Operation = d.operation(d.uvarint())
	}
	if flags&hasStatus != 0 {
		status := d.uvarint()
		if status > math.MaxInt32 {
			d.err = fmt.Errorf("%w: status %d", errDamaged, status)
		}
		s.Status = int(status)
	}
	if flags&hasRequestID != 0 {
		s.RequestID = d.text()
		if sent, given, both := strings.Cut(s.RequestID, idsBetween); both {
			s.SentID, s.RequestID = sent, given
		}
	}
	if s.Class >= Classes {
		d.err = fmt.Errorf("%w: class %d", errDamaged, s.Class)
	}
	d.last = s
	return s, d.err == nil
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.rest)
	return took(d, v, n)
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.rest)
	return took(d, v, n)
}

// took consumes the n bytes of a number, or sets err.
func took[T any](d *decoder, v T, n int) T {
	if n <= 0 {
		d.rest = nil
		d.err = fmt.Errorf("%w: number cut short", errDamaged)
		return *new(T)
	}
	d.rest = d.rest[n:]
	return v
}

func (d *decoder) operation(number uint64) string {
	if number >= uint64(len(d.operations)) {
		d.err = fmt.Errorf("%w: operation %d of %d", errDamaged, number, len(d.operations))
		return ""
	}
	return d.operations[number]
}

func (d *decoder) text() string {
	if len(d.rest) == 0 || len(d.rest) < 1+int(d.rest[0]) {
		d.rest = nil
		d.err = fmt.Errorf("%w: text cut short", errDamaged)
		return ""
	}
	n := 1 + int(d.rest[0])
	s := string(d.rest[1:n])
	d.rest = d.rest[n:]
	return s
}
