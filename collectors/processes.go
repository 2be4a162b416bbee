package collectors

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

const (
	// longestComm is how much of a command's name the kernel keeps, in bytes.
	longestComm = 15
	// mostProcesses is how many a line has room for.
	mostProcesses = 500
)

// Processes reads what the processes of a name take, whoever started them: those of
// Names, or where there are none those of the node's services that are processes. It
// reads /proc alone, with one program a sweep whatever their number.
//
// Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
type Processes struct {
	Names []string `yaml:"names" help:"the commands, as ps -o comm has them, of which the kernel keeps 15 bytes; of the services that are processes when left out"`
}

// Validate tells what is wrong with the names.
func (p *Processes) Validate() error {
	var wrong []error
	for _, name := range p.Names {
		if !plainName(name) {
			wrong = append(wrong, fmt.Errorf("names: %q is not of letters, digits and . _ : @ + -", name))
		} else if len(name) > longestComm {
			wrong = append(wrong, fmt.Errorf("names: %q has more than the %d bytes that the kernel keeps of it: %q is what to write", name, longestComm, name[:longestComm]))
		}
	}
	return errors.Join(wrong...)
}

// plainName tells that a name is what a word of a line can be, and nothing to sh.
func plainName(name string) bool { return regexp.MustCompile(`^[A-Za-z0-9._:@+-]+$`).MatchString(name) }

// Signals names what Processes publishes.
func (*Processes) Signals() []SignalInfo {
	labels := []string{"node", "process"}
	return []SignalInfo{
		{Name: "process.count", Unit: "1", Labels: labels, Help: "processes of that name, without those that have ended and wait for their parent"},
		{Name: "process.cpu", Unit: "1", Labels: labels, Help: "processors that they were busy on since the last interval, but for those that ended in it: 1.5 is one and a half"},
		{Name: "process.memory", Unit: "bytes", Labels: labels, Help: "memory of theirs that is resident; what they share counts in each"},
		{Name: "process.threads", Unit: "1", Labels: labels, Help: "threads of theirs"},
		{Name: "process.files", Unit: "1", Labels: labels, Help: "files, sockets and the like that they have open"},
	}
}

