package network

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// The faults of this file are done by netem, which some kernels do not have:
// preflight says so. It strikes what leaves, once for each packet.

// maxDelay is how late a packet may be made: the effect is seen by waiting for an
// answer, while nothing else may be done to the fault.
const maxDelay = 2 * time.Second

// Delay is network.delay: what a node sends is late.
type Delay struct {
	Egress       `yaml:",inline"`
	Delay        time.Duration    `yaml:"delay" help:"how late a packet is (default 100ms)"`
	Jitter       time.Duration    `yaml:"jitter" help:"how much earlier or later than that, drawn for each packet; packets overtake each other by it"`
	Correlation  document.Percent `yaml:"correlation" help:"how much a packet's jitter is that of the one before"`
	Distribution string           `yaml:"distribution" help:"of the jitter: normal, pareto or paretonormal, with jitter as the standard deviation; uniform if left out"`
}

// NewDelay returns the defaults: a tenth of a second.
func NewDelay() *Delay { return &Delay{Delay: 100 * time.Millisecond} }

// Validate refuses what chooses no packets, and what is no delay.
func (d *Delay) Validate() error { return errors.Join(d.check(), d.times()) }

func (d *Delay) times() error {
	wrong := []error{delay(d.Delay), correlated(d.Correlation)}
	if d.Jitter < 0 || d.Jitter > d.Delay {
		wrong = append(wrong, fmt.Errorf("jitter: %s is not from 0s to the delay, %s", d.Jitter, d.Delay))
	}
	if d.Distribution != "" && !slices.Contains([]string{"normal", "pareto", "paretonormal"}, d.Distribution) {
		wrong = append(wrong, fmt.Errorf("distribution: %q is none of normal, pareto and paretonormal", d.Distribution))
	}
	if d.Jitter == 0 && (d.Correlation != 0 || d.Distribution != "") {
		wrong = append(wrong, errors.New("jitter: without it there is neither correlation nor distribution"))
	}
	return errors.Join(wrong...)
}

// Sizes are how late a packet is, and after what time the first of those that are asked answers.
func (d *Delay) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "delay", Unit: "seconds", Asked: new(d.Delay.Seconds()), Seen: ` answers after (\d+) ms`, Scale: 0.001},
	}
}

// Scripts returns the steps for a whole node.
func (d *Delay) Scripts(target faults.Target) (faults.Scripts, error) {
	words, least := "delay "+micro(d.Delay), d.Delay-d.Jitter
	if d.Jitter > 0 {
		words += " " + micro(d.Jitter) + correlation(d.Correlation)
	}
	if d.Distribution != "" {
		words, least = words+" distribution "+d.Distribution, d.Delay-3*d.Jitter // as good as all of them
	}
	return d.scripts(target, netem(words, "delay_observe.sh", strconv.FormatInt(max(least, 0).Milliseconds(), 10)), d.times())
}

// Corrupt is network.corrupt: a share of the packets has one bit changed, and
// whoever gets one throws it away for its checksum, as a rule. What one layer
// does not check the next one sees.
type Corrupt struct {
	Egress `yaml:",inline"`
	Chance `yaml:",inline"`
}

// NewCorrupt returns the defaults: a hundredth.
func NewCorrupt() *Corrupt { return &Corrupt{Chance: Chance{Share: 0.01}} }

// Validate refuses what chooses no packets, and what is no share.
func (c *Corrupt) Validate() error { return errors.Join(c.check(), c.shares()) }

// Sizes are the share of the packets; the kernel does not count them.
func (c *Corrupt) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "corrupted", Unit: "ratio", Asked: new(float64(c.Share))},
	}
}

// Scripts returns the steps for a whole node.
func (c *Corrupt) Scripts(target faults.Target) (faults.Scripts, error) {
	return c.scripts(target, netem("corrupt "+c.words(), "chance_observe.sh"), c.shares())
}

// Duplicate is network.duplicate: a share of the packets is sent twice.
type Duplicate struct {
	Egress `yaml:",inline"`
	Chance `yaml:",inline"`
}

// NewDuplicate returns the defaults: a tenth.
func NewDuplicate() *Duplicate { return &Duplicate{Chance: Chance{Share: 0.1}} }

// Validate refuses what chooses no packets, and what is no share.
func (d *Duplicate) Validate() error { return errors.Join(d.check(), d.shares()) }

// Sizes are the share of the packets; the kernel does not count them.
func (d *Duplicate) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "duplicated", Unit: "ratio", Asked: new(float64(d.Share))},
	}
}

// Scripts returns the steps for a whole node.
func (d *Duplicate) Scripts(target faults.Target) (faults.Scripts, error) {
	return d.scripts(target, netem("duplicate "+d.words(), "chance_observe.sh"), d.shares())
}

// Reorder is network.reorder: a share of the packets is sent at once, and so
// before those that are late.
type Reorder struct {
	Egress `yaml:",inline"`
	Chance `yaml:",inline"`
	Delay  time.Duration `yaml:"delay" help:"how late the others are (default 10ms)"`
}

// NewReorder returns the defaults: a quarter overtakes what is 10 ms late.
func NewReorder() *Reorder {
	return &Reorder{Chance: Chance{Share: 0.25}, Delay: 10 * time.Millisecond}
}

// Validate refuses what chooses no packets, and what is no share or delay.
func (r *Reorder) Validate() error { return errors.Join(r.check(), r.shares(), delay(r.Delay)) }

// Sizes are the share of the packets and how late the others are; the kernel measures neither.
func (r *Reorder) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "reordered", Unit: "ratio", Asked: new(float64(r.Share))},
		{Name: "delay", Unit: "seconds", Asked: new(r.Delay.Seconds())},
	}
}

// Scripts returns the steps for a whole node.
func (r *Reorder) Scripts(target faults.Target) (faults.Scripts, error) {
	words := "delay " + micro(r.Delay) + " reorder " + r.words()
	return r.scripts(target, netem(words, "chance_observe.sh"), errors.Join(r.shares(), delay(r.Delay)))
}

// Chance is a share of packets, drawn for each.
type Chance struct {
	Share       document.Percent `yaml:"share" help:"of the packets that are struck"`
	Correlation document.Percent `yaml:"correlation" help:"how much it depends on whether the packet before was struck"`
}

func (c Chance) shares() error {
	var wrong error
	if c.Share <= 0 || c.Share > 1 {
		wrong = fmt.Errorf("share: %s is not over 0%%, to 100%%", c.Share)
	}
	return errors.Join(wrong, correlated(c.Correlation))
}

func (c Chance) words() string { return c.Share.String() + correlation(c.Correlation) }

func correlated(share document.Percent) error {
	if share < 0 || share > 1 {
		return fmt.Errorf("correlation: %s is not from 0%% to 100%%", share)
	}
	return nil
}

func delay(d time.Duration) error {
	if d < time.Millisecond || d > maxDelay {
		return fmt.Errorf("delay: %s is not from 1ms to %s", d, maxDelay)
	}
	return nil
}

func netem(words, observe string, more ...string) queue {
	return queue{kind: "netem", words: words, leaf: "netem_leaf.sh", observe: observe, more: more}
}

// micro is a time as every tc reads it.
func micro(d time.Duration) string { return strconv.FormatInt(d.Microseconds(), 10) + "us" }

// correlation is one behind a word of netem's.
func correlation(share document.Percent) string {
	if share == 0 {
		return ""
	}
	return " " + share.String()
}
