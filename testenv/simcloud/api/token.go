package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
)

// lifetime is Keystone's default for a token.
const lifetime = time.Hour

// errUnknown is a token that none of the keys has signed.
var errUnknown = errors.New("token is not one of ours")

// Token is what a token says. Like Fernet tokens it is not stored anywhere:
// the text carries it, under a signature by a key that its Keystone has.
type Token struct {
	User    string    `json:"u"`
	Project string    `json:"p"`
	Issued  time.Time `json:"i"`
	Expires time.Time `json:"e"`
	Audit   string    `json:"a"`
}

func (s *Store) sign(payload []byte, key string) string {
	mac := hmac.New(sha256.New, []byte(s.Password+key))
	mac.Write(payload)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// issue writes a token, signed with a key.
func (s *Store) issue(user, project, key string) (text string, token Token, err error) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	token = Token{User: user, Project: project, Issued: now, Expires: now.Add(lifetime), Audit: s.NewID()[:22]}
	payload, err := json.Marshal(token)
	if err != nil {
		return "", token, err
	}
	return "gAAAAA" + base64.RawURLEncoding.EncodeToString(payload) + "." + s.sign(payload, key), token, nil
}

// read checks a token's signature by any of the keys, unless there are none, its
// age and its revocation.
func (s *Store) read(text string, keys []string) (Token, error) {
	var token Token
	body, signature, found := strings.Cut(strings.TrimPrefix(text, "gAAAAA"), ".")
	payload, err := base64.RawURLEncoding.DecodeString(body)
	signed := func(key string) bool { return hmac.Equal([]byte(signature), []byte(s.sign(payload, key))) }
	if err != nil || !found || len(keys) > 0 && !slices.ContainsFunc(keys, signed) {
		return token, errUnknown
	}
	if err := json.Unmarshal(payload, &token); err != nil {
		return token, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Now().After(token.Expires) || s.revoked[token.Audit] || s.users[token.User] == nil {
		return token, errors.New("token has ended")
	}
	return token, nil
}

func (s *Store) revoke(token Token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked[token.Audit] = true
}

// recognized reads a token as this node's Keystone does: with the node's own keys,
// or as another one has read it that has left it in the cache which they share.
func (s *Service) recognized(text string) (Token, error) {
	token, err := s.store.read(text, s.host.Keys())
	if errors.Is(err, errUnknown) && s.host.Remembers(text) {
		return s.store.read(text, nil)
	}
	return token, err
}
