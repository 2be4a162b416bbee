package api

import (
	"crypto/md5"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
)

// keyring is the key pairs of all users, by user and name. They are of users, and not
// of projects, as in Nova, and outlive theirs.
type keyring struct {
	pairs    map[string]map[string]object
	mostKeys int // that each user may have
}

func newKeyring() keyring { return keyring{pairs: map[string]map[string]object{}, mostKeys: 100} }

// keypairs serves Nova's os-keypairs.
func (s *Service) keypairs() {
	s.locked("GET /v2.1/os-keypairs", novaWork, func(c *call) {
		rows := []object{}
		if user, ok := c.keyUser(); ok {
			for _, name := range slices.Sorted(maps.Keys(s.store.pairs[user])) {
				rows = append(rows, object{"keypair": s.store.pairs[user][name]})
			}
			c.json(http.StatusOK, object{"keypairs": rows})
		}
	})
	s.locked("POST /v2.1/os-keypairs", 2*novaWork, createKeypair)
	s.locked("GET /v2.1/os-keypairs/{name}", novaWork, func(c *call) {
		if user, row := c.keypair(); row != nil {
			shown := maps.Clone(row)
			shown["id"], shown["user_id"], shown["deleted"] = 1, user, false
			c.json(http.StatusOK, object{"keypair": shown})
		}
	})
	s.locked("DELETE /v2.1/os-keypairs/{name}", novaWork, func(c *call) {
		if user, row := c.keypair(); row != nil {
			delete(s.store.pairs[user], c.r.PathValue("name"))
			c.w.WriteHeader(c.sinceTypes(http.StatusAccepted, http.StatusNoContent))
		}
	})
}

// sinceTypes is a status before key pairs had types (microversion 2.2), or since.
func (c *call) sinceTypes(before, since int) int {
	if c.asksFor(2) {
		return since
	}
	return before
}

// keyUser is whose key pairs are asked for: an administrator may name another one from
// microversion 2.10 on. It is false when the answer has been made.
func (c *call) keyUser() (string, bool) {
	other := c.r.URL.Query().Get("user_id")
	if other == "" || other == c.token.User || !c.asksFor(10) {
		return c.token.User, true
	}
	if !c.admin() {
		c.fail(http.StatusForbidden, "Policy doesn't allow os_compute_api:os-keypairs to be performed.")
		return "", false
	}
	return other, true
}

// keypair is the one that a path names; without one the answer has been made.
func (c *call) keypair() (user string, row object) {
	user, ok := c.keyUser()
	if !ok {
		return "", nil
	}
	name := c.r.PathValue("name")
	if row = c.service.store.pairs[user][name]; row == nil {
		c.fail(http.StatusNotFound, "Keypair "+name+" not found for user "+user)
	}
	return user, row
}

// createKeypair takes a public key. It makes none, as Nova from 2.92 on.
func createKeypair(c *call) {
	var body struct {
		Pair struct {
			Name string `json:"name"`
			Key  string `json:"public_key"`
		} `json:"keypair"`
	}
	if !c.decode(&body) {
		return
	}
	store, name, user := c.service.store, body.Pair.Name, c.token.User
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(body.Pair.Key))
	switch {
	case name == "" || len(name) > longestName:
		c.fail(http.StatusBadRequest, "Invalid input for field/attribute name.")
		return
	case err != nil:
		c.fail(http.StatusBadRequest, "Keypair data is invalid: failed to generate fingerprint")
		return
	case store.pairs[user][name] != nil:
		c.fail(http.StatusConflict, "Key pair '"+name+"' already exists.")
		return
	case store.mostKeys >= 0 && len(store.pairs[user]) >= store.mostKeys:
		c.fail(http.StatusForbidden, "Quota exceeded, too many key pairs.")
		return
	}
	if store.pairs[user] == nil {
		store.pairs[user] = map[string]object{}
	}
	row := object{"name": name, "public_key": body.Pair.Key, "fingerprint": fingerprint(key)}
	if c.asksFor(2) {
		row["type"] = "ssh"
	}
	store.pairs[user][name] = row
	shown := maps.Clone(row)
	shown["user_id"] = user
	c.json(c.sinceTypes(http.StatusOK, http.StatusCreated), object{"keypair": shown})
}

func fingerprint(key ssh.PublicKey) string {
	sum := md5.Sum(key.Marshal()) //nolint:gosec // it is this sum that Nova shows
	parts := make([]string, len(sum))
	for n, b := range sum {
		parts[n] = fmt.Sprintf("%02x", b)
	}
	return strings.Join(parts, ":")
}
