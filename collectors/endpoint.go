package collectors

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Endpoint is an address that is asked over HTTP, and how it is told who asks. Secrets
// are in files, which are read when a run begins and named in errors alone.
type Endpoint struct {
	URL          string `yaml:"url" required:"true" help:"where it is, with http:// or https://"`
	User         string `yaml:"user" help:"whom to log in as, with password_file"`
	PasswordFile string `yaml:"password_file" help:"a file whose first line is the password"`
	TokenFile    string `yaml:"token_file" help:"a file whose first line is a token (Authorization: Bearer), instead of user"`
	CAFile       string `yaml:"ca_file" help:"certificates (PEM) that may have signed its own; those that this machine trusts when left out"`

	sum string // of the certificates
}

// wrong tells all that is wrong with it.
func (e *Endpoint) wrong() []error {
	var wrong []error
	at, err := url.Parse(e.URL)
	switch {
	case err != nil:
		wrong = append(wrong, errors.New("url: it cannot be read")) // the error has the whole of it, perhaps with a password
	case at.User != nil:
		wrong = append(wrong, errors.New("url: it has a user, which user and password_file are for"))
	case at.Scheme != "http" && at.Scheme != "https" || at.Hostname() == "":
		wrong = append(wrong, fmt.Errorf("url: %q is not http://HOST or https://HOST", e.URL))
	case at.Fragment != "":
		wrong = append(wrong, fmt.Errorf("url: %q has a fragment, which is not sent", e.URL))
	case e.CAFile != "" && at.Scheme != "https":
		wrong = append(wrong, errors.New("ca_file: the url is not https"))
	}
	if (e.User == "") != (e.PasswordFile == "") {
		wrong = append(wrong, errors.New("user: it and password_file need each other"))
	}
	if e.User != "" && e.TokenFile != "" {
		wrong = append(wrong, errors.New("token_file: there is a user, too"))
	}
	return wrong
}

// ReadFiles finds the files, relative to the scenario's folder. A secret is looked at,
// and not kept.
func (e *Endpoint) ReadFiles(dir string) error {
	var wrong []error
	for key, file := range map[string]*string{"ca_file": &e.CAFile, "password_file": &e.PasswordFile, "token_file": &e.TokenFile} {
		if *file == "" {
			continue
		}
		if !filepath.IsAbs(*file) {
			*file = filepath.Join(dir, *file)
		}
		var err error
		if key == "ca_file" {
			_, err = e.authorities()
		} else {
			_, err = firstLine(*file)
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", key, err))
		}
	}
	return errors.Join(wrong...)
}

// Files are the sums of the files that are no secrets.
func (e *Endpoint) Files() map[string]string {
	if e.CAFile == "" {
		return nil
	}
	return map[string]string{e.CAFile: e.sum}
}

// authorities are the certificates of the file; nil where none is named.
func (e *Endpoint) authorities() (*x509.CertPool, error) {
	if e.CAFile == "" {
		return nil, nil
	}
	text, err := os.ReadFile(e.CAFile)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	e.sum = hex.EncodeToString(sum[:])
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s has no certificate (PEM)", e.CAFile)
	}
	return pool, nil
}

func firstLine(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	if line = strings.TrimSuffix(line, "\r"); line == "" {
		return "", fmt.Errorf("the first line of %s is empty", file)
	}
	return line, nil
}

// Server is who is asked, in one word: HOST:PORT, or HOST where the url has no port.
func (e *Endpoint) Server() string {
	at, err := url.Parse(e.URL)
	if err != nil {
		return ""
	}
	return at.Host
}

// line is an open endpoint, over one connection that is kept.
type line struct {
	url       string
	client    *http.Client
	authorize func(*http.Request)
}

// open reads the secrets.
func (e *Endpoint) open() (*line, error) {
	pool, err := e.authorities()
	if err != nil {
		return nil, fmt.Errorf("ca_file: %w", err)
	}
	l := &line{url: strings.TrimSuffix(e.URL, "/"), authorize: func(*http.Request) {}}
	switch {
	case e.User != "":
		password, err := firstLine(e.PasswordFile)
		if err != nil {
			return nil, fmt.Errorf("password_file: %w", err)
		}
		l.authorize = func(r *http.Request) { r.SetBasicAuth(e.User, password) }
	case e.TokenFile != "":
		token, err := firstLine(e.TokenFile)
		if err != nil {
			return nil, fmt.Errorf("token_file: %w", err)
		}
		l.authorize = func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
	}
	l.client = &http.Client{
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, IdleConnTimeout: 10 * time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // nobody else is told the secret
	}
	return l, nil
}

// Close closes the connection.
func (l *line) Close() { l.client.CloseIdleConnections() }

// largestAnswer bounds what is read of an answer, in bytes.
const largestAnswer = 16 << 20

// noAnswer is an error of who was asked.
type noAnswer struct{ error }

// Unanswered tells it from others.
func (noAnswer) Unanswered() {}

// Unwrap gives the cause.
func (n noAnswer) Unwrap() error { return n.error }

// refusal is an answer with a status of 300 to 499.
type refusal struct {
	status int
	body   []byte
}

// Error is what it says.
func (r *refusal) Error() string {
	return fmt.Sprintf("it answers with status %d: %.200q", r.status, bytes.TrimSpace(r.body))
}

// get asks for a document. A whole answer in time is wanted, else there is none; a
// certificate that is not trusted is an error of the question.
func (l *line) get(ctx context.Context, path, accept string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, l.url+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", "eris")
	r.Header.Set("Accept", accept)
	l.authorize(r)
	answer, err := l.client.Do(r)
	if _, distrusted := errors.AsType[*tls.CertificateVerificationError](err); distrusted {
		return nil, err
	}
	if err != nil {
		return nil, noAnswer{err}
	}
	defer func() { _ = answer.Body.Close() }() // it has been read
	body, err := io.ReadAll(io.LimitReader(answer.Body, largestAnswer+1))
	switch {
	case err != nil:
		return nil, noAnswer{err}
	case answer.StatusCode >= http.StatusInternalServerError:
		return nil, noAnswer{&refusal{answer.StatusCode, body}}
	case answer.StatusCode != http.StatusOK:
		return nil, &refusal{answer.StatusCode, body}
	case len(body) > largestAnswer:
		return nil, fmt.Errorf("the answer is longer than %d bytes", largestAnswer)
	}
	return body, nil
}
