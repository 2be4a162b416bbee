package collectors

import (
	"fmt"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// sector is the unit of /proc/diskstats in bytes, whatever a disk's own is.
const sector = 512

// Disk reads what a node's disks read and wrote from /proc/diskstats, by
// builtins of the shell alone. Partitions are not counted beside their disk.
//
// What the columns are: https://docs.kernel.org/admin-guide/iostats.html
type Disk struct {
	Devices []string `yaml:"devices" help:"only these, e.g. vda, or a partition; when left out all whole devices but loop, ram, zram, sr and fd"`
}

// Signals names what Disk publishes.
func (*Disk) Signals() []SignalInfo {
	labels := []string{"node", "device"}
	return []SignalInfo{
		{Name: "disk.read", Unit: "bytes", Labels: labels, Kind: Delta, Help: "read from the device since the last interval"},
		{Name: "disk.written", Unit: "bytes", Labels: labels, Kind: Delta, Help: "written to the device since the last interval"},
		{Name: "disk.busy", Unit: "ratio", Labels: labels, Help: "time that the device had something to do, since the last interval"},
	}
}

// Validate refuses what is no name of a device.
func (d *Disk) Validate() error { return plainNames("devices", d.Devices) }

// Expected is one series of every device; at least one where none is named.
func (d *Disk) Expected(_ string, _ []*inventory.Service) []map[string]string {
	return named("device", d.Devices)
}

// Script prints device=sectors read/sectors written/milliseconds busy, with the
// uptime before, and after "since" what the last line had.
func (d *Disk) Script(_ *inventory.Node, _ []*inventory.Service, every time.Duration) string {
	choose := `loop* | ram* | zram* | sr* | fd*) ;;
*) [ ! -e "/sys/block/$name" ] || counted="$counted $name=$read/$written/$busy" ;;`
	if len(d.Devices) > 0 {
		choose = strings.Join(d.Devices, " | ") + `) counted="$counted $name=$read/$written/$busy" ;;`
	}
	return Loop("last=", uptime+fmt.Sprintf(`
line="failed the node has no /proc/diskstats"
if [ -e /proc/diskstats ]; then
counted=" at=$at"
while read -r major minor name reads together read took writes joined written long flight busy rest; do
case $name in
%s
esac
done </proc/diskstats
line="up$counted since$last" last=$counted
fi`, choose), every)
}

// Parse reads a line of Script.
func (*Disk) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	return eachCounter("disk", line, 3, func(device string, done []float64, seconds float64) ([]record.Reading, error) {
		labels := map[string]string{"device": device}
		return []record.Reading{
			{Signal: "disk.read", Labels: labels, Value: done[0] * sector},
			{Signal: "disk.written", Labels: labels, Value: done[1] * sector},
			{Signal: "disk.busy", Labels: labels, Value: min(done[2]/1000/seconds, 1)},
		}, nil
	})
}

// plainNames refuses names of devices that are more than a word for the shell.
func plainNames(key string, names []string) error {
	for _, name := range names {
		if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@") != "" {
			return fmt.Errorf("%s: %q is not the name of a device", key, name)
		}
	}
	return nil
}

// named are the labels of series of which each has a name, that is known or is
// not.
func named(label string, names []string) []map[string]string {
	if len(names) == 0 {
		return []map[string]string{{}}
	}
	var series []map[string]string
	for _, name := range names {
		series = append(series, map[string]string{label: name})
	}
	return series
}
