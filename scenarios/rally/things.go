package rally

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/document"
)

// What tenants may be given at most; see scenarios.
const (
	flavorsMost = 20
	imagesMost  = 10
)

// flavors are those of the context flavors, as tenants have them. Rally's are public; here the
// projects of the run alone see them.
func (c *conversion) flavors(of *document.Node) (all pairs) {
	const at = "contexts.flavors"
	if of == nil {
		return nil
	}
	if of.Shape != document.Sequence {
		c.report.At(of).Errorf("flavors: wants a list, not %s", of.Shape)
		return nil
	}
	for _, item := range of.Items {
		name := text(item.Get("name"))
		if name == "" || item.Get("ram") == nil {
			c.report.At(item).Errorf("flavors: each has a name and ram")
			continue
		}
		switch {
		case slices.ContainsFunc(all, func(p pair) bool { return p.key == name }):
			c.add(Lost, item, at+"."+name, "there is one of that name before it")
			continue
		case len(all) == flavorsMost:
			c.add(Lost, item, at+"."+name, "tenants are given %d flavors at most", flavorsMost)
			continue
		}
		var flavor pairs
		for _, e := range item.Entries {
			switch key := e.Name(); key {
			case "name":
			case "ram", "vcpus", "disk", "ephemeral", "swap":
				flavor = append(flavor, pair{key, c.natural(e.Value, key)})
			case "extra_specs":
				var specs pairs
				for _, spec := range e.Value.Entries {
					specs = append(specs, pair{spec.Name(), spec.Value.Text})
				}
				if len(specs) > 0 {
					flavor = append(flavor, pair{key, specs})
				}
			default:
				c.add(Lost, e.Key, at+"."+name+"."+key, "a flavor of tenants has no such setting")
			}
		}
		all = append(all, pair{name, flavor})
	}
	return all
}

// natural is a number from 0 on.
func (c *conversion) natural(v *document.Node, key string) int {
	n, err := strconv.Atoi(text(v))
	if err != nil || n < 0 {
		c.report.At(v).Errorf("%s: wants a whole number from 0 on", key)
	}
	return max(n, 0)
}

// images are those of the context images, as tenants have them: one, or several of the same that
// Rally gives names of its own.
func (c *conversion) images(of *document.Node) pairs {
	const at = "contexts.images"
	if of == nil {
		return nil
	}
	if of.Shape != document.Mapping {
		c.report.At(of).Errorf("images: wants a mapping, not %s", of.Shape)
		return nil
	}
	image, ok := c.imageSource(of.Get("image_url"), at)
	if !ok {
		return nil
	}
	image = append(image, c.imageSettings(of, at)...)
	many := c.count(of, "images_per_tenant")
	if many > imagesMost {
		c.add(Other, of.Get("images_per_tenant"), at+".images_per_tenant", "%d of them, which is as many as a project may be given, and not %d", imagesMost, many)
		many = imagesMost
	}
	name := text(of.Get("image_name"))
	if many == 1 {
		if name == "" {
			name = "image-1" // a load that names none takes it
		}
		return pairs{{name, image}}
	}
	if name != "" {
		c.add(Other, of.Get("image_name"), at+".image_name", "several images are made, and are called image-1 to image-%d; Rally does not heed the name then either", many)
	}
	var all pairs
	for n := range many {
		all = append(all, pair{fmt.Sprintf("image-%d", n+1), image})
	}
	return all
}

// imageSource says where the bytes of an image are; false where nobody could have them.
func (c *conversion) imageSource(v *document.Node, at string) (pairs, bool) {
	address := text(v)
	scheme, _, remote := strings.Cut(address, "://")
	switch {
	case address == "":
		c.add(Needed, c.at, at, "the image: the task does not say where its bytes are")
		return nil, false
	case remote && (scheme == "http" || scheme == "https"):
		return pairs{{"url", address}}, true
	case remote, strings.HasPrefix(address, "~"):
		c.add(Needed, v, at+".image_url", "the image of %s; none is made: it is taken from http, https or a file by its path", addressed(address))
		return nil, false
	}
	where := "there where the scenario is run"
	if !path.IsAbs(address) {
		where = "beside the scenario"
	}
	c.add(Needed, v, at+".image_url", "the file %s, %s", address, where)
	return pairs{{"file", address}}, true
}

// addressed is an address without what may be a secret in it.
func addressed(text string) string {
	at, err := url.Parse(text)
	if err != nil || at.Host == "" {
		return text
	}
	return (&url.URL{Scheme: at.Scheme, Host: at.Host, Path: at.Path}).String()
}

// imageSettings are the others of an image's. Rally has old names of some.
func (c *conversion) imageSettings(of *document.Node, at string) (image pairs) {
	old := of.Get("image_args")
	first := func(keys ...*document.Node) *document.Node {
		for _, v := range keys {
			if v != nil {
				return v
			}
		}
		return nil
	}
	format := first(of.Get("disk_format"), of.Get("image_type"))
	if format == nil {
		c.report.At(of).Errorf("images: disk_format is missing")
	}
	image = append(image, pair{"disk_format", text(format)})
	if container := text(first(of.Get("container_format"), of.Get("image_container"))); container != "" && container != "bare" {
		image = append(image, pair{"container_format", container})
	}
	for _, key := range []string{"min_ram", "min_disk"} {
		if v := first(of.Get(key), old.Get(key)); v != nil && c.natural(v, key) > 0 {
			image = append(image, pair{key, c.natural(v, key)})
		}
	}
	public := first(of.Get("visibility"), old.Get("is_public"))
	if seen := strings.ToLower(text(public)); public != nil && seen != "private" && seen != "false" {
		c.add(Other, public, at+"."+"visibility", "the image of each project is seen there alone, and is not %s", strings.Replace(seen, "true", "public", 1))
	}
	for _, e := range of.Entries {
		if !slices.Contains([]string{"image_url", "image_name", "images_per_tenant", "disk_format", "image_type", "container_format", "image_container", "min_ram", "min_disk", "visibility", "image_args"}, e.Name()) {
			c.add(Lost, e.Key, at+"."+e.Name(), "an image of tenants has no such setting")
		}
	}
	for _, e := range entriesOf(old) {
		if !slices.Contains([]string{"is_public", "min_ram", "min_disk"}, e.Name()) {
			c.add(Lost, e.Key, at+".image_args."+e.Name(), "an image of tenants has no such setting")
		}
	}
	return image
}

// roles are those of the context roles, which users have beside the one that all have.
func (c *conversion) roles() (all []any) {
	of, _ := c.context("roles")
	for _, role := range texts(of) {
		if !strings.EqualFold(role, "member") && !slices.Contains(all, any(role)) {
			all = append(all, role)
		}
	}
	return all
}

// administers tells whether the context roles has that of an administrator.
func (c *conversion) administers() bool {
	return slices.ContainsFunc(c.roles(), func(role any) bool { return strings.EqualFold(fmt.Sprint(role), "admin") })
}
