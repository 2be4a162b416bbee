package command

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"
	"unicode/utf8"
)

// The second version of subunit: packets, between which a program may have said
// anything else in UTF-8. A packet begins with a byte that is no character there, but
// may be the end of one (ó is C3 B3); any other that begins no whole packet is damage.
//
// Source: https://github.com/testing-cabal/subunit#version-2
const (
	signature = 0xb3

	hasTest    = 0x0800
	hasRouting = 0x0400
	hasTime    = 0x0200
	hasTags    = 0x0080
	hasMIME    = 0x0020
	hasFile    = 0x0040
	version2   = 0x2000
	versions   = 0xf000
	status     = 0x0007
	packetMost = 4 << 20
	packetLow  = 1 + 2 + 1 + 4 // signature, flags, length, checksum
)

// The statuses of a test.
const (
	inProgress = 2
	success    = 3
	unexpected = 4 // success of what was to fail
	skipped    = 5
	failed     = 6
	expected   = 7 // failure, as it was to be
)

var errCut = errors.New("the packet ends too early")

// packet is what is read of one.
type packet struct {
	flags uint16
	at    time.Time
	test  string
}

// readSubunit makes an operation of each test that began and ended.
func readSubunit(text []byte, _ time.Time) ([]step, error) {
	var steps []step
	begun := map[string]time.Time{}
	said := 0 // where what the program says between packets begins
	for place := 0; place < len(text); {
		if text[place] != signature {
			place++
			continue
		}
		p, size, err := readPacket(text[place:])
		if err != nil && endsCharacter(text[said:], place-said) {
			place++
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("packet at byte %d: %w", place, err)
		}
		place += size
		said = place
		if p.test == "" {
			continue
		}
		s := step{name: p.test, began: begun[p.test], ended: p.at}
		switch p.flags & status {
		case inProgress:
			begun[p.test] = p.at
			continue
		case success, expected:
		case failed:
			s.wrong = "failed"
		case unexpected:
			s.wrong = "passed, and was to fail"
		case skipped: // it was not run
			delete(begun, p.test)
			continue
		default: // it is known, or something is told of it
			continue
		}
		if s.began.IsZero() { // such as the set-up of a class, of which only the failure is told
			s.began = s.ended
		}
		if s.ended.IsZero() || s.ended.Before(s.began) {
			return nil, fmt.Errorf("test %s ended, and it is not told when", p.test)
		}
		steps = append(steps, s)
		delete(begun, p.test)
	}
	if len(begun) > 0 {
		return nil, fmt.Errorf("%d tests began and have no end", len(begun))
	}
	return steps, nil
}

// endsCharacter tells whether the byte of a text belongs to a character that began
// before it.
func endsCharacter(text []byte, place int) bool {
	for from := place - 1; from >= max(0, place-utf8.UTFMax+1); from-- {
		if utf8.RuneStart(text[from]) {
			_, size := utf8.DecodeRune(text[from:])
			return from+size > place
		}
	}
	return false
}

func readPacket(text []byte) (p packet, size int, err error) {
	if len(text) < packetLow {
		return p, 0, errCut
	}
	p.flags = binary.BigEndian.Uint16(text[1:])
	if p.flags&versions != version2 {
		return p, 0, fmt.Errorf("it is of version %d", p.flags>>12)
	}
	rest := reader{text: text[3:]}
	length := rest.number()
	if rest.err != nil || length < packetLow || length > packetMost || length > len(text) {
		return p, 0, errCut
	}
	body := length - crc32.Size
	if crc32.ChecksumIEEE(text[:body]) != binary.BigEndian.Uint32(text[body:]) {
		return p, 0, errors.New("its checksum is wrong")
	}
	rest.text = rest.text[:len(rest.text)-(len(text)-body)]
	if p.flags&hasTime != 0 {
		whole := rest.take(4)
		if rest.err == nil {
			p.at = time.Unix(int64(binary.BigEndian.Uint32(whole)), int64(rest.number()))
		}
	}
	if p.flags&hasTest != 0 {
		p.test = string(rest.take(rest.number()))
	}
	if p.flags&hasTags != 0 {
		for range rest.number() {
			rest.take(rest.number())
		}
	}
	for _, flag := range []uint16{hasMIME, hasFile, hasFile, hasRouting} { // a file has a name and a content
		if p.flags&flag != 0 {
			rest.take(rest.number())
		}
	}
	if rest.err == nil && len(rest.text) > 0 {
		rest.err = fmt.Errorf("it has %d bytes more than it tells of", len(rest.text))
	}
	return p, length, rest.err
}

// reader takes a packet apart; its first error stays.
type reader struct {
	text []byte
	err  error
}

func (r *reader) take(n int) []byte {
	if r.err != nil || n < 0 || n > len(r.text) {
		r.err = errors.Join(r.err, errCut)
		return nil
	}
	taken := r.text[:n]
	r.text = r.text[n:]
	return taken
}

// number has as many further bytes as its first two bits say.
func (r *reader) number() int {
	if r.err != nil || len(r.text) == 0 {
		r.err = errors.Join(r.err, errCut)
		return 0
	}
	more := int(r.text[0] >> 6)
	n := int(r.text[0] & 0x3f)
	r.text = r.text[1:]
	for _, b := range r.take(more) {
		n = n<<8 | int(b)
	}
	return n
}
