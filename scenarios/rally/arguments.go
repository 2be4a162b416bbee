package rally

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/document"
)

// counterpart is the workload here that does what a scenario of Rally's does.
type counterpart struct {
	kind  string          // e.g. nova.boot_and_delete_server
	args  map[string]rule // by the argument's name in Rally
	fixed pairs           // arguments that are always given
	other []string        // what it does otherwise
	own   []string        // contexts whose things each iteration makes itself
	once  []string        // contexts whose things the load makes, for all of its iterations
	boots bool            // servers, on a network
}

// rule carries one argument over: it returns what is given here, and notes what
// cannot be.
type rule func(c *conversion, name string, v *document.Node) pairs

// arguments are those of the workload here.
func (c *conversion) arguments() pairs {
	given := slices.Clone(c.fixed)
	if network, _ := c.context("network"); c.boots && network == nil {
		given = append(given, pair{"network", "auto"}) // Rally leaves it to Nova
	}
	volumes, _ := c.context("volumes")
	if size := volumes.Get("size"); size != nil && c.workload.args.Get("size") == nil && slices.Contains(c.own, "volumes") {
		given = append(given, gib("size")(c, "contexts.volumes.size", size)...)
	}
	for _, other := range c.other {
		c.add(Other, c.at, c.workload.name, "%s", other)
	}
	if c.workload.args == nil || c.workload.args.Shape == document.Null {
		return given
	}
	if c.workload.args.Shape != document.Mapping {
		c.report.At(c.workload.args).Errorf("args: wants a mapping, not %s", c.workload.args.Shape)
		return given
	}
	for _, e := range c.workload.args.Entries {
		carry, known := c.counterpart.args[e.Name()]
		if !known {
			c.lost(e.Name(), e.Key, "%s has no such argument", c.kind)
			continue
		}
		given = append(given, carry(c, e.Name(), e.Value)...)
	}
	return given
}

// lost notes that an argument is not carried over.
func (c *conversion) lost(name string, at *document.Node, reason string, args ...any) {
	c.add(Lost, at, "args."+name, reason, args...)
}

// same gives the value as it is, under a name of its own here.
func same(to string) rule {
	return func(_ *conversion, _ string, v *document.Node) pairs {
		if v.Shape == document.Null || v.Text == "" {
			return nil
		}
		return pairs{{to, scalar(v)}}
	}
}

// scalar is a value as it was written: a number or a truth unless it is quoted.
func scalar(v *document.Node) any {
	if v.Quoted {
		return v.Text
	}
	if n, err := strconv.Atoi(v.Text); err == nil {
		return n
	}
	if b, err := strconv.ParseBool(strings.ToLower(v.Text)); err == nil {
		return b
	}
	return v.Text
}

// only accepts the values that come to the same as what is done here anyway.
func only(reason string, values ...string) rule {
	return func(c *conversion, name string, v *document.Node) pairs {
		if v.Shape == document.Null || v.Shape == document.Mapping && len(v.Entries) == 0 {
			return nil
		}
		for _, fits := range values {
			if v.Shape == document.Scalar && strings.EqualFold(v.Text, fits) {
				return nil
			}
		}
		c.lost(name, v, "%s", reason)
		return nil
	}
}

// none is a mapping of further settings, each of which is lost.
func none(c *conversion, name string, v *document.Node) pairs {
	if v.Shape == document.Mapping {
		for _, e := range v.Entries {
			c.lost(name+"."+e.Name(), e.Key, "%s has no such argument", c.kind)
		}
		return nil
	}
	return only(c.kind+" has no such argument", "")(c, name, v)
}

// otherwise notes that something is done in another way whatever the value is.
func otherwise(reason string) rule {
	return func(c *conversion, name string, v *document.Node) pairs {
		if v.Shape != document.Null {
			c.add(Other, v, "args."+name, "%s", reason)
		}
		return nil
	}
}

// ignored is an argument without an effect in Rally either.
func ignored(*conversion, string, *document.Node) pairs { return nil }

// plainName is a name that is no pattern, or one that only this name fits: Rally looks
// for the exact name first.
var plainName = regexp.MustCompile(`^(\^?)[\w.: @/-]+(\$?)$`)

// named is how Rally says which image, flavor or network is meant. What is no plain
// name is a pattern, of which only one thing may be called so, as in Rally.
func named(to string) rule {
	return func(c *conversion, name string, v *document.Node) pairs {
		pattern := v.Get("regex") != nil
		if v.Shape == document.Mapping {
			for _, key := range []string{"id", "name", "regex"} {
				if of := v.Get(key); of != nil && of.Shape == document.Scalar {
					for _, e := range v.Entries {
						if e.Name() != key {
							c.lost(name+"."+e.Name(), e.Key, "%s takes a name or an id", c.kind)
						}
					}
					v = of
					break
				}
			}
		}
		switch {
		case v.Shape == document.Null, v.Shape == document.Scalar && v.Text == "":
			return nil
		case v.Shape != document.Scalar:
			c.lost(name, v, "%s takes a name or an id", c.kind)
			return nil
		case !exact(v.Text, pattern):
			if _, err := regexp.Compile(v.Text); err != nil {
				c.lost(name, v, "%s is no pattern here: %v", v.Text, err)
				return nil
			}
			return pairs{{to, "/" + v.Text + "/"}}
		}
		return pairs{{to, strings.TrimSuffix(strings.TrimPrefix(v.Text, "^"), "$")}}
	}
}

// exact tells that a text means one name: it has both anchors, or none where it need not
// be a pattern.
func exact(text string, pattern bool) bool {
	part := plainName.FindStringSubmatch(text)
	if part == nil || strings.Contains(text, ".*") {
		return false
	}
	begins, ends := part[1] != "", part[2] != ""
	return begins && ends || !begins && !ends && !pattern
}

// gib is a size in GiB. Rally may draw it for each iteration.
func gib(to string) rule {
	return func(c *conversion, name string, v *document.Node) pairs {
		if v.Shape == document.Mapping {
			c.lost(name, v, "drawn for each volume; here all are of one size, the least")
			v = v.Get("min")
		}
		n, err := strconv.Atoi(text(v))
		if err != nil || n < 1 {
			if v != nil {
				c.report.At(v).Errorf("%s: wants a whole number of GiB from 1 on", name)
			}
			return nil
		}
		return pairs{{to, strconv.Itoa(n) + "GiB"}}
	}
}

// inBytes gives a number of bytes as a size, under a name of its own here.
func inBytes(to string) rule {
	return func(c *conversion, name string, v *document.Node) pairs {
		n, err := strconv.Atoi(text(v))
		if err != nil || n < 1 {
			c.report.At(v).Errorf("%s: wants a whole number of bytes from 1 on", name)
			return nil
		}
		return pairs{{to, strconv.Itoa(n) + "B"}}
	}
}

// pause is a time to sleep between two steps, which no workload here does.
func pause(c *conversion, name string, v *document.Node) pairs {
	return only("no workload pauses between its steps", "0", "0.0")(c, name, v)
}
