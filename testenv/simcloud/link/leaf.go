package link

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// newLeaf reads what tc is told of tbf or netem.
func newLeaf(words []string) (*leaf, error) {
	switch words[0] {
	case "tbf":
		return newBucket(words[1:])
	case "netem":
		return newNetem(words[1:])
	}
	return nil, failure("Error: Specified qdisc kind is unknown.")
}

// bucket is tbf: what it lets through is on time as long as there are tokens.
type bucket struct {
	rate    float64 // bytes a second
	burst   float64 // bytes
	latency time.Duration
	due     time.Time // when the bucket would be empty of all that was sent
}

func newBucket(words []string) (*leaf, error) {
	if len(words) != 6 || words[0] != "rate" || words[2] != "burst" || words[4] != "latency" {
		return nil, fmt.Errorf("tbf %s %w", strings.Join(words, " "), errUsage)
	}
	bits, err := strconv.Atoi(strings.TrimSuffix(words[1], "bit"))
	burst, err2 := strconv.Atoi(words[3])
	latency, err3 := time.ParseDuration(words[5])
	if err != nil || err2 != nil || err3 != nil || bits < 8 {
		return nil, fmt.Errorf("tbf %s %w", strings.Join(words, " "), errUsage)
	}
	b := &bucket{rate: float64(bits) / 8, burst: float64(burst), latency: latency}
	return &leaf{
		kind: "tbf", strikes: b.strike,
		words: fmt.Sprintf("rate %s burst %s lat %s ", bitsText(bits), sizeText(burst), timeText(latency)),
	}, nil
}

func (b *bucket) strike(size int, now time.Time, _ *rand.Rand, c *counters) Sent {
	seconds := func(bytes float64) time.Duration { return time.Duration(bytes / b.rate * float64(time.Second)) }
	due := b.due
	if due.Before(now) {
		due = now
	}
	due = due.Add(seconds(float64(size)))
	late := max(due.Sub(now)-seconds(b.burst), 0)
	if late > 0 {
		c.overlimits++
	}
	if late > b.latency {
		return Sent{Lost: true}
	}
	b.due = due
	return Sent{Late: late}
}

// netem has a delay with jitter, and shares of packets that are struck.
type netem struct {
	delay, jitter                        time.Duration
	normal                               bool
	late, corrupt, duplicate, overtaking chance
}

// chance is a number from 0 to 1 that is drawn for each packet, as netem does:
// by its correlation it is that of the packet before.
type chance struct{ share, correlation, last float64 }

func (c *chance) draw(random *rand.Rand) float64 {
	c.last = random.Float64()*(1-c.correlation) + c.last*c.correlation
	return c.last
}

func (c *chance) hits(random *rand.Rand) bool { return c.share > 0 && c.draw(random) < c.share }

func newNetem(words []string) (*leaf, error) {
	n, text := &netem{}, ""
	refused := fmt.Errorf("netem %s %w", strings.Join(words, " "), errUsage)
	next := func() string {
		if len(words) == 0 {
			return ""
		}
		word := words[0]
		words = words[1:]
		return word
	}
	share := func(c *chance, word string, reads *float64) string {
		*reads = percent(next())
		said := " " + word + " " + percentText(*reads)
		if len(words) > 0 && strings.HasSuffix(words[0], "%") {
			c.correlation = percent(next())
			said += " " + percentText(c.correlation)
		}
		return said
	}
	for len(words) > 0 {
		switch word := next(); word {
		case "limit":
			text += " limit " + next()
		case "delay":
			n.delay = micros(next())
			text += " delay " + timeText(n.delay)
			if len(words) > 0 && strings.HasSuffix(words[0], "us") {
				n.jitter = micros(next())
				text += "  " + timeText(n.jitter)
			}
			if len(words) > 0 && strings.HasSuffix(words[0], "%") {
				n.late.correlation = percent(next())
				text += " " + percentText(n.late.correlation)
			}
		case "distribution":
			if n.normal = next() == "normal"; !n.normal {
				return nil, refused
			}
		case "corrupt":
			text += share(&n.corrupt, word, &n.corrupt.share)
		case "duplicate":
			text += share(&n.duplicate, word, &n.duplicate.share)
		case "reorder":
			text += share(&n.overtaking, word, &n.overtaking.share) + " gap 1"
		default:
			return nil, refused
		}
	}
	return &leaf{kind: "netem", strikes: n.strike, words: strings.TrimSpace(text)}, nil
}

func (n *netem) strike(_ int, _ time.Time, random *rand.Rand, c *counters) Sent {
	sent := Sent{Twice: n.duplicate.hits(random), Lost: n.corrupt.hits(random)}
	if n.overtaking.hits(random) {
		c.requeues++
		return sent
	}
	off := 2*n.late.draw(random) - 1
	if n.normal {
		off = random.NormFloat64()
	}
	sent.Late = max(n.delay+time.Duration(off*float64(n.jitter)), 0)
	return sent
}

func micros(word string) time.Duration {
	d, _ := time.ParseDuration(word) // nothing where it is none
	return d
}

func percent(word string) float64 {
	f, _ := strconv.ParseFloat(strings.TrimSuffix(word, "%"), 64) // nothing where it is none
	return f / 100
}

func percentText(share float64) string { return strconv.FormatFloat(share*100, 'g', 6, 64) + "%" }

// bitsText, sizeText and timeText write as tc does.
func bitsText(bits int) string {
	at := 0
	for ; at < 4 && bits >= 1000 && (bits%1000 == 0 || bits >= 1e6); at++ {
		bits /= 1000
	}
	return strconv.Itoa(bits) + []string{"", "K", "M", "G", "T"}[at] + "bit"
}

func sizeText(bytes int) string {
	if whole := math.RoundToEven(float64(bytes) / 1024); bytes >= 1024 && math.Abs(whole*1024-float64(bytes)) < 16 {
		return strconv.FormatFloat(whole, 'f', -1, 64) + "Kb"
	}
	return strconv.Itoa(bytes) + "b"
}

func timeText(d time.Duration) string {
	switch {
	case d >= time.Second:
		return strconv.FormatFloat(d.Seconds(), 'g', 3, 64) + "s"
	case d >= time.Millisecond:
		return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'g', 3, 64) + "ms"
	}
	return strconv.FormatInt(d.Microseconds(), 10) + "us"
}
