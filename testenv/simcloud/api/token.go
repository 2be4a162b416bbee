package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// lifetime is Keystone's default for a token.
const lifetime = time.Hour

// Token is what a token says. Like Fernet tokens it is not stored anywhere:
// the text carries it, under a signature.
type Token struct {
	User    string    `json:"u"`
	Project string    `json:"p"`
	Issued  time.Time `json:"i"`
	Expires time.Time `json:"e"`
	Audit   string    `json:"a"`
}

func (s *Store) sign(payload []byte) string {
	mac := hmac.New(sha256.New, []byte(s.Password))
	mac.Write(payload)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// issue writes a token.
func (s *Store) issue(user, project string) (text string, token Token, err error) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	token = Token{User: user, Project: project, Issued: now, Expires: now.Add(lifetime), Audit: s.NewID()[:22]}
	payload, err := json.Marshal(token)
	if err != nil {
		return "", token, err
	}
	return "gAAAAA" + base64.RawURLEncoding.EncodeToString(payload) + "." + s.sign(payload), token, nil
}

// read checks a token's signature, age and revocation.
func (s *Store) read(text string) (Token, error) {
	var token Token
	body, signature, found := strings.Cut(strings.TrimPrefix(text, "gAAAAA"), ".")
	payload, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil || !found || !hmac.Equal([]byte(signature), []byte(s.sign(payload))) {
		return token, errors.New("token is not one of ours")
	}
	if err := json.Unmarshal(payload, &token); err != nil {
		return token, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Now().After(token.Expires) || s.revoked[token.Audit] {
		return token, errors.New("token has ended")
	}
	return token, nil
}

func (s *Store) revoke(token Token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked[token.Audit] = true
}
