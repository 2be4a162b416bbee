package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

func lines() map[string]shell.Command {
	return map[string]shell.Command{"sort": sortLines, "uniq": uniq, "seq": seq}
}

func split(data []byte) []string {
	text := strings.TrimSuffix(string(data), "\n")
	if text == "" && len(data) == 0 {
		return nil
	}
	return strings.Split(text, "\n")
}

func sortLines(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "nruk:t:", nil, false)
	if err != nil {
		return usage(p, err)
	}
	first := 1
	if key := o.value("k"); key != "" {
		number, _, _ := strings.Cut(strings.TrimRight(key, "nr"), ",")
		if first, err = strconv.Atoi(number); err != nil || first < 1 {
			return usage(p, errors.New("invalid number at field start: '"+key+"'"))
		}
	}
	numeric := o.has("n") || strings.HasSuffix(strings.TrimRight(o.value("k"), "r"), "n")
	key := func(line string) string {
		if !o.has("k") {
			return line
		}
		parts := strings.Fields(line)
		if t := o.value("t"); t != "" {
			parts = strings.Split(line, t)
		}
		return strings.Join(parts[min(first-1, len(parts)):], " ")
	}
	order := func(a, b string) int {
		if numeric {
			return cmp.Compare(leadingNumber(key(a)), leadingNumber(key(b)))
		}
		return cmp.Compare(key(a), key(b))
	}
	data, ok := inputs(p, o.values)
	all := split(data)
	slices.SortStableFunc(all, func(a, b string) int {
		by := order(a, b)
		if by == 0 && !o.has("u") {
			by = cmp.Compare(a, b)
		}
		if o.has("r") {
			by = -by
		}
		return by
	})
	if o.has("u") {
		all = slices.CompactFunc(all, func(a, b string) bool { return order(a, b) == 0 })
	}
	for _, line := range all {
		p.Printf("%s\n", line)
	}
	if !ok {
		return 2
	}
	return 0
}

func leadingNumber(text string) float64 {
	text = strings.TrimLeft(text, " \t")
	end := 0
	for end < len(text) && (text[end] >= '0' && text[end] <= '9' || text[end] == '.' || end == 0 && text[end] == '-') {
		end++
	}
	n, err := strconv.ParseFloat(text[:end], 64)
	if err != nil {
		return 0
	}
	return n
}

func uniq(_ context.Context, p *shell.Proc) int {
	o, err := parse(p.Args[1:], "cdu", nil, false)
	if err != nil {
		return usage(p, err)
	}
	data, ok := inputs(p, o.values)
	all := split(data)
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j] == all[i] {
			j++
		}
		switch {
		case o.has("d") && j-i == 1, o.has("u") && j-i > 1:
		case o.has("c"):
			p.Printf("%7d %s\n", j-i, all[i])
		default:
			p.Printf("%s\n", all[i])
		}
		i = j
	}
	if !ok {
		return 1
	}
	return 0
}

func seq(ctx context.Context, p *shell.Proc) int {
	numbers := []float64{}
	for _, arg := range p.Args[1:] {
		n, err := strconv.ParseFloat(arg, 64)
		if err != nil {
			return usage(p, errors.New("invalid floating point argument: '"+arg+"'"))
		}
		numbers = append(numbers, n)
	}
	first, step := 1.0, 1.0
	var last float64
	switch len(numbers) {
	case 1:
		last = numbers[0]
	case 2:
		first, last = numbers[0], numbers[1]
	case 3:
		first, step, last = numbers[0], numbers[1], numbers[2]
	default:
		return usage(p, errors.New("missing operand"))
	}
	if step == 0 {
		return usage(p, errors.New("invalid Zero increment value: '0'"))
	}
	for n := first; ctx.Err() == nil && (step > 0 && n <= last || step < 0 && n >= last); n += step {
		if _, err := fmt.Fprintln(p.Stdout, strconv.FormatFloat(n, 'f', -1, 64)); err != nil {
			return 1
		}
	}
	return 0
}
