package misuse

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/openstack-eris/eris/loadgen/openstack"
)

// request is one that is sent. A body is a document, or a text that is none.
type request struct {
	method string
	path   []string // below the service's endpoint
	query  url.Values
	header http.Header
	body   map[string]any
	text   *string // instead of body

	wrong    string // where in the body, as "server.name": what a smaller one has to keep
	id       string // the part of the path that is drawn anew each time
	right    bool   // it has to be answered well
	harmless bool   // a service may well heed nothing of what is wrong
	stranger bool   // its token is none
}

// what tells requests apart that are wrong at the same place.
func (r request) what() string {
	return strings.Join([]string{r.method, r.way(), r.wrong, fmt.Sprint(slices.Sorted(maps.Keys(r.query))), fmt.Sprint(slices.Sorted(maps.Keys(r.header)))}, " ")
}

// way is the path without what is drawn.
func (r request) way() string {
	parts := slices.Clone(r.path)
	for i, part := range parts {
		if r.id != "" && part == r.id {
			parts[i] = anID
		}
	}
	return "/" + strings.Join(parts, "/")
}

// String is the request for people, in one line; long texts are cut short, and
// ids that are drawn are left out.
func (r request) String() string {
	var b strings.Builder
	b.WriteString(r.method + " " + r.way())
	if r.id != "" && !plain(r.id) {
		fmt.Fprintf(&b, " (id %q)", short(r.id))
	}
	if len(r.query) > 0 {
		b.WriteString("?" + short(r.query.Encode()))
	}
	for _, name := range slices.Sorted(maps.Keys(r.header)) {
		fmt.Fprintf(&b, " %s: %q", name, short(r.header.Get(name)))
	}
	switch {
	case r.text != nil:
		fmt.Fprintf(&b, " %q", short(*r.text))
	case r.body != nil:
		b.WriteString(" " + compact(shown(r.body)))
	}
	return b.String()
}

const longest = 40

// short cuts a text at its first runes.
func short(text string) string {
	if utf8.RuneCountInString(text) <= longest {
		return text
	}
	return string([]rune(text)[:longest/4]) + fmt.Sprintf("… (%d characters)", utf8.RuneCountInString(text))
}

// shown is a document with all long texts cut, and without the name that each
// iteration draws.
func shown(value any) any {
	switch v := value.(type) {
	case map[string]any:
		all := map[string]any{}
		for key, each := range v {
			all[key] = shown(each)
		}
		return all
	case []any:
		all := make([]any, len(v))
		for i, each := range v {
			all[i] = shown(each)
		}
		return all
	case string:
		if strings.HasPrefix(v, "eris-") && len(v) > longest*2 {
			return fmt.Sprintf("{name of %d characters}", len(v))
		}
		if strings.HasPrefix(v, "eris-") {
			return aName
		}
		if plain(v) {
			return anID
		}
		return short(v)
	}
	return value
}

// compact is a document in a line. All that a request has can be written so.
func compact(value any) string {
	var b bytes.Buffer
	write := json.NewEncoder(&b)
	write.SetEscapeHTML(false)
	_ = write.Encode(value)
	return strings.TrimSpace(b.String())
}

// reply is what a service answered.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// made is the id of what a service says that it made, if anything.
func (r reply) made() string {
	var bare struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(r.body, &bare) == nil && bare.ID != "" {
		return bare.ID
	}
	var one map[string]json.RawMessage
	if json.Unmarshal(r.body, &one) != nil || len(one) != 1 {
		return ""
	}
	for _, inside := range one {
		_ = json.Unmarshal(inside, &bare) // of what is no resource there is no id
	}
	return bare.ID
}

// most of an answer that is read.
const most = 1 << 20

// exchange sends a request as it is: nothing is tried again, and nothing that is
// wrong put right.
func (s *session) exchange(ctx context.Context, at target, ask request) (reply, error) {
	parts := make([]string, len(ask.path))
	for i, part := range ask.path {
		parts[i] = url.PathEscape(part)
	}
	address := at.client.ServiceURL(parts...)
	if len(ask.query) > 0 {
		address += "?" + ask.query.Encode()
	}
	var body io.Reader = http.NoBody
	switch {
	case ask.text != nil:
		body = strings.NewReader(*ask.text)
	case ask.body != nil:
		body = strings.NewReader(compact(ask.body))
	}
	out, err := http.NewRequestWithContext(openstack.Once(ctx), ask.method, address, body)
	if err != nil {
		return reply{}, fmt.Errorf("make request: %w", err)
	}
	out.Header.Set("X-Auth-Token", s.client.Provider.Token())
	out.Header.Set("Accept", "application/json")
	if body != http.NoBody {
		out.Header.Set("Content-Type", "application/json")
	}
	maps.Copy(out.Header, ask.header)
	got, err := s.client.Provider.HTTPClient.Do(out)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = got.Body.Close() }() // it has been read
	text, err := io.ReadAll(io.LimitReader(got.Body, most))
	if err != nil {
		return reply{}, err
	}
	return reply{got.StatusCode, got.Header, text}, nil
}
