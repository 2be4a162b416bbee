package objectstore

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/gophercloud/gophercloud/v2"
	services "github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/objectstorage/v1/containers"
	"github.com/gophercloud/gophercloud/v2/openstack/objectstorage/v1/objects"
	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// Container is a container of the account of an environment's user, or the part of one
// whose names begin with a prefix. It is used by one goroutine.
type Container struct {
	client       *openstack.Client
	swift        *gophercloud.ServiceClient
	name, prefix string
	bounds       Bounds
}

// Bounds are those of a question to Swift.
type Bounds struct {
	Each  time.Duration   // of one try
	Waits []time.Duration // before each try after the first
}

// Patient are bounds that outlast a proxy that is begun anew.
func Patient() Bounds {
	return Bounds{Each: 2 * time.Minute, Waits: []time.Duration{time.Second, 3 * time.Second, 9 * time.Second}}
}

// Open reads the environment's clouds.yaml, logs in, and finds Swift in the catalogue, by
// one try. Of Swift it asks nothing. place is CONTAINER or CONTAINER/PREFIX.
func Open(ctx context.Context, env loadgen.Env, place string, bounds Bounds) (*Container, error) {
	name, prefix, err := Split(place)
	if err != nil {
		return nil, err
	}
	c := &Container{name: name, prefix: prefix, bounds: bounds}
	if c.client, err = openstack.NewClient(env); err != nil {
		return nil, err
	}
	err = c.once(ctx, func(ctx context.Context) error {
		if err := c.client.Authenticate(ctx); err != nil {
			return err
		}
		c.swift, err = c.client.Find(ctx, "object-store", services.NewObjectStorageV1)
		return err
	})
	if err != nil {
		c.client.Close()
		return nil, errors.New(said(err))
	}
	return c, nil
}

// Split reads CONTAINER or CONTAINER/PREFIX. The prefix that it gives ends with a slash,
// where there is one.
func Split(place string) (name, prefix string, err error) {
	name, prefix, _ = strings.Cut(strings.TrimSuffix(place, "/"), "/")
	switch {
	case name == "" || name == "." || name == ".." || len(name) > 256:
		return "", "", fmt.Errorf("%q has no name of a container, which has 1 to 256 bytes", place)
	case prefix != "" && (!fs.ValidPath(prefix) || prefix == "." || len(prefix) > 512):
		return "", "", fmt.Errorf("%q has a prefix that is no path: words with single slashes between them, none of which is . or .., and 512 bytes at the most", place)
	case strings.ContainsFunc(place, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "", "", fmt.Errorf("%q has a character that cannot be printed", place)
	case prefix != "":
		prefix += "/"
	}
	return name, prefix, nil
}

// Close closes the connections that are kept.
func (c *Container) Close() { c.client.Close() }

// Name is the container's.
func (c *Container) Name() string { return c.name }

// URL is where an object is.
func (c *Container) URL(name string) string {
	return c.swift.ServiceURL((&url.URL{Path: c.name + "/" + c.prefix + name}).EscapedPath())
}

// There tells whether there is such a container.
func (c *Container) There(ctx context.Context) (there bool, err error) {
	err = c.try(ctx, "look at container "+c.name, func(ctx context.Context) error {
		answer := containers.Get(ctx, c.swift, c.name, nil)
		there = answer.Err == nil
		return unless(answer.Err, http.StatusNotFound)
	})
	return there, err
}

// Make makes the container; one that is there stays as it is.
func (c *Container) Make(ctx context.Context) error {
	return c.try(ctx, "make container "+c.name, func(ctx context.Context) error {
		return containers.Create(ctx, c.swift, c.name, nil).Err
	})
}

// mark is the metadata that each object has which Write has stored: where it is. So what
// somebody has put in its place, and a copy of it elsewhere, are known to be none of them.
const mark = "Eris-Stored-As"

func (c *Container) markOf(name string) string {
	return (&url.URL{Path: c.name + "/" + c.prefix + name}).EscapedPath()
}

// Look tells the MD5 of an object's bytes, as Swift's ETag tells it; empty where there is no
// such object; and whether Write has stored it.
func (c *Container) Look(ctx context.Context, name string) (sum string, own bool, err error) {
	err = c.try(ctx, "look at object", func(ctx context.Context) error {
		answer := objects.Get(ctx, c.swift, c.name, c.prefix+name, objects.GetOpts{Newest: true})
		if answer.Err != nil {
			sum, own = "", false
			return unless(answer.Err, http.StatusNotFound)
		}
		sum = strings.ToLower(strings.Trim(answer.Header.Get("Etag"), `"`))
		own = answer.Header.Get("X-Object-Meta-"+mark) == c.markOf(name)
		if sum == "" {
			return errors.New("the answer has no ETag")
		}
		return nil
	})
	return sum, own, err
}

// List are the names of objects that begin so. Swift brings its lists up to date after the
// objects.
func (c *Container) List(ctx context.Context, begin string) (names []string, err error) {
	err = c.try(ctx, "list container "+c.name, func(ctx context.Context) error {
		names = nil
		return objects.List(c.swift, c.name, objects.ListOpts{Prefix: c.prefix + begin}).EachPage(ctx, func(_ context.Context, page pagination.Page) (bool, error) {
			found, err := objects.ExtractNames(page)
			for _, name := range found {
				names = append(names, strings.TrimPrefix(name, c.prefix))
			}
			return true, err
		})
	})
	return names, err
}

// Write stores an object of a content type, in place of one that is there; a fresh one only
// where none is: taken says that one is, which stays. One with the very same bytes that
// Write has stored is as good as stored: a first try may have done it, and its answer may be
// lost. Swift holds what it stores against its MD5.
func (c *Container) Write(ctx context.Context, name, kind string, data []byte, fresh bool) (taken bool, err error) {
	tag := md5.Sum(data) //nolint:gosec // it is what Swift's ETag is
	sum := hex.EncodeToString(tag[:])
	how := objects.CreateOpts{ContentType: kind, ETag: sum, Metadata: map[string]string{mark: c.markOf(name)}}
	if fresh {
		how.IfNoneMatch = "*"
	}
	err = c.try(ctx, "store object", func(ctx context.Context) error {
		how.Content = bytes.NewReader(data)
		err := objects.Create(ctx, c.swift, c.name, c.prefix+name, how).Err
		taken = err != nil && openstack.Outcome(err, nil).Status == http.StatusPreconditionFailed
		return unless(err, http.StatusPreconditionFailed)
	})
	if err == nil && taken {
		there, own, err := c.Look(ctx, name)
		return !own || there != sum, err
	}
	return false, err
}

// Delete deletes an object, if it is there.
func (c *Container) Delete(ctx context.Context, name string) error {
	return c.try(ctx, "delete object", func(ctx context.Context) error {
		return unless(objects.Delete(ctx, c.swift, c.name, c.prefix+name, nil).Err, http.StatusNotFound)
	})
}

// unless is an error that is not an answer of that status.
func unless(err error, status int) error {
	if err != nil && openstack.Outcome(err, nil).Status == status {
		return nil
	}
	return err
}
