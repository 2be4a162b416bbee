package collectors

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Node reads a node's processors, memory and load from /proc, by builtins of
// the shell alone: no process is started but those of the loop.
type Node struct{}

// Signals names what Node publishes.
func (*Node) Signals() []SignalInfo {
	labels := []string{"node"}
	return []SignalInfo{
		{Name: "node.cpu_busy", Unit: "ratio", Labels: labels, Help: "time that the processors were neither idle nor waiting for a disk, since the last interval (/proc/stat)"},
		{Name: "node.memory_free", Unit: "bytes", Labels: labels, Help: "memory that programs can still have without swapping (MemAvailable)"},
		{Name: "node.memory_free_ratio", Unit: "ratio", Labels: labels, Help: "that memory as a share of all memory"},
		{Name: "node.load1", Unit: "1", Labels: labels, Help: "tasks that run or wait for a disk, damped over a minute (/proc/loadavg)"},
	}
}

// Script prints busy and all ticks since the last line, available and all
// kilobytes of memory, and the load. The first line has no ticks: they count
// since boot.
func (*Node) Script(_ *inventory.Node, _ []*inventory.Service, every time.Duration) string {
	return Loop("last_all= last_idle=", `
read -r name user nice system idle iowait irq softirq steal rest </proc/stat
idle=$((idle + iowait))
all=$((user + nice + system + idle + irq + softirq + ${steal:-0}))
cpu=-
if [ -n "$last_all" ]; then
cpu=$((all - last_all - idle + last_idle))/$((all - last_all))
fi
last_all=$all last_idle=$idle
total=- available=-
while read -r name value rest; do
case $name in
MemTotal:) total=$value ;;
MemAvailable:) available=$value ;;
esac
done </proc/meminfo
read -r load rest </proc/loadavg
line="cpu=$cpu memory=$available/$total load=$load"`, every)
}

// Parse reads a line of Script.
func (*Node) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	fields, err := fieldsOf(line, "cpu", "memory", "load")
	if err != nil {
		return nil, fmt.Errorf("parse node: %w", err)
	}
	var readings []record.Reading
	if fields[0] != "-" {
		busy, all, err := quotient(fields[0])
		if err != nil {
			return nil, fmt.Errorf("parse node: cpu: %w", err)
		}
		if all > 0 { // no tick passed: nothing is known of this interval
			readings = append(readings, record.Reading{Signal: "node.cpu_busy", Value: min(max(busy/all, 0), 1)})
		}
	}
	free, total, err := quotient(fields[1])
	if err != nil || total <= 0 || free > total {
		return nil, fmt.Errorf("parse node: memory %q", fields[1])
	}
	load, err := number(fields[2])
	if err != nil {
		return nil, fmt.Errorf("parse node: load: %w", err)
	}
	return append(readings,
		record.Reading{Signal: "node.memory_free", Value: free * 1024},
		record.Reading{Signal: "node.memory_free_ratio", Value: free / total},
		record.Reading{Signal: "node.load1", Value: load},
	), nil
}

// fieldsOf reads "a=1 b=2" with exactly the given names in their order.
func fieldsOf(line string, names ...string) ([]string, error) {
	words := strings.Fields(line)
	if len(words) != len(names) {
		return nil, fmt.Errorf("the line has %d fields, not %d", len(words), len(names))
	}
	for i, name := range names {
		value, found := strings.CutPrefix(words[i], name+"=")
		if !found {
			return nil, fmt.Errorf("field %d is %q, not %s", i+1, words[i], name)
		}
		words[i] = value
	}
	return words, nil
}

// number reads a plain number from 0.
func number(s string) (float64, error) {
	if s == "" || strings.Trim(s, "0123456789.") != "" {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	return strconv.ParseFloat(s, 64)
}

func quotient(s string) (over, under float64, err error) {
	a, b, _ := strings.Cut(s, "/")
	if over, err = number(a); err != nil {
		return 0, 0, err
	}
	under, err = number(b)
	return over, under, err
}
