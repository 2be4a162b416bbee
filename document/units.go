package document

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Percent is a share as a ratio: 25% is 0.25.
type Percent float64

// UnmarshalText reads "25%".
func (p *Percent) UnmarshalText(text []byte) error {
	number, found := strings.CutSuffix(string(text), "%")
	f, err := parseNumber(number)
	switch {
	case err != nil:
		return fmt.Errorf("wants a percentage such as 25%%, not %q", text)
	case !found:
		return fmt.Errorf("missing unit after %s: a percentage is written %s%%", number, number)
	case f < 0:
		return fmt.Errorf("wants a percentage from 0%%, not %s", text)
	}
	*p = Percent(f / 100)
	return nil
}

// String is the percentage with its sign.
func (p Percent) String() string {
	return strconv.FormatFloat(float64(p)*100, 'g', 10, 64) + "%"
}

// Rate is how often something happens, in events a second.
type Rate float64

// UnmarshalText reads "10/s", "90/m", "5/100ms" and the like.
func (r *Rate) UnmarshalText(text []byte) error {
	number, unit, found := strings.Cut(string(text), "/")
	f, err := parseNumber(strings.TrimSpace(number))
	if err != nil {
		return fmt.Errorf("wants a rate such as 10/s, not %q", text)
	}
	if !found {
		return fmt.Errorf("missing unit after %s: a rate is written %s/s", number, number)
	}
	unit = strings.TrimSpace(unit)
	if unit != "" && (unit[0] < '0' || unit[0] > '9') {
		unit = "1" + unit
	}
	per, err := time.ParseDuration(unit)
	if err != nil || per <= 0 {
		return fmt.Errorf("wants a rate such as 10/s or 90/m, not %q", text)
	}
	if f < 0 {
		return fmt.Errorf("wants a rate from 0/s, not %s", text)
	}
	*r = Rate(f / per.Seconds())
	return nil
}

// String is the rate a second.
func (r Rate) String() string { return strconv.FormatFloat(float64(r), 'g', 10, 64) + "/s" }

// Bytes is a size.
type Bytes int64

// UnmarshalText reads "512MiB", "10GB" or "100B".
func (b *Bytes) UnmarshalText(text []byte) error {
	s := string(text)
	i := strings.LastIndexAny(s, "0123456789.") + 1
	f, err := parseNumber(s[:i])
	if err != nil {
		return fmt.Errorf("wants a size such as 512MiB, not %q", text)
	}
	unit := strings.TrimSpace(s[i:])
	if unit == "" {
		return fmt.Errorf("missing unit after %s: a size is written 512MiB, 10GB or 100B", s)
	}
	scale, ok := byteUnit(unit)
	if !ok {
		return fmt.Errorf("unknown unit %q of a size; known: B, kB, MB, GB, TB, KiB, MiB, GiB, TiB", unit)
	}
	if f < 0 || f*scale >= math.MaxInt64 {
		return fmt.Errorf("the size %s is out of range", s)
	}
	*b = Bytes(f * scale)
	return nil
}

// String is the size in the largest binary unit that divides it.
func (b Bytes) String() string {
	for _, unit := range []string{"TiB", "GiB", "MiB", "KiB"} {
		if scale, _ := byteUnit(unit); b > 0 && b%Bytes(scale) == 0 {
			return strconv.FormatInt(int64(b/Bytes(scale)), 10) + unit
		}
	}
	return strconv.FormatInt(int64(b), 10) + "B"
}

func byteUnit(unit string) (float64, bool) {
	scale, ok := map[string]float64{
		"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
		"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
	}[unit]
	return scale, ok
}

// parseNumber reads a plain decimal number; neither infinite nor hexadecimal.
func parseNumber(s string) (float64, error) {
	if s == "" || strings.Trim(s, "0123456789.-+") != "" {
		return 0, errors.New("no number")
	}
	return strconv.ParseFloat(s, 64)
}
