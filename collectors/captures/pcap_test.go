package captures_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/captures"
)

// pcap is a file of packets with such lengths.
func pcap(order binary.AppendByteOrder, lengths ...int) []byte {
	file := order.AppendUint32(nil, 0xa1b2c3d4)
	file = append(file, make([]byte, 20)...)
	for n, length := range lengths {
		file = order.AppendUint32(order.AppendUint32(file, 1000), 0)
		file = order.AppendUint32(order.AppendUint32(file, uint32(length)), uint32(length))
		file = append(file, bytes.Repeat([]byte{byte(n + 1)}, length)...)
	}
	return file
}

// feed gives a sifter bytes as od does: in words of eight, the last filled up with zeros.
func feed(s captures.Sifter, file []byte, at int) error {
	for len(file) > 0 {
		n := min(at, len(file))
		text := hex.EncodeToString(file[:n])
		text += strings.Repeat("0", (16-len(text)%16)%16)
		var words []string
		for ; text != ""; text = text[16:] {
			words = append(words, text[:16])
		}
		if err := s.Line(" " + strings.Join(words, " ")); err != nil {
			return err
		}
		file = file[n:]
	}
	return nil
}

func TestAFileOfPacketsIsWholeToItsEnd(t *testing.T) {
	for name, order := range map[string]binary.AppendByteOrder{"little": binary.LittleEndian, "big": binary.BigEndian} {
		t.Run(name, func(t *testing.T) {
			var file bytes.Buffer
			s := captures.NewPackets().Sift(captures.Window{}, &file)
			all := pcap(order, 60, 0, 61, 300)
			require.NoError(t, feed(s, all, 256))
			has, cut, err := s.Close("status 124;")
			require.NoError(t, err)
			require.Equal(t, all, file.Bytes())
			require.Equal(t, "4 packets", has)
			require.Empty(t, cut)

			file.Reset()
			s = captures.NewPackets().Sift(captures.Window{}, &file)
			require.NoError(t, feed(s, all[:len(all)-5], 16))
			has, _, err = s.Close("")
			require.NoError(t, err)
			require.Equal(t, pcap(order, 60, 0, 61), file.Bytes(), "and nothing of the packet that is cut")
			require.Equal(t, "3 packets", has)
		})
	}
}

func TestWhatTcpdumpSaysAtItsEndIsTold(t *testing.T) {
	one := func(end string) (has, cut string, err error) {
		s := captures.NewPackets().Sift(captures.Window{}, &bytes.Buffer{})
		require.NoError(t, feed(s, pcap(binary.LittleEndian, 8), 256))
		return s.Close(end)
	}
	for end, want := range map[string]string{
		"tcpdump: listening on any;9 packets captured;9 packets received by filter;0 packets dropped by kernel;status 124": "",
		"9 packets captured;3 packets dropped by kernel;status 124":                                                        "3 packets that the kernel dropped, as they came too fast",
		"1 packet dropped by kernel;status 0":                                                                              "there were as many as count says before its time was over; 1 packets that the kernel dropped, as they came too fast",
		"tcpdump: Couldn't find user 'tcpdump';status 1":                                                                   "tcpdump ended with status 1: tcpdump: Couldn't find user 'tcpdump'",
	} {
		has, cut, err := one(end)
		require.NoError(t, err)
		require.Equal(t, "1 packet", has)
		require.Equal(t, want, cut, end)
	}
	_, _, err := captures.NewPackets().Sift(captures.Window{}, &bytes.Buffer{}).Close("tcpdump: eth9: No such device exists;status 1")
	require.EqualError(t, err, "tcpdump ended with status 1: tcpdump: eth9: No such device exists")

	_, _, err = captures.NewPackets().Sift(captures.Window{}, &bytes.Buffer{}).Close("status 124")
	require.EqualError(t, err, "tcpdump ended with status 124", "of no packet there is a header all the same")

	for text, want := range map[string]string{"no hex": "read packets: ", strings.Repeat("00", 24): "is no pcap file", hex.EncodeToString(append(pcap(binary.LittleEndian), bytes.Repeat([]byte{0xff}, 16)...)): "is none"} {
		require.ErrorContains(t, captures.NewPackets().Sift(captures.Window{}, &bytes.Buffer{}).Line(text), want)
	}
}
