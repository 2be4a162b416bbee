package misuse

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// wrong is one request that a service has to refuse.
type wrong struct {
	way   string // what is wrong about it: the operation's name
	make  func(draw *rand.Rand, name string) request
	lives *life // what is made and deleted before; nil: nothing
	late  use   // what is asked of that then, instead
}

// cases are all wrong requests to a service.
func (s service) cases() []wrong {
	var all []wrong
	for _, u := range s.uses {
		all = append(all, u.ids()...)
		all = append(all, u.tokens()...)
		if u.body != nil {
			all = append(all, u.documents()...)
			all = append(all, u.values()...)
		}
		if s.versions != "" {
			all = append(all, u.version(s.versions, s.prefix+"99.99"))
		}
	}
	for _, l := range s.lists {
		all = append(all, l.parameters()...)
	}
	all = append(append(all, s.more...), s.methods()...)
	if s.lives != nil {
		for _, after := range s.lives.after {
			all = append(all, wrong{way: "wrong_order", make: after.asked, lives: s.lives, late: after})
		}
	}
	return all
}

// asked is the request of a use, with ids of nothing.
func (u use) asked(draw *rand.Rand, name string) request {
	return u.about(uuid(draw), name)
}

func (u use) about(id, name string) request {
	r := request{method: u.method, path: slices.Clone(u.path), id: id}
	for i, part := range r.path {
		switch part {
		case anID:
			r.path[i] = id
		case aName:
			r.path[i] = name
		}
	}
	if u.body != nil {
		r.body, _ = filled(u.body, id, name).(map[string]any)
	}
	return r
}

func filled(value any, id, name string) any {
	switch v := value.(type) {
	case map[string]any:
		all := map[string]any{}
		for key, each := range v {
			all[key] = filled(each, id, name)
		}
		return all
	case []any:
		all := make([]any, len(v))
		for i, each := range v {
			all[i] = filled(each, id, name)
		}
		return all
	case string:
		switch v {
		case anID:
			return id
		case aName:
			return name
		}
	}
	return value
}

// uuid is the id of nothing.
func uuid(draw *rand.Rand) string {
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", draw.Uint32(), draw.IntN(1<<16), draw.IntN(1<<12), draw.IntN(1<<12), draw.Int64N(1<<48))
}

// plain tells whether a text is an id of that form.
func plain(text string) bool {
	return len(text) == len("00000000-0000-4000-8000-000000000000") && strings.Count(text, "-") == 4 && strings.Trim(text, "0123456789abcdef-") == ""
}

// ids are of nothing, or nothing that could be one.
func (u use) ids() []wrong {
	if !slices.Contains(u.path, anID) {
		return nil
	}
	all := []wrong{{way: "wrong_id", make: u.asked}}
	if u.method != http.MethodGet {
		return all // what deletes or changes is about nothing, whatever somebody makes of its path
	}
	for _, form := range []string{"0", "none", "' or 1=1 --", "%00", "\u202eerwen", strings.Repeat("a", 300)} {
		all = append(all, wrong{way: "wrong_id", make: func(_ *rand.Rand, name string) request { return u.about(form, name) }})
	}
	return all
}

// tokens are none, and one that nobody has issued.
func (u use) tokens() []wrong {
	var all []wrong
	for _, token := range []string{"", "gAAAAABnone", strings.Repeat("x", 2000)} {
		all = append(all, wrong{way: "wrong_token", make: func(draw *rand.Rand, name string) request {
			r := u.asked(draw, name)
			r.header, r.stranger = http.Header{"X-Auth-Token": {token}}, true
			return r
		}})
	}
	return all
}

func (u use) version(header, value string) wrong {
	return wrong{way: "wrong_version", make: func(draw *rand.Rand, name string) request {
		r := u.asked(draw, name)
		r.header = http.Header{header: {value}}
		return r
	}}
}

