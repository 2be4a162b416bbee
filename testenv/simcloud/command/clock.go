package command

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

func clocks() map[string]shell.Command {
	return map[string]shell.Command{"date": Date(time.Now, nil), "sleep": sleep}
}

// Date is the program date on a clock; set moves it, and is nil where nobody
// may.
func Date(clock func() time.Time, set func(to time.Time)) shell.Command {
	return func(_ context.Context, p *shell.Proc) int { return date(p, clock, set) }
}

// at reads a time as @SECONDS, with up to nine digits after the point.
func at(text string) (time.Time, error) {
	whole, rest, _ := strings.Cut(strings.TrimPrefix(text, "@"), ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	nanoseconds, wrong := strconv.ParseInt((rest + "000000000")[:9], 10, 64)
	if err != nil || wrong != nil || text[0] != '@' {
		return time.Time{}, fmt.Errorf("invalid date '%s'", text)
	}
	return time.Unix(seconds, nanoseconds).UTC(), nil
}

func date(p *shell.Proc, clock func() time.Time, set func(to time.Time)) int {
	o, err := parse(p.Args[1:], "ud:s:", []string{"utc", "date=", "set="}, false)
	if err != nil {
		return usage(p, err)
	}
	now := clock().UTC()
	if text := o.value("d", "date"); text != "" {
		if now, err = at(text); err != nil {
			return usage(p, err)
		}
	}
	if text := o.value("s", "set"); text != "" {
		if now, err = at(text); err != nil {
			return usage(p, err)
		}
		if set == nil {
			p.Errorf("date: cannot set date: Operation not permitted")
			return 1
		}
		set(now)
	}
	format := "+%a %b %e %H:%M:%S %Z %Y"
	if len(o.values) > 0 {
		format = o.values[0]
	}
	text, err := strftime(strings.TrimPrefix(format, "+"), now)
	if err != nil || format[0] != '+' {
		return usage(p, errors.Join(err, fmt.Errorf("cannot print '%s'", format)))
	}
	p.Printf("%s\n", text)
	return 0
}

func strftime(format string, t time.Time) (string, error) {
	layouts := map[byte]string{
		'Y': "2006", 'm': "01", 'd': "02", 'H': "15", 'M': "04", 'S': "05", 'a': "Mon", 'b': "Jan", 'e': "_2", 'Z': "UTC",
		'F': "2006-01-02", 'T': "15:04:05", 'z': "-0700", 'y': "06", 'j': "002",
	}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		layout, known := layouts[format[i]]
		switch {
		case known:
			b.WriteString(t.Format(layout))
		case format[i] == 's':
			b.WriteString(strconv.FormatInt(t.Unix(), 10))
		case format[i] == 'N':
			fmt.Fprintf(&b, "%09d", t.Nanosecond())
		case format[i] == '%':
			b.WriteByte('%')
		case strings.HasPrefix(format[i:], "3N"):
			fmt.Fprintf(&b, "%03d", t.Nanosecond()/1e6)
			i++
		default:
			return "", fmt.Errorf("%%%c is not known here", format[i])
		}
	}
	return b.String(), nil
}

// interval reads a duration as sleep and timeout take it: 0.5, 3s, 2m, 1h, 1d.
func interval(text string) (time.Duration, error) {
	unit := time.Second
	switch {
	case strings.HasSuffix(text, "s"):
		text = strings.TrimSuffix(text, "s")
	case strings.HasSuffix(text, "m"):
		unit, text = time.Minute, strings.TrimSuffix(text, "m")
	case strings.HasSuffix(text, "h"):
		unit, text = time.Hour, strings.TrimSuffix(text, "h")
	case strings.HasSuffix(text, "d"):
		unit, text = 24*time.Hour, strings.TrimSuffix(text, "d")
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("invalid time interval '%s'", text)
	}
	return time.Duration(n * float64(unit)), nil
}

func sleep(ctx context.Context, p *shell.Proc) int {
	total := time.Duration(0)
	for _, arg := range p.Args[1:] {
		if arg == "infinity" {
			<-ctx.Done()
			return shell.Killed
		}
		d, err := interval(arg)
		if err != nil {
			return usage(p, err)
		}
		total += d
	}
	if len(p.Args) < 2 {
		return usage(p, errors.New("missing operand"))
	}
	timer := time.NewTimer(total)
	defer timer.Stop()
	select {
	case <-timer.C:
		return 0
	case <-ctx.Done():
		return shell.Killed
	}
}
