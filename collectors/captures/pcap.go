package captures

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Of a pcap file, in bytes. Source: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html
const (
	pcapHeader   = 24
	packetHeader = 16
	longestSnap  = 1 << 18
)

// packets writes a pcap file packet by packet, so that one that is cut is whole to its end.
type packets struct {
	file  io.Writer
	rest  []byte
	order binary.ByteOrder // of the node; nil before the file's header has come
	count int64
}

// Line takes bytes in hexadecimal. What fills up the last word is less than a packet's header.
func (p *packets) Line(text string) error {
	raw, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		return fmt.Errorf("read packets: %w", err)
	}
	p.rest = append(p.rest, raw...)
	if p.order == nil {
		if err := p.header(); err != nil || p.order == nil {
			return err
		}
	}
	for len(p.rest) >= packetHeader {
		length := p.order.Uint32(p.rest[8:])
		if length > longestSnap {
			return fmt.Errorf("read packets: one of %d bytes is none", length)
		}
		whole := packetHeader + int(length)
		if len(p.rest) < whole {
			return nil
		}
		if _, err := p.file.Write(p.rest[:whole]); err != nil {
			return err
		}
		p.rest = p.rest[whole:]
		p.count++
	}
	return nil
}

// header takes the file's header, by which the node tells the order of its bytes.
func (p *packets) header() error {
	if len(p.rest) < pcapHeader {
		return nil
	}
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		if magic := order.Uint32(p.rest); magic == 0xa1b2c3d4 || magic == 0xa1b23c4d {
			p.order = order
		}
	}
	if p.order == nil {
		return errors.New("read packets: what tcpdump wrote is no pcap file")
	}
	_, err := p.file.Write(p.rest[:pcapHeader])
	p.rest = p.rest[pcapHeader:]
	return err
}

var (
	tcpdumpStatus = regexp.MustCompile(`(?:^|;)status (\d+)`)
	tcpdumpLost   = regexp.MustCompile(`(?:^|;)(\d+) packets? dropped by kernel`)
	tcpdumpSays   = regexp.MustCompile(`(?:^|;)(tcpdump: [^;]*)`)
)

// Close says how many packets there are, and how many the kernel has lost. 0 is the status of
// a tcpdump that has its count, 124 of one whose time was over, 141 of one whose reader had
// enough.
func (p *packets) Close(end string) (has, cut string, err error) {
	status := ""
	if found := tcpdumpStatus.FindStringSubmatch(end); found != nil {
		status = found[1]
	}
	broken := ""
	if !slices.Contains([]string{"", "0", "124", "141"}, status) || status != "" && p.order == nil {
		broken = "tcpdump ended with status " + status
		for _, found := range tcpdumpSays.FindAllStringSubmatch(end, -1) {
			broken += ": " + found[1]
		}
	}
	if p.order == nil && broken != "" {
		return "", "", errors.New(broken)
	}
	has = fmt.Sprintf("%d packets", p.count)
	if p.count == 1 {
		has = "1 packet"
	}
	if cut = broken; status == "0" {
		cut = "there were as many as count says before its time was over"
	}
	if lost := tcpdumpLost.FindStringSubmatch(end); lost != nil && lost[1] != "0" {
		cut = strings.TrimPrefix(cut+"; ", "; ") + lost[1] + " packets that the kernel dropped, as they came too fast"
	}
	return has, cut, nil
}