// names are those that it looks for, as the kernel keeps them.
func (p *Processes) names(services []*inventory.Service) []string {
	names := slices.Clone(p.Names)
	for _, s := range services {
		if len(p.Names) == 0 && s.Runtime.Kind == inventory.Process {
			names = append(names, s.Runtime.Name)
		}
	}
	for i, name := range names {
		names[i] = name[:min(len(name), longestComm)]
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Expected is one series of every name.
func (p *Processes) Expected(_ string, services []*inventory.Service) []map[string]string {
	var series []map[string]string
	for _, name := range p.names(services) {
		series = append(series, map[string]string{"process": name})
	}
	return series
}

// Script prints after up the time, what a page and a tick are, of:NAME of every name and
// NAME:PID.START:TICKS:THREADS:PAGES:FILES of every process, and after since the time and
// PID.START:TICKS of the sweep before. A name of the inventory that is not plain is said to
// be the reason why nothing is read.
func (p *Processes) Script(_ *inventory.Node, services []*inventory.Service, every time.Duration) string {
	names := p.names(services)
	if len(names) == 0 {
		return nothing(every)
	}
	patterns := make([]string, len(names))
	for i, name := range names {
		if !plainName(name) {
			return Loop("", "line="+inventory.Quote(fmt.Sprintf("failed the process %q of the inventory is not of letters, digits and . _ : @ + -", name)), every)
		}
		patterns[i] = regexp.QuoteMeta(name)
	}
	return Loop("last= page=$(getconf PAGESIZE 2>/dev/null) tick=$(getconf CLK_TCK 2>/dev/null)", fmt.Sprintf(`
if [ ! -r /proc/self/stat ]; then
line="failed the node has no /proc/self/stat" last=
else
%sfound=$(grep -H -s -E %s /proc/[0-9]*/stat)
line="up at:$at page:${page:-4096} tick:${tick:-100}%s" counted=" at:$at" processes=0
while IFS= read -r each; do
[ -n "$each" ] || continue
processes=$((processes + 1))
pid=${each#/proc/} pid=${pid%%%%/*} name=${each#*"("} name=${name%%%%")"*}
set -- /proc/$pid/fd/*
files=$#
[ "$1" != "/proc/$pid/fd/*" ] || files=0
set -- ${each##*") "}
line="$line $name:$pid.${20}:$((${12} + ${13})):${18}:${22}:$files" counted="$counted $pid.${20}:$((${12} + ${13}))"
done <<END
$found
END
if [ $processes -le %d ]; then
line="$line since$last" last=$counted
else
line="failed there are $processes processes of these names, and a line has room for %[4]d" last=
fi
fi`, strings.TrimPrefix(uptime, "\n"), inventory.Quote(`^[0-9]+ \((`+strings.Join(patterns, "|")+`)\) [^ZX] `), " of:"+strings.Join(names, " of:"), mostProcesses), every)
}

// process is one of them, and those of a name together.
type process struct{ count, ticks, threads, pages, files float64 }

// Parse reads a line of Script.
func (*Processes) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	state, words, err := reply("processes", line)
	if err != nil || state == replyNone {
		return nil, err
	}
	cut := slices.Index(words, "since")
	if state != replyUp || cut < 3 {
		return nil, fmt.Errorf("parse processes: %q is no line of this collector", line)
	}
	before := sweptBefore(words[cut+1:])
	var given [3]float64
	for i, name := range []string{"at:", "page:", "tick:"} {
		text, found := strings.CutPrefix(words[i], name)
		if given[i], err = number(text); !found || err != nil || i > 0 && given[i] == 0 {
			return nil, fmt.Errorf("parse processes: %q is no %s", words[i], name)
		}
	}
	page, tick := given[1], given[2]
	var names []string
	all := map[string]*process{}
	for _, word := range words[3:cut] {
		if name, is := strings.CutPrefix(word, "of:"); is {
			if all[name] == nil {
				names, all[name] = append(names, name), &process{}
			}
			continue
		}
		if err := count(word, all, before, tick); err != nil {
			return nil, fmt.Errorf("parse processes: %w", err)
		}
	}
	var seconds float64
	if passed, err := since(before["at"], strings.TrimPrefix(words[0], "at:")); err == nil {
		seconds = passed / 100
	}
	var readings []record.Reading
	for _, name := range names {
		of, labels := all[name], map[string]string{"process": name}
		for _, each := range []struct {
			signal string
			value  float64
		}{{"process.count", of.count}, {"process.memory", of.pages * page}, {"process.threads", of.threads}, {"process.files", of.files}} {
			readings = append(readings, record.Reading{Signal: each.signal, Labels: labels, Value: each.value})
		}
		if seconds > 0 {
			readings = append(readings, record.Reading{Signal: "process.cpu", Labels: labels, Value: of.ticks / tick / seconds})
		}
	}
	return readings, nil
}

// count adds a process to those of its name, with the ticks that it was busy since the
// line before.
func count(word string, all map[string]*process, before map[string]string, tick float64) error {
	at := strings.LastIndex(word, ".")
	if at < 0 {
		return fmt.Errorf("%q is not NAME:PID.START:TICKS:THREADS:PAGES:FILES", word)
	}
	colon := strings.LastIndex(word[:at], ":") // a name may have some, too
	parts := strings.Split(word[colon+1:], ":")
	if colon < 1 || len(parts) != 5 || all[word[:colon]] == nil {
		return fmt.Errorf("%q is not NAME:PID.START:TICKS:THREADS:PAGES:FILES of a name that was asked for", word)
	}
	var values [4]float64
	for i, part := range parts[1:] {
		value, err := number(part)
		if err != nil {
			return fmt.Errorf("%q: %w", word, err)
		}
		values[i] = value
	}
	_, began, _ := strings.Cut(parts[0], ".")
	start, err := strconv.ParseFloat(began, 64)
	if err != nil {
		return fmt.Errorf("%q: its start is no number", word)
	}
	of := all[word[:colon]]
	of.count++
	of.threads += values[1]
	of.pages += values[2]
	of.files += values[3]
	last, known := before[parts[0]]
	if then, err := number(before["at"]); !known && err == nil && start/tick > then/100 {
		last = "0" // it was started since
	}
	if used, err := since(last, parts[1]); err == nil {
		of.ticks += used
	}
	return nil
}
