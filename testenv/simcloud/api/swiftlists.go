package api

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// account shows an account, and lists its containers. One to which nobody has written
// answers as an empty one, but HEAD with 200.
func (c *call) account(name string) {
	if c.r.Method == http.MethodPost {
		c.service.store.accounts[name] = true
		c.w.WriteHeader(http.StatusNoContent) // nothing that it can be told has an effect here
		return
	}
	rows, objects, used := []listed{}, 0, 0
	for _, one := range c.service.store.containersOf(name) {
		n, size := one.holds()
		objects, used = objects+n, used+size
		rows = append(rows, listed{one.name, object{"name": one.name, "count": n, "bytes": size, "last_modified": stamp(one.made)}})
	}
	c.told("X-Account-Container-Count", len(rows))
	c.told("X-Account-Object-Count", objects)
	c.told("X-Account-Bytes-Used", used)
	if quota := c.service.store.quota; quota >= 0 {
		c.told("X-Account-Meta-Quota-Bytes", quota)
	}
	empty := http.StatusNoContent
	if !c.service.store.accounts[name] {
		empty = http.StatusOK
	}
	c.listing(rows, empty)
}

// containersOf are an account's containers by name. The caller holds the lock.
func (s *objectStore) containersOf(account string) (all []*container) {
	for _, key := range slices.Sorted(maps.Keys(s.containers)) {
		if one := s.containers[key]; one.account == account {
			all = append(all, one)
		}
	}
	return all
}

func (s *objectStore) used(account string) (size int) {
	for _, one := range s.containersOf(account) {
		_, n := one.holds()
		size += n
	}
	return size
}

// holds is how many objects a container has, and their bytes.
func (o *container) holds() (n, size int) {
	for _, each := range o.objects {
		size += len(each.data)
	}
	return len(o.objects), size
}

// container answers for a container itself. The caller holds the lock.
func (c *call) container(account, name string) {
	store, key := c.service.store, account+"/"+name
	one := store.containers[key]
	switch method := c.r.Method; {
	case method == http.MethodPut && one == nil:
		store.accounts[account] = true
		store.containers[key] = &container{name: name, account: account, made: time.Now(), metadata: c.given("Container"), objects: map[string]*stored{}}
		c.done(http.StatusCreated)
	case one == nil:
		c.fail(http.StatusNotFound, "The resource could not be found.")
	case method == http.MethodPut:
		maps.Copy(one.metadata, c.given("Container"))
		c.fail(http.StatusAccepted, "The request is accepted for processing.")
	case method == http.MethodPost:
		maps.Copy(one.metadata, c.given("Container"))
		c.w.WriteHeader(http.StatusNoContent)
	case method == http.MethodDelete && len(one.objects) > 0:
		c.fail(http.StatusConflict, "There was a conflict when trying to complete your request.")
	case method == http.MethodDelete:
		delete(store.containers, key)
		c.w.WriteHeader(http.StatusNoContent)
	default:
		c.showContainer(one)
	}
}

func (c *call) showContainer(one *container) {
	rows := []listed{}
	for _, name := range slices.Sorted(maps.Keys(one.objects)) {
		each := one.objects[name]
		rows = append(rows, listed{name, object{"name": name, "hash": each.tag, "bytes": len(each.data), "content_type": each.kind, "last_modified": stamp(each.at)}})
	}
	n, size := one.holds()
	c.told("X-Container-Object-Count", n)
	c.told("X-Container-Bytes-Used", size)
	c.told("X-Timestamp", one.made)
	c.told("X-Storage-Policy", "Policy-0")
	for name, value := range one.metadata {
		c.told(name, value)
	}
	c.listing(rows, http.StatusNoContent)
}

// listed is a row of a list.
type listed struct {
	name string
	row  object
}

// listing answers with a page of rows, as JSON where that is asked for; HEAD with a status.
func (c *call) listing(rows []listed, head int) {
	query := c.r.URL.Query()
	limit, wrong := strconv.Atoi(query.Get("limit"))
	if wrong != nil || limit < 0 {
		limit = listingMost // Swift does not heed it
	}
	if limit > listingMost {
		c.text(http.StatusPreconditionFailed, fmt.Sprintf("Maximum limit is %d", listingMost))
		return
	}
	rows = slices.DeleteFunc(rows, func(each listed) bool {
		end := query.Get("end_marker")
		return !strings.HasPrefix(each.name, query.Get("prefix")) || each.name <= query.Get("marker") || end != "" && each.name >= end
	})
	rows = rows[:min(len(rows), limit)]
	if query.Get("format") == "json" || query.Get("format") == "" && strings.HasPrefix(c.r.Header.Get("Accept"), "application/json") {
		all := []object{}
		for _, each := range rows {
			all = append(all, each.row)
		}
		status := http.StatusOK
		if c.r.Method == http.MethodHead {
			status = head
		}
		c.jsonAs("application/json; charset=utf-8", status, all)
		return
	}
	var text strings.Builder
	for _, each := range rows {
		text.WriteString(each.name + "\n")
	}
	switch {
	case c.r.Method == http.MethodHead:
		c.w.WriteHeader(head)
	case len(rows) == 0:
		c.w.WriteHeader(http.StatusNoContent)
	default:
		c.text(http.StatusOK, text.String())
	}
}
