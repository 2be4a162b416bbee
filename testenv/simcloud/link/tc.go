package link

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// Queues is the program tc: `[-s] qdisc show [dev NAME]`; `qdisc add dev NAME
// root handle H: htb default HEX direct_qlen N` (or pfifo limit N, which does
// nothing), `qdisc add dev NAME parent H:M handle H: tbf|netem …`, `qdisc del dev
// NAME root handle H:`; `class add … htb rate …`; `filter add … u32 …`; -batch
// FILE for several of them.
func (s *Set) Queues(_ context.Context, p *shell.Proc) int {
	words := p.Args[1:]
	if len(words) == 2 && words[0] == "-batch" {
		text, err := p.FS().ReadFile(p.Path(words[1]))
		if err != nil {
			p.Errorf("Cannot open file %q for reading: No such file or directory", words[1])
			return 1
		}
		for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
			if code := s.queues(p, strings.Fields(line)); code != 0 {
				p.Errorf("Command failed %s:%d", words[1], i+1)
				return 1
			}
		}
		return 0
	}
	return s.queues(p, words)
}

func (s *Set) queues(p *shell.Proc, words []string) int {
	counts := len(words) > 0 && words[0] == "-s"
	if counts {
		words = words[1:]
	}
	s.mu.Lock()
	out, err := s.queueCommand(words, counts)
	s.mu.Unlock()
	var kernel failure
	switch {
	case errors.Is(err, errUsage):
		p.Errorf("tc: %v", err)
		return 255
	case errors.As(err, &kernel):
		p.Errorf("%v", err)
		return 2
	case err != nil:
		p.Errorf("%v", err)
		return 1
	}
	p.Printf("%s", out)
	return 0
}

func (s *Set) queueCommand(words []string, counts bool) (string, error) {
	unknown := fmt.Errorf("%q %w", strings.Join(words, " "), errUsage)
	if len(words) < 2 {
		return "", unknown
	}
	command, rest := words[0]+" "+words[1], words[2:]
	if len(rest) == 0 && command == "qdisc show" {
		return s.showQueues("", counts), nil
	}
	if len(rest) < 2 || rest[0] != "dev" {
		return "", unknown
	}
	d, err := s.device(rest[1])
	if err != nil {
		return "", err
	}
	at := rest[2:]
	switch {
	case command == "qdisc show" && len(at) == 0:
		return s.showQueues(d.name, counts), nil
	case command == "qdisc del" && len(at) > 0 && at[0] == "root":
		return "", d.deleteQueue(at[1:])
	case command == "qdisc add" && len(at) > 3 && at[0] == "root" && at[1] == "handle":
		return "", d.addRoot(at[2], at[3:])
	case command == "qdisc add" && len(at) > 4 && at[0] == "parent" && at[2] == "handle":
		return "", d.addLeaf(at[1], at[3], at[4:])
	case command == "class add" && len(at) > 5 && at[0] == "parent" && at[2] == "classid" && at[4] == "htb":
		return "", d.addClass(at[1], at[3], at[5:])
	case command == "filter add" && len(at) > 8 && at[0] == "parent":
		return "", d.addFilter(at[1], at[2:])
	}
	return "", unknown
}

func (d *device) deleteQueue(words []string) error {
	switch {
	case d.queue == nil:
		return failure("Error: Cannot delete qdisc with handle of zero.")
	case len(words) == 2 && words[0] == "handle" && words[1] != d.queue.handle:
		return failure("Error: Invalid handle.")
	}
	d.queue = nil
	return nil
}

