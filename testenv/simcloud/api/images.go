package api

import (
	"bytes"
	"crypto/md5"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// blobs is where Glance has its images.
type blobs struct {
	bytes   map[string][]byte
	uploads map[string]time.Time // by image: when what Nova uploads is there
	drops   map[string]time.Time // by image: when Nova deletes it
	most    int64                // of one image, in bytes
	room    int64                // for all that is uploaded
}

const (
	imageCap  = 64 << 20  // image_size_cap
	imageRoom = 256 << 20 // user_storage_quota, of all together
	chunk     = 64 << 10  // that Glance reads at a time
)

func newBlobs() blobs {
	return blobs{bytes: map[string][]byte{}, uploads: map[string]time.Time{}, drops: map[string]time.Time{}, most: imageCap, room: imageRoom}
}

func (s *Service) glance() {
	for _, pattern := range []string{"GET /{$}", "GET /versions"} {
		s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			c := s.call(w, r)
			c.json(http.StatusMultipleChoices, object{"versions": []object{
				version("v2.15", "CURRENT", "", "", c.base()+"/v2/"), version("v2.0", "SUPPORTED", "", "", c.base()+"/v2/"),
			}})
		})
	}
	s.locked("GET /v2/images", glanceWork, listImages)
	// Unlike the other services, Glance shows an image without a wrapping key.
	s.locked("GET /v2/images/{id}", glanceWork, func(c *call) {
		if row := c.image(false); row != nil {
			c.json(200, row)
		}
	})
	s.locked("GET /v2/info/usage", glanceWork, showImageUse)
	s.locked("POST /v2/images", 2*glanceWork, createImage)
	s.locked("DELETE /v2/images/{id}", 2*glanceWork, deleteImage)
	s.handle("PUT /v2/images/{id}/file", need{work: 2 * glanceWork, write: true}, uploadImage)
	s.handle("GET /v2/images/{id}/file", need{work: glanceWork}, downloadImage)
	s.handle("GET /v2/images/{id}/members", need{work: glanceWork}, func(c *call) { c.json(200, object{"members": []object{}}) })
}

// image is the one that a request is about, if the user sees it, and may change
// it where that is wanted; otherwise the answer has been made. The caller holds
// the lock.
func (c *call) image(change bool) object {
	id := c.r.PathValue("id")
	c.service.store.uploaded(time.Now())
	row := c.service.store.images[id]
	own := row != nil && (c.admin() || row["owner"] == c.token.Project)
	switch {
	case row == nil || !own && row["visibility"] != "public":
		c.fail(404, "No image found with ID "+id)
		return nil
	case change && !own:
		c.fail(403, "You are not permitted to modify image "+id+".")
		return nil
	}
	return row
}

func listImages(c *call) {
	c.service.store.uploaded(time.Now())
	query := c.r.URL.Query()
	tags, limit, marker := query["tag"], whole(query.Get("limit")), query.Get("marker")
	query.Del("tag")
	answer := object{"first": "/v2/images", "schema": "/v2/schemas/images"}
	rows := []object{}
	for _, id := range slices.Sorted(maps.Keys(c.service.store.images)) {
		row := c.service.store.images[id]
		has, _ := row["tags"].([]string)
		lacks := slices.ContainsFunc(tags, func(tag string) bool { return !slices.Contains(has, tag) })
		if id <= marker || lacks || !c.admin() && row["owner"] != c.token.Project && row["visibility"] != "public" || !matches(row, query) {
			continue
		}
		if limit > 0 && len(rows) == limit {
			next := c.r.URL.Query()
			next.Set("marker", rows[limit-1]["id"].(string))
			answer["next"] = "/v2/images?" + next.Encode()
			break
		}
		rows = append(rows, row)
	}
	answer["images"] = rows
	c.json(200, answer)
}

// misfit says what of a new image's document is not as Glance's schema has it.
func misfit(given object) string {
	if given == nil {
		return "it is no object"
	}
	for _, name := range []string{"name", "disk_format", "container_format", "visibility", "id"} {
		if text, is := given[name].(string); given[name] != nil && !is || len(text) > longestName {
			return name + " is no text of at most 255 characters"
		}
	}
	for _, name := range []string{"min_disk", "min_ram"} {
		if n, is := given[name].(float64); given[name] != nil && (!is || n != math.Trunc(n)) {
			return name + " is no whole number"
		}
	}
	for _, name := range []string{"protected", "os_hidden"} {
		if _, is := given[name].(bool); given[name] != nil && !is {
			return name + " is neither true nor false"
		}
	}
	if formats := []any{nil, "ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"}; !slices.Contains(formats, given["container_format"]) {
		return "container_format is not one of the allowed values"
	}
	return ""
}

