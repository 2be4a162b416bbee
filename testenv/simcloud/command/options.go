// Package command holds the programs of a simulated node that need nothing but
// its files and its clock: the usual tools for files, text and time. Each
// takes the options that POSIX sh scripts use on a Debian node, prints what
// the real one prints, and refuses any other option, so that a script does not
// pass here and fail there.
package command

import (
	"fmt"
	"maps"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// All returns every program of this package, by name.
func All() map[string]shell.Command {
	all := map[string]shell.Command{}
	for _, group := range []map[string]shell.Command{
		shell.Builtins(), files(), directories(), reading(), lines(), fields(), searching(), clocks(), wrappers(), locks(), identity(), disks(),
	} {
		maps.Copy(all, group)
	}
	return all
}

// options are the parsed flags of one call. A short flag is "x", a long one
// "name"; flags that take a value have one.
type options struct {
	set    map[string][]string
	values []string // what is not a flag
}

func (o options) has(names ...string) bool {
	for _, name := range names {
		if _, given := o.set[name]; given {
			return true
		}
	}
	return false
}

// value is the last value given to any of the names.
func (o options) value(names ...string) string {
	last := ""
	for _, name := range names {
		if all := o.set[name]; len(all) > 0 {
			last = all[len(all)-1]
		}
	}
	return last
}

// parse reads flags as getopt_long does. short is a getopt string ("nk:"),
// long a list of long names, with "=" where one takes a value. With ordered,
// the first word that is no flag ends the flags, as for programs that run
// another program.
func parse(args []string, short string, long []string, ordered bool) (options, error) {
	o := options{set: map[string][]string{}}
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "--":
			o.values = append(o.values, args...)
			return o, nil
		case strings.HasPrefix(arg, "--"):
			rest, err := o.long(arg[2:], long, args)
			if err != nil {
				return o, err
			}
			args = rest
		case len(arg) > 1 && arg[0] == '-':
			rest, err := o.short(arg[1:], short, args)
			if err != nil {
				return o, err
			}
			args = rest
		case ordered:
			o.values = append(append(o.values, arg), args...)
			return o, nil
		default:
			o.values = append(o.values, arg)
		}
	}
	return o, nil
}

func (o options) long(arg string, known, rest []string) ([]string, error) {
	name, value, given := strings.Cut(arg, "=")
	for _, k := range known {
		want := strings.HasSuffix(k, "=")
		if strings.TrimSuffix(k, "=") != name {
			continue
		}
		if want && !given {
			if len(rest) == 0 {
				return nil, fmt.Errorf("option '--%s' requires an argument", name)
			}
			value, rest = rest[0], rest[1:]
		}
		o.set[name] = append(o.set[name], value)
		return rest, nil
	}
	return nil, fmt.Errorf("unrecognized option '--%s'", name)
}

func (o options) short(flags, known string, rest []string) ([]string, error) {
	for i := 0; i < len(flags); i++ {
		name := flags[i : i+1]
		at := strings.Index(known, name)
		switch {
		case at < 0 || name == ":":
			return nil, fmt.Errorf("invalid option -- '%s'", name)
		case !strings.HasPrefix(known[at+1:], ":"):
			o.set[name] = append(o.set[name], "")
			continue
		case i+1 < len(flags):
			o.set[name] = append(o.set[name], flags[i+1:])
		case len(rest) > 0:
			o.set[name] = append(o.set[name], rest[0])
			rest = rest[1:]
		default:
			return nil, fmt.Errorf("option requires an argument -- '%s'", name)
		}
		return rest, nil
	}
	return rest, nil
}

// usage prints what is wrong with the arguments and returns the status that
// most programs have for it.
func usage(p *shell.Proc, err error) int {
	p.Errorf("%s: %v", p.Args[0], err)
	return 1
}

// each runs do for every name and returns 1 when one of them failed, after
// printing why.
func each(p *shell.Proc, names []string, do func(string) error) int {
	code := 0
	for _, name := range names {
		if err := do(name); err != nil {
			code = p.Fail(err)
		}
	}
	return code
}