// documents are none, or cut short, or another than was said.
func (u use) documents() []wrong {
	text := func(change func(string) string) wrong {
		return wrong{way: "wrong_document", make: func(draw *rand.Rand, name string) request {
			r := u.asked(draw, name)
			text := change(compact(r.body))
			r.body, r.text = nil, &text
			return r
		}}
	}
	all := []wrong{
		text(func(whole string) string { return whole[:len(whole)-1] }),
		text(func(whole string) string { return whole[:len(whole)/2] }),
		text(func(string) string { return "" }),
		text(func(string) string { return "null" }),
		text(func(string) string { return "[]" }),
		text(func(string) string { return "\"\"" }),
		text(func(string) string { return "<server/>" }),
		text(func(string) string { return strings.Repeat("[", 2000) }),
	}
	form := wrong{way: "wrong_header", make: func(draw *rand.Rand, name string) request {
		r := u.asked(draw, name)
		r.header = http.Header{"Content-Type": {"text/plain"}}
		r.harmless = true // some services read the document all the same
		return r
	}}
	return append(all, form)
}

// values are fields that are missing, of another type, too long or too large.
func (u use) values() []wrong {
	var all []wrong
	for _, f := range u.fields {
		if f.need {
			all = append(all, u.missing(f))
		}
		for _, value := range f.types() {
			all = append(all, u.with("wrong_type", f, value))
		}
		for _, value := range f.sizes() {
			all = append(all, u.with("wrong_size", f, value))
		}
	}
	return all
}

// types are values that the field cannot have.
func (f field) types() []any {
	switch f.like {
	case words:
		return []any{map[string]any{"a": 1}, []any{"a"}}
	case number, count:
		return []any{"many", map[string]any{}, []any{1}}
	case flag:
		return []any{"perhaps", []any{true}, map[string]any{}}
	case many:
		return []any{"one", 7, true}
	case which:
		return []any{"none of them", map[string]any{"a": 1}, []any{}}
	}
	return nil
}

// padded is a name of that length, which is still one of the load's.
type padded int

func (p padded) of(name string) string { return name + strings.Repeat("0", max(1, int(p)-len(name))) }

// sizes are of the right type, and too much or too little.
func (f field) sizes() []any {
	switch {
	case f.like == words && f.most > 0:
		return []any{padded(f.most + 1), padded(1 << 16)}
	case f.like == number && f.most > 0:
		return []any{f.most + 1, -2, json.Number("9223372036854775808")}
	case f.like == number:
		return []any{-2, json.Number("99999999999999999999"), 1.5}
	}
	return nil
}

func (u use) missing(f field) wrong {
	return wrong{way: "missing", make: func(draw *rand.Rand, name string) request {
		r := u.asked(draw, name)
		holder, last := holds(r.body, f.at)
		delete(holder, last)
		r.wrong = f.at
		return r
	}}
}

func (u use) with(way string, f field, value any) wrong {
	return wrong{way: way, make: func(draw *rand.Rand, name string) request {
		r := u.asked(draw, name)
		holder, last := holds(r.body, f.at)
		holder[last] = value
		if length, is := value.(padded); is {
			holder[last] = length.of(name)
		}
		r.wrong = f.at
		return r
	}}
}

// holds is the part of a document that has a field, and the field's key there.
func holds(body map[string]any, at string) (holder map[string]any, key string) {
	first, rest, more := strings.Cut(at, ".")
	if !more {
		return body, first
	}
	inside, _ := body[first].(map[string]any)
	return holds(inside, rest)
}

// parameters are those of a list that have to be refused.
func (l list) parameters() []wrong {
	var all []wrong
	for _, name := range slices.Sorted(maps.Keys(l.wrong)) {
		for _, value := range l.wrong[name] {
			all = append(all, wrong{way: "wrong_parameter", make: func(*rand.Rand, string) request {
				return request{method: http.MethodGet, path: l.path, query: url.Values{name: {value}}}
			}})
		}
	}
	return all
}

// methods are those that a collection does not have.
func (s service) methods() []wrong {
	var all []wrong
	seen := map[string]bool{}
	for _, u := range s.uses {
		path := u.path
		if at := slices.Index(path, anID); at >= 0 {
			path = path[:at]
		}
		if seen[strings.Join(path, "/")] {
			continue
		}
		seen[strings.Join(path, "/")] = true
		for _, method := range []string{http.MethodPatch, http.MethodPut} {
			all = append(all, wrong{way: "wrong_method", make: func(*rand.Rand, string) request {
				return request{method: method, path: path}
			}})
		}
	}
	return all
}
