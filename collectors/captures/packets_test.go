package captures_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/captures"
)

// printing is a program's line that prints bytes.
func printing(bytes []byte) string {
	var octal strings.Builder
	for _, b := range bytes {
		fmt.Fprintf(&octal, `\%03o`, b)
	}
	return "printf '" + octal.String() + "'\n"
}

func packets() *captures.Packets {
	p := captures.NewPackets()
	p.Filter = "tcp port 5672"
	return p
}

func TestPacketsAreTakenByTcpdump(t *testing.T) {
	b := newBench(t)
	said := filepath.Join(b.bin, "said")
	file := pcap(binary.LittleEndian, 96, 96, 40)
	b.program("tcpdump", `printf '%s\n' "$@" >`+said+"\n"+printing(file)+"echo '3 packets captured' >&2\necho '2 packets dropped by kernel' >&2\nexit 0\n")
	taken, got, err := b.take(t.Context(), packets(), captures.Window{For: 10 * time.Second, Most: 1 << 20})
	require.NoError(t, err)
	require.Equal(t, file, got)
	require.Equal(t, captures.Taken{Has: "3 packets", Cut: "there were as many as count says before its time was over; 2 packets that the kernel dropped, as they came too fast", Bytes: int64(len(file))}, taken)
	words, err := os.ReadFile(said)
	require.NoError(t, err)
	require.Equal(t, "-p -n -U --immediate-mode -s 96 -c 100000 -i any -w - -- (tcp port 5672)", strings.Join(strings.Fields(string(words)), " "))
}

// Eris' own packets on the node would make more of themselves.
func TestErisOwnPacketsAreLeftOut(t *testing.T) {
	b := newBench(t)
	b.program("tcpdump", `eval "echo \"\${$#}\" >&2"; exit 1`)
	told := func(from string) string {
		b.setup = "ERIS_SSH_CONNECTION='" + from + "'\n"
		return b.check(packets())
	}
	require.Equal(t, "tcpdump does not take it: (tcp port 5672)", strings.TrimSpace(told("")))
	require.Contains(t, told("198.51.100.7 40000 198.51.100.11 2222"), "(tcp port 5672) and not (host 198.51.100.7 and host 198.51.100.11 and tcp port 2222)")
	require.Contains(t, told("fe80::1%eth0 40000 fe80::2%eth0 22"), "(tcp port 5672) and not (host fe80::1 and host fe80::2 and tcp port 22)")
}

func TestACaptureEndsWithItsTime(t *testing.T) {
	b := newBench(t)
	b.program("tcpdump", printing(pcap(binary.LittleEndian, 8, 8))+"exec sleep 100\n")
	begun := time.Now()
	taken, _, err := b.take(t.Context(), packets(), captures.Window{For: time.Second, Most: 1 << 20})
	require.NoError(t, err)
	require.Equal(t, captures.Taken{Has: "2 packets", Bytes: 72}, taken, "status 124 is how one ends whose time is over")
	require.Less(t, time.Since(begun), 20*time.Second)
}

func TestACaptureThatIsFullEndsAtAWholePacket(t *testing.T) {
	b := newBench(t)
	b.program("tcpdump", printing(pcap(binary.LittleEndian, 96, 96, 96, 96, 96))+"exec sleep 100\n")
	taken, got, err := b.take(t.Context(), packets(), captures.Window{For: time.Minute, Most: 24 + 2*112 + 50})
	require.NoError(t, err)
	require.Equal(t, pcap(binary.LittleEndian, 96, 96), got)
	require.Equal(t, captures.Taken{Has: "2 packets", Cut: "it was over 298 bytes", Bytes: 248}, taken)
}

// Nobody asks whether Eris has ended, was killed, or lost its connection: what captures on the
// node ends with the session, and what was seen by then is here.
func TestNothingGoesOnWhereNobodyReads(t *testing.T) {
	b := newBench(t)
	note := filepath.Join(b.bin, "pid")
	b.program("tcpdump", printing(pcap(binary.LittleEndian, 16, 16, 16, 16, 16, 16, 16, 16))+"echo $$ >"+note+".new; mv "+note+".new "+note+"\nexec sleep 100\n")
	ctx, end := context.WithCancel(t.Context())
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(note); err == nil {
				time.AfterFunc(300*time.Millisecond, end)
				return
			}
		}
	}()
	taken, _, err := b.take(ctx, packets(), captures.Window{For: time.Minute, Most: 1 << 20})
	require.NoError(t, err)
	require.Equal(t, context.Canceled.Error(), taken.Cut)
	require.Equal(t, "7 packets", taken.Has, "of whole blocks of 256 bytes")
	text, err := os.ReadFile(note)
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	require.Eventually(t, func() bool { return syscall.Kill(pid, 0) != nil }, 20*time.Second, 50*time.Millisecond)
}

func TestWhyNothingCanBeCapturedIsSaid(t *testing.T) {
	b := newBench(t)
	b.program("tcpdump", "echo 'tcpdump: syntax error in filter expression' >&2\nexit 1\n")
	require.Contains(t, b.check(packets()), "tcpdump does not take it: tcpdump: syntax error in filter expression")
	b.program("tcpdump", "exit 0\n")
	require.Empty(t, b.check(packets()))

	b.program("tcpdump", "echo 'tcpdump: eth9: No such device exists' >&2\nexit 1\n")
	_, got, err := b.take(t.Context(), packets(), captures.Window{For: time.Second, Most: 1 << 20})
	require.EqualError(t, err, "tcpdump ended with status 1: tcpdump: eth9: No such device exists")
	require.Empty(t, got)
}

func TestArgumentsOfPackets(t *testing.T) {
	require.NoError(t, packets().Validate())
	for what, spoil := range map[string]func(*captures.Packets){
		"filter: \"-w /etc/passwd\"":  func(p *captures.Packets) { p.Filter = "-w /etc/passwd" },
		"filter: \"\"":                func(p *captures.Packets) { p.Filter = "" },
		"interface: \"eth0; reboot\"": func(p *captures.Packets) { p.Interface = "eth0; reboot" },
		"snap: 63":                    func(p *captures.Packets) { p.Snap = 63 },
		"count: 0":                    func(p *captures.Packets) { p.Count = 0 },
	} {
		p := packets()
		spoil(p)
		require.ErrorContains(t, p.Validate(), what)
	}
	p := packets()
	require.Empty(t, p.Reveals())
	p.Snap = 1500
	require.Contains(t, p.Reveals(), "1500 bytes of each packet")
}
