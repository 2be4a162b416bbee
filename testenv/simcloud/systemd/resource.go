package systemd

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
)

// ioLimit is one of a unit's limits of a disk: IOReadBandwidthMax=DEVICE BYTES.
type ioLimit struct {
	device string
	bytes  int64 // a second; 0: none
}

// String is the limit as systemctl shows it.
func (l ioLimit) String() string {
	if l.bytes == 0 {
		return ""
	}
	return l.device + " " + strconv.FormatInt(l.bytes, 10)
}

// setResource reads what limits a unit. Settings of other kinds are shown and
// have no effect here.
func (c *Config) setResource(key, value string) (err error) {
	switch key {
	case "CPUQuota":
		c.CPUQuota, err = share(value)
	case "CPUWeight":
		c.CPUWeight, err = strconv.ParseFloat(value, 64)
	case "MemoryMax":
		c.MemoryMax, err = size(value)
	case "MemoryHigh":
		c.MemoryHigh, err = size(value)
	case "TasksMax":
		c.TasksMax, err = size(value)
	case "IOReadBandwidthMax":
		c.IORead, err = deviceLimit(value)
	case "IOWriteBandwidthMax":
		c.IOWrite, err = deviceLimit(value)
	case "TemporaryFileSystem":
		c.OwnFiles = value
	default:
		c.Other[key] = value
	}
	return err
}

// share reads "80%"; what is empty takes the limit away.
func share(value string) (float64, error) {
	if value == "" {
		return 0, nil
	}
	percent, err := strconv.ParseFloat(strings.TrimSuffix(value, "%"), 64)
	if err != nil || percent <= 0 || !strings.HasSuffix(value, "%") {
		return 0, fmt.Errorf("invalid quota %q", value)
	}
	return percent / 100, nil
}

// size reads bytes with a suffix of base 1024.
func size(value string) (int64, error) {
	if value == "" || value == "infinity" {
		return 0, nil
	}
	scale := int64(1)
	if at := strings.IndexByte("KMGT", value[len(value)-1]); at >= 0 {
		scale, value = 1<<(10*(at+1)), value[:len(value)-1]
	}
	n, err := strconv.ParseInt(value, 10, 64)
	return n * scale, err
}

// deviceLimit reads "DEVICE BYTES", the bytes with a suffix of base 1000.
func deviceLimit(value string) (ioLimit, error) {
	device, number, found := strings.Cut(value, " ")
	if value == "" {
		return ioLimit{}, nil
	}
	if !found {
		return ioLimit{}, fmt.Errorf("invalid limit %q", value)
	}
	scale := int64(1)
	for _, suffix := range []string{"K", "M", "G"} {
		scale *= 1000
		if digits, has := strings.CutSuffix(number, suffix); has {
			n, err := strconv.ParseInt(digits, 10, 64)
			return ioLimit{device, n * scale}, err
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	return ioLimit{device, n}, err
}

func most(limit int64) string {
	if limit == 0 {
		return "max"
	}
	return strconv.FormatInt(limit, 10)
}

func infinity(limit int64) string {
	if limit == 0 {
		return "infinity"
	}
	return strconv.FormatInt(limit, 10)
}

func (c Config) cpuMax() string {
	if c.CPUQuota == 0 {
		return "max 100000"
	}
	return fmt.Sprintf("%.0f 100000", c.CPUQuota*100000)
}

func (c Config) cpuWeight() string { return strconv.FormatFloat(c.CPUWeight, 'f', -1, 64) }

// ioMax is io.max of the kernel: a line for the device that is limited.
func (m *Manager) ioMax(c Config) string {
	device := c.IORead.device
	if c.IORead.bytes == 0 {
		device = c.IOWrite.device
	}
	if device == "" {
		return ""
	}
	s, err := m.opt.FS.Statfs(device)
	if err != nil {
		return "" // systemd warns, and does nothing
	}
	return fmt.Sprintf("%s rbps=%s wbps=%s riops=max wiops=max", s.Number, most(c.IORead.bytes), most(c.IOWrite.bytes))
}

// ownFiles gives a unit its own tmpfs, TemporaryFileSystem=PLACE:OPTIONS, which
// nobody else sees, is a part of its memory and ends with it.
func (m *Manager) ownFiles(u *Unit) {
	u.use.view = m.opt.FS
	place, options, _ := strings.Cut(u.config.OwnFiles, ":")
	if place == "" {
		return
	}
	own := &memfs.Volume{Source: "tmpfs", Kind: "tmpfs", Number: "0:60"}
	for option := range strings.SplitSeq(options, ",") {
		if text, found := strings.CutPrefix(option, "size="); found {
			own.Size, _ = size(strings.ToUpper(text)) // without a number there is no limit
		}
	}
	view, err := m.opt.FS.Private(own, place)
	if err != nil {
		m.log(u.Name, "error", err.Error())
		return
	}
	own.Grown = func() { go m.pressed(u) } // who writes holds the files' lock
	u.use.own, u.use.view = own, view
}

// together is memory.oom.group: the kernel ends all of the group or one of it.
func (c Config) together() string {
	if c.Other["OOMPolicy"] == "kill" {
		return "1"
	}
	return "0"
}

// pressed has the kernel end somebody of a control group with more memory than it may
// have: who is there of another unit, which came to be ended first, or the unit itself.
func (m *Manager) pressed(u *Unit) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if u.proc != nil && u.proc.guest != nil {
		u = u.proc.guest
	}
	if guests := m.guests(u); len(guests) > 0 && u.config.MemoryMax > 0 && int64(m.memory(u)) > u.config.MemoryMax {
		m.log(u.Name, "oom-kill", strconv.Itoa(guests[0].PID))
		m.deliver(m.units[guests[0].Unit], guests[0], syscall.SIGKILL)
		// It has gone first, and systemd ends the unit for that, as it does by default
		// for whoever was ended in its group.
		if u.config.Other["OOMPolicy"] != "continue" {
			m.signal(u, syscall.SIGKILL)
		}
		return
	}
	if limit := u.config.MemoryMax; limit > 0 && u.proc != nil && int64(m.memory(u)) > limit {
		m.log(u.Name, "oom-kill", "")
		m.signal(u, syscall.SIGKILL)
	}
}
