package node

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// Mapped is a device of the device mapper, as a boot makes it.
type Mapped struct {
	Name   string   // it is /dev/mapper/NAME
	Number string   // "254:48"
	Table  []string // "0 32768 linear 254:64 2048"
}

// mapper is the device mapper of one boot.
type mapper struct {
	mu      sync.Mutex
	devices []*mappedDevice
}

type mappedDevice struct {
	Mapped
	waiting   []string // the table that is loaded and does not count yet
	suspended bool
}

func newMapper(devices []Mapped) *mapper {
	m := &mapper{}
	for _, d := range devices {
		m.devices = append(m.devices, &mappedDevice{Mapped: d})
	}
	return m
}

// find takes a name, or a path that has it. Called with mu held.
func (m *mapper) find(name string) (*mappedDevice, error) {
	for _, d := range m.devices {
		if strings.TrimPrefix(name, "/dev/mapper/") == d.Name {
			return d, nil
		}
	}
	return nil, fmt.Errorf("Device %s not found\nCommand failed.", strings.TrimPrefix(name, "/dev/")) //nolint:staticcheck,revive // dmsetup's words
}

// read is what a read of a device's first block comes to; known is false for what
// is no mapped device. A table that is suspended lets nobody read until it goes on.
func (m *mapper) read(name string) (wait time.Duration, known bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d, wrong := m.find(name)
	if wrong != nil || !strings.HasPrefix(name, "/dev/mapper/") {
		return 0, false, nil
	}
	words := strings.Fields(d.Table[0])
	switch words[2] {
	case "delay":
		milliseconds, _ := strconv.Atoi(words[5]) // load has seen to it
		return time.Duration(milliseconds) * time.Millisecond, true, nil
	case "flakey":
		return 0, true, syscall.EIO
	}
	return 0, true, nil
}

// dmsetup is the program of that name, as far as it is used here.
func (m *mapper) dmsetup(_ context.Context, p *shell.Proc) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	args := p.Args[1:]
	if len(args) < 2 {
		p.Errorf("Missing command")
		return 1
	}
	said, err := m.do(p, args[0], args[1:])
	if err != nil {
		p.Errorf("%v", err)
		return 1
	}
	p.Printf("%s", said)
	return 0
}

func (m *mapper) do(p *shell.Proc, verb string, args []string) (string, error) {
	switch verb {
	case "info":
		return m.info(args)
	case "table":
		d, err := m.find(args[len(args)-1])
		switch {
		case err != nil:
			return "", err
		case args[0] == "--inactive":
			return lines(d.waiting), nil
		}
		return lines(d.Table), nil
	}
	d, err := m.find(args[0])
	if err != nil {
		return "", err
	}
	switch verb {
	case "load":
		if len(args) != 2 {
			return "", errors.New("a table is read from a file")
		}
		data, err := p.FS().ReadFile(p.Path(args[1]))
		if err != nil {
			return "", fmt.Errorf("%s: fopen failed: %w", args[1], err)
		}
		d.waiting, err = parseTable(string(data))
		return "", err
	case "clear":
		d.waiting = nil
	case "suspend":
		d.suspended = true
	case "resume":
		if d.waiting != nil {
			d.Table, d.waiting = d.waiting, nil
		}
		d.suspended = false
	default:
		return "", fmt.Errorf("Unknown command: %s", verb) //nolint:staticcheck // dmsetup's words
	}
	return "", nil
}

// info is `info -c --noheadings --separator : -o FIELDS DEVICE`.
func (m *mapper) info(args []string) (string, error) {
	if len(args) != 7 || !slices.Equal(args[:5], []string{"-c", "--noheadings", "--separator", ":", "-o"}) {
		return "", errors.New("only columns without headings are told, with a colon between them")
	}
	d, err := m.find(args[6])
	if err != nil {
		return "", err
	}
	major, minor, _ := strings.Cut(d.Number, ":")
	state, tables := "Active", "Live"
	if d.suspended {
		state = "Suspended"
	}
	if d.waiting != nil {
		tables = "Both"
	}
	fields := map[string]string{"name": d.Name, "major": major, "minor": minor, "suspended": state, "tables_loaded": tables, "readonly": "Writeable"}
	var said []string
	for name := range strings.SplitSeq(args[5], ",") {
		value, has := fields[name]
		if !has {
			return "", fmt.Errorf("Unrecognised field: %s", name) //nolint:staticcheck // dmsetup's words
		}
		said = append(said, value)
	}
	return strings.Join(said, ":") + "\n", nil
}

// parseTable reads the targets that are known here, and returns them as the kernel
// tells them.
func parseTable(text string) (table []string, err error) {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		want := map[string]int{"linear": 5, "delay": 9, "flakey": 7}
		if len(words) < 3 || len(words) != want[words[2]] {
			return nil, fmt.Errorf("device-mapper: reload ioctl failed: Invalid argument: %q", line)
		}
		line = strings.Join(words, " ")
		if words[2] == "flakey" {
			line += " 0 " // so many features
		}
		table = append(table, line)
	}
	if table == nil {
		return nil, errors.New("a table of no target")
	}
	return table, nil
}

func lines(table []string) string {
	if len(table) == 0 {
		return ""
	}
	return strings.Join(table, "\n") + "\n"
}