func (d *device) addRoot(handle string, words []string) error {
	q := &queue{handle: handle, kind: words[0]}
	if d.queue != nil {
		return failure("Error: NLM_F_REPLACE needed to override.")
	}
	switch {
	case q.kind == "htb" && len(words) == 5 && words[1] == "default" && words[3] == "direct_qlen":
		fallback, err := strconv.ParseUint(words[2], 16, 32)
		length, err2 := strconv.Atoi(words[4])
		if err != nil || err2 != nil {
			return fmt.Errorf("htb %s %w", strings.Join(words, " "), errUsage)
		}
		q.fallback, q.directLength = uint32(fallback), length
	case q.kind == "pfifo" && len(words) == 3 && words[1] == "limit":
		q.words = "limit " + words[2] + "p"
	default:
		return fmt.Errorf("root %s %w", strings.Join(words, " "), errUsage)
	}
	d.queue = q
	return nil
}

// owns tells whether the root of a link is htb with that handle.
func (d *device) owns(handle string) bool {
	return d.queue != nil && d.queue.kind == "htb" && d.queue.handle == handle
}

// addClass knows classes with a rate that nothing here reaches.
func (d *device) addClass(parent, id string, words []string) error {
	major, number := minor(id)
	switch {
	case !d.owns(parent) || major != parent:
		return failure("Error: Failed to find specified qdisc.")
	case d.queue.class(number) != nil:
		return failure("RTNETLINK answers: File exists")
	case words[0] != "rate" || words[1] != "34gbit":
		return fmt.Errorf("class %s %w", strings.Join(words, " "), errUsage)
	}
	d.queue.classes = append(d.queue.classes, &class{minor: number})
	return nil
}

func (d *device) addLeaf(parent, handle string, words []string) error {
	major, number := minor(parent)
	if !d.owns(major) || d.queue.class(number) == nil {
		return failure("Error: Failed to find specified qdisc.")
	}
	made, err := newLeaf(words)
	if err != nil {
		return err
	}
	c := d.queue.class(number)
	if c.leaf != nil {
		return failure("Error: Exclusivity flag on, cannot modify.")
	}
	made.handle = handle
	c.leaf = made
	return nil
}

func (d *device) addFilter(parent string, words []string) error {
	if !d.owns(parent) {
		return failure("Error: Failed to find specified qdisc.")
	}
	f, err := parseFilter(words)
	if err != nil {
		return err
	}
	for _, other := range d.queue.filters {
		if other.priority == f.priority && other.protocol != f.protocol {
			return failure("Error: Filter with specified priority/protocol not found.")
		}
	}
	d.queue.filters = append(d.queue.filters, f)
	slices.SortStableFunc(d.queue.filters, func(a, b filter) int { return a.priority - b.priority })
	return nil
}

// showQueues lists those of all links, or of one.
func (s *Set) showQueues(of string, counts bool) string {
	var out strings.Builder
	show := func(line string, c counters) {
		out.WriteString(line + "\n")
		if counts {
			fmt.Fprintf(&out, " Sent %d bytes %d pkt (dropped %d, overlimits %d requeues %d) \n backlog 0b 0p requeues %d\n",
				c.bytes, c.packets, c.dropped, c.overlimits, c.requeues, c.requeues)
		}
	}
	for _, d := range s.devices {
		dev := "dev " + d.name + " "
		if of == d.name {
			dev = ""
		} else if of != "" {
			continue
		}
		q := d.queue
		switch {
		case q == nil:
			show("qdisc noqueue 0: "+dev+"root refcnt 2 ", counters{})
		case q.kind != "htb":
			show("qdisc "+q.kind+" "+q.handle+" "+dev+"root refcnt 2 "+q.words, q.count)
		default:
			show(fmt.Sprintf("qdisc htb %s %sroot refcnt 2 r2q 10 default 0x%x direct_packets_stat %d direct_qlen %d", q.handle, dev, q.fallback, q.direct, q.directLength), q.count)
			for _, c := range q.classes {
				if c.leaf != nil {
					show(fmt.Sprintf("qdisc %s %s %sparent %s%s %s", c.leaf.kind, c.leaf.handle, dev, q.handle, c.minor, c.leaf.words), c.leaf.count)
				}
			}
		}
	}
	return out.String()
}
