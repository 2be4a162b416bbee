package api

import (
	"fmt"
	"html"
	"net/http"
	"strings"
	"time"
)

// objectStore is what Swift has on its disks.
type objectStore struct {
	containers map[string]*container // by account and name
	accounts   map[string]bool       // those to which somebody has written
	disks      int64                 // bytes that are free on all of them
	quota      int                   // of bytes that each account may have; -1: no limit
}

// container is one of an account's.
type container struct {
	name, account string
	made          time.Time
	metadata      map[string]string
	objects       map[string]*stored
}

// stored is an object.
type stored struct {
	data      []byte
	tag, kind string
	at        time.Time
	metadata  map[string]string
}

const (
	swiftWork   = 12 * time.Millisecond
	objectMost  = 16 << 20  // max_file_size
	objectRoom  = 256 << 20 // of all disks
	listingMost = 10000     // account_listing_limit and container_listing_limit

	containerNameMost, objectNameMost, metadataNameMost = 256, 1024, 128 // bytes
)

func newObjectStore() objectStore {
	return objectStore{containers: map[string]*container{}, accounts: map[string]bool{}, disks: objectRoom, quota: -1}
}

func (s *Service) swift() {
	s.mux.HandleFunc("GET /info", func(w http.ResponseWriter, r *http.Request) {
		s.call(w, r).json(200, object{"swift": object{
			"version": "2.30.1", "max_file_size": objectMost, "max_container_name_length": containerNameMost, "max_object_name_length": objectNameMost,
			"account_listing_limit": listingMost, "container_listing_limit": listingMost, "account_autocreate": true,
		}, "account_quotas": object{}})
	})
	for _, method := range []string{"GET", "PUT", "POST", "DELETE"} { // GET has HEAD with it
		s.handle(method+" /v1/{path...}", need{work: swiftWork, write: method != "GET"}, func(c *call) {
			account, rest, _ := strings.Cut(c.r.PathValue("path"), "/")
			in, name, _ := strings.Cut(rest, "/")
			if c.operates(account) && c.fits(in, name) {
				c.swift(account, in, name)
			}
		})
	}
}

// operates tells whether the request's user may use an account: as on a lab whose
// operator_roles are admin and member, and whose reseller_admin_role is admin.
func (c *call) operates(account string) bool {
	store := c.service.store
	store.mu.Lock()
	roles := store.assigned[grant{c.token.User, c.token.Project}]
	store.mu.Unlock()
	if roles["admin"] || roles["member"] && account == "AUTH_"+c.token.Project {
		return true
	}
	c.fail(http.StatusForbidden, "Access was denied to this resource.")
	return false
}

// fits tells whether names are as short as they have to be.
func (c *call) fits(in, name string) bool {
	switch {
	case len(in) > containerNameMost:
		c.text(http.StatusBadRequest, fmt.Sprintf("Container name length of %d longer than %d", len(in), containerNameMost))
	case len(name) > objectNameMost:
		c.text(http.StatusBadRequest, fmt.Sprintf("object_name length of %d longer than %d", len(name), objectNameMost))
	case c.longMetadata():
		c.text(http.StatusBadRequest, "Metadata name too long")
	case c.r.Header.Get("X-Delete-At") != "" && whole(c.r.Header.Get("X-Delete-At")) <= 0:
		c.text(http.StatusBadRequest, "Non-integer X-Delete-At")
	default:
		return true
	}
	return false
}

// longMetadata tells whether a name of metadata is longer than Swift takes it.
func (c *call) longMetadata() bool {
	for _, kind := range []string{"Container", "Object"} {
		for name := range c.given(kind) {
			if len(name)-len("X-"+kind+"-Meta-") > metadataNameMost {
				return true
			}
		}
	}
	return false
}

// swift answers for an account, a container or an object.
func (c *call) swift(account, in, name string) {
	put := c.r.Method == http.MethodPut
	switch {
	case name != "" && put:
		c.putObject(account, in, name)
		return
	case name != "" && c.r.Method != http.MethodPost:
		c.atObject(account, in, name)
		return
	case name != "" || in == "" && (put || c.r.Method == http.MethodDelete):
		c.w.Header().Set("Allow", "HEAD, GET, OPTIONS")
		c.fail(http.StatusMethodNotAllowed, "The method is not allowed for this resource.")
		return
	}
	kept := &kept{ResponseWriter: c.w}
	c.w = kept
	c.service.store.mu.Lock()
	func() {
		defer c.service.store.mu.Unlock()
		if in == "" {
			c.account(account)
			return
		}
		c.container(account, in)
	}()
	kept.send()
}

// told sets a header of a figure or a moment.
func (c *call) told(name string, value any) {
	if at, is := value.(time.Time); is {
		value = fmt.Sprintf("%d.%05d", at.Unix(), at.Nanosecond()/10000)
	}
	c.w.Header().Set(name, fmt.Sprint(value))
}

// given are a request's headers of metadata of that kind: Container or Object.
func (c *call) given(kind string) map[string]string {
	all := map[string]string{}
	for name, values := range c.r.Header {
		if strings.HasPrefix(name, "X-"+kind+"-Meta-") {
			all[name] = values[0]
		}
	}
	return all
}

// done answers with nothing but a status.
func (c *call) done(status int) {
	c.w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	c.w.Header().Set("Content-Length", "0")
	c.w.WriteHeader(status)
}

// text answers with a text.
func (c *call) text(status int, text string) {
	c.send("text/plain; charset=utf-8", status, []byte(text))
}

// page answers with a page of a status and what it means, as Swift and Horizon do.
func (c *call) page(status int, text string) {
	title := http.StatusText(status)
	c.send("text/html; charset=UTF-8", status, []byte("<html><h1>"+html.EscapeString(title)+"</h1><p>"+html.EscapeString(text)+"</p></html>"))
}