func createImage(c *call) {
	store := c.service.store
	var given object
	if !c.decode(&given) {
		return
	}
	if why := misfit(given); why != "" {
		c.fail(400, "Provided object does not match schema 'image': "+why)
		return
	}
	now := iso(time.Now())
	row := object{
		"name": nil, "visibility": "shared", "disk_format": nil, "container_format": nil, "min_disk": 0, "min_ram": 0, "protected": false,
		"os_hidden": false, "tags": []string{},
	}
	maps.Copy(row, given)
	if tags, ok := given["tags"].([]any); ok {
		row["tags"] = texts(tags)
	}
	formats := []any{nil, "ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "ploop", "iso"}
	switch {
	case !slices.Contains(formats, row["disk_format"]):
		c.fail(400, "Provided object does not match schema 'image': disk_format is not one of the allowed values")
		return
	case row["visibility"] == "public" && !c.admin():
		c.fail(403, "You are not authorized to complete publicize_image action.")
		return
	case given["status"] != nil || given["checksum"] != nil || given["size"] != nil:
		c.fail(403, "Attribute 'status' is read-only.")
		return
	}
	if !c.hasImageRoom() {
		return
	}
	id, own := given["id"].(string)
	if !own {
		id = store.newID()
	}
	if store.images[id] != nil {
		c.fail(409, "Image ID "+id+" already exists!")
		return
	}
	for _, name := range []string{"size", "virtual_size", "checksum", "os_hash_algo", "os_hash_value"} {
		row[name] = nil
	}
	row["id"], row["status"], row["owner"], row["created_at"], row["updated_at"] = id, "queued", c.token.Project, now, now
	row["file"], row["self"], row["schema"] = "/v2/images/"+id+"/file", "/v2/images/"+id, "/v2/schemas/image"
	store.images[id] = row
	c.w.Header().Set("Location", c.base()+"/v2/images/"+id)
	c.json(201, row)
}

func deleteImage(c *call) {
	row := c.image(true)
	switch {
	case row == nil:
	case row["protected"] == true:
		c.fail(403, "Image "+c.r.PathValue("id")+" is protected and cannot be deleted.")
	default:
		c.service.store.dropImage(c.r.PathValue("id"))
		c.w.WriteHeader(204)
	}
}

// uploadImage reads an image's bytes. Until they are all there it is saving,
// and queued again when they do not come.
func uploadImage(c *call) {
	store, id := c.service.store, c.r.PathValue("id")
	if c.r.Header.Get("Content-Type") != "application/octet-stream" {
		c.fail(http.StatusUnsupportedMediaType, "Unsupported Content-Type")
		return
	}
	most, ok := c.saves()
	if !ok {
		return
	}
	data, err := receive(c.r.Body, most)
	store.mu.Lock()
	defer store.mu.Unlock()
	row := store.images[id]
	switch {
	case row == nil:
		c.fail(http.StatusGone, "Image "+id+" could not be found after upload. The image may have been deleted during the upload.")
	case errors.Is(err, errTooLarge) || err == nil && int64(len(data)) > store.room:
		row["status"] = "queued"
		c.fail(http.StatusRequestEntityTooLarge, "Denying attempt to upload image because it exceeds the quota.")
	case err != nil: // the client is gone
		row["status"] = "queued"
	default:
		store.room -= int64(len(data))
		store.fill(row, data)
		c.w.WriteHeader(204)
	}
}

// saves marks an image as one that is being uploaded, and tells how large it may
// be.
func (c *call) saves() (most int64, ok bool) {
	c.service.store.mu.Lock()
	defer c.service.store.mu.Unlock()
	row := c.image(true)
	if row != nil && row["status"] != "queued" {
		c.fail(409, "Image status transition from "+row["status"].(string)+" to saving is not allowed")
		return 0, false
	}
	if row != nil {
		row["status"] = "saving"
	}
	return c.service.store.blobs.most, row != nil
}

var errTooLarge = errors.New("the image is larger than Glance takes")

func receive(from io.Reader, most int64) ([]byte, error) {
	var data bytes.Buffer
	n, err := io.CopyBuffer(&data, io.LimitReader(from, most+1), make([]byte, chunk))
	if n > most {
		return nil, errTooLarge
	}
	return data.Bytes(), err
}

// fill makes an image active that has those bytes. The caller holds the lock.
func (s *Store) fill(row object, data []byte) {
	sum, hash := md5.Sum(data), sha512.Sum512(data) //nolint:gosec // Glance's checksum is MD5, for old clients; nothing here relies on it
	row["status"], row["size"], row["virtual_size"] = "active", len(data), len(data)
	row["checksum"], row["os_hash_algo"], row["os_hash_value"] = hex.EncodeToString(sum[:]), "sha512", hex.EncodeToString(hash[:])
	s.bytes[row["id"].(string)] = data
}

func downloadImage(c *call) {
	store := c.service.store
	store.mu.Lock()
	row := c.image(false)
	data, there := store.bytes[c.r.PathValue("id")]
	sum, _ := row["checksum"].(string)
	store.mu.Unlock()
	switch {
	case row == nil:
	case !there:
		c.w.WriteHeader(204)
	default:
		c.w.Header().Set("Content-Type", "application/octet-stream")
		c.w.Header().Set("Content-Md5", sum)
		c.w.Header().Set("Content-Length", strconv.Itoa(len(data)))
		_, _ = c.w.Write(data) // the client may be gone
	}
}
