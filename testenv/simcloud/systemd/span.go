package systemd

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

type timeUnit struct {
	name string
	size time.Duration
}

// spanUnits are the units that systemd prints, largest first.
func spanUnits() []timeUnit {
	const day = 24 * time.Hour
	return []timeUnit{
		{"y", 31557600 * time.Second}, {"month", 2629800 * time.Second}, {"w", 7 * day}, {"d", day}, {"h", time.Hour},
		{"min", time.Minute}, {"s", time.Second}, {"ms", time.Millisecond}, {"us", time.Microsecond},
	}
}

// ParseSpan reads a time span of systemd.time(7): "3000ms", "1min 30s", "5"
// (seconds). "infinity" and "0" are 0, which means none in every setting here.
func ParseSpan(text string) (time.Duration, error) {
	if text == "infinity" {
		return 0, nil
	}
	names := map[string]time.Duration{
		"": time.Second, "sec": time.Second, "m": time.Minute, "minute": time.Minute, "hr": time.Hour, "hour": time.Hour,
		"msec": time.Millisecond, "usec": time.Microsecond, "µs": time.Microsecond,
	}
	for _, u := range spanUnits() {
		names[u.name] = u.size
	}
	total, rest := time.Duration(0), strings.TrimSpace(text)
	if rest == "" {
		return 0, fmt.Errorf("invalid time span %q", text)
	}
	for rest != "" {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789."))
		n, err := strconv.ParseFloat(rest[:digits], 64)
		if err != nil {
			return 0, fmt.Errorf("invalid time span %q", text)
		}
		rest = strings.TrimLeft(rest[digits:], " ")
		letters := len(rest) - len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyzµ"))
		size, known := names[rest[:letters]]
		if !known {
			size, known = names[strings.TrimSuffix(rest[:letters], "s")]
		}
		if !known {
			return 0, fmt.Errorf("invalid time span %q", text)
		}
		total += time.Duration(n * float64(size))
		rest = strings.TrimLeft(rest[letters:], " ")
	}
	return total, nil
}

// FormatSpan prints a time span as systemd does: "1h 2min 3.456789s", "0" for
// none. What is below a minute is printed with a fraction.
func FormatSpan(d time.Duration) string {
	d = d.Truncate(time.Microsecond)
	if d <= 0 {
		return "0"
	}
	parts := []string{}
	for _, u := range spanUnits() {
		if d < u.size {
			continue
		}
		if u.size <= time.Second && d%u.size != 0 {
			parts = append(parts, fraction(d, u))
			break
		}
		parts = append(parts, strconv.FormatInt(int64(d/u.size), 10)+u.name)
		d %= u.size
	}
	return strings.Join(parts, " ")
}

func fraction(d time.Duration, u timeUnit) string {
	digits := 6
	if u.size == time.Millisecond {
		digits = 3
	}
	return strings.TrimRight(strconv.FormatFloat(float64(d)/float64(u.size), 'f', digits, 64), "0") + u.name
}
