package api

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// putObject reads an object's bytes, and stores them when they are all there.
func (c *call) putObject(account, in, name string) {
	store, key := c.service.store, account+"/"+in
	if c.r.ContentLength > objectMost {
		c.text(http.StatusRequestEntityTooLarge, "Your request is too large.")
		return
	}
	store.mu.Lock()
	there, over := store.containers[key] != nil, store.quota >= 0 && store.used(account)+max(0, int(c.r.ContentLength)) > store.quota
	store.mu.Unlock()
	switch {
	case over:
		c.text(http.StatusRequestEntityTooLarge, "Upload exceeds quota.")
		return
	case !there:
		c.fail(http.StatusNotFound, "The resource could not be found.")
		return
	}
	data, err := receive(c.r.Body, objectMost)
	sum := md5.Sum(data) //nolint:gosec // it is what Swift's ETag is
	tag := hex.EncodeToString(sum[:])
	store.mu.Lock()
	defer store.mu.Unlock()
	one := store.containers[key]
	switch wanted := strings.Trim(c.r.Header.Get("Etag"), `"`); {
	case errors.Is(err, errTooLarge):
		c.fail(http.StatusRequestEntityTooLarge, "The body of your request was too large for this server.")
	case err != nil: // the client is gone
	case one == nil:
		c.fail(http.StatusNotFound, "The resource could not be found.")
	case wanted != "" && wanted != tag:
		c.fail(http.StatusUnprocessableEntity, "Unable to process the contained instructions")
	case c.r.Header.Get("If-None-Match") == "*" && one.objects[name] != nil:
		c.fail(http.StatusPreconditionFailed, "A precondition for this request was not met.")
	case int64(len(data)) > store.disks: // each disk says 507
		c.fail(http.StatusServiceUnavailable, "The server is currently unavailable. Please try again at a later time.")
	default:
		store.unstore(one, name)
		store.disks -= int64(len(data))
		one.objects[name] = &stored{data: data, tag: tag, kind: typeOf(c.r), at: time.Now(), metadata: c.given("Object")}
		c.w.Header().Set("Etag", tag)
		c.w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		c.done(http.StatusCreated)
	}
}

func typeOf(r *http.Request) string {
	if kind := r.Header.Get("Content-Type"); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

// unstore deletes an object, if it is there. The caller holds the lock.
func (s *objectStore) unstore(from *container, name string) (there bool) {
	was := from.objects[name]
	if was != nil {
		s.disks += int64(len(was.data))
		delete(from.objects, name)
	}
	return was != nil
}

// atObject shows an object, or deletes it.
func (c *call) atObject(account, in, name string) {
	store := c.service.store
	store.mu.Lock()
	one := store.containers[account+"/"+in]
	var found *stored
	if one != nil {
		found = one.objects[name]
	}
	gone := found != nil && c.r.Method == http.MethodDelete && store.unstore(one, name)
	store.mu.Unlock()
	switch {
	case found == nil:
		c.fail(http.StatusNotFound, "The resource could not be found.")
	case gone:
		c.w.WriteHeader(http.StatusNoContent)
	default:
		header := c.w.Header()
		header.Set("Content-Type", found.kind)
		header.Set("Content-Length", strconv.Itoa(len(found.data)))
		header.Set("Accept-Ranges", "bytes")
		header.Set("Etag", found.tag)
		header.Set("Last-Modified", found.at.UTC().Format(http.TimeFormat))
		c.told("X-Timestamp", found.at)
		for name, value := range found.metadata {
			header.Set(name, value)
		}
		_, _ = bytes.NewReader(found.data).WriteTo(c.w) // the client may be gone
	}
}
