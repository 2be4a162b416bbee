package http

import (
	"bytes"
	"strconv"
)

// plain is what matters of the head of an answer.
type plain struct {
	size   int // of the head
	status int
	length int // of the body
	id     string
	last   bool // the connection ends with it
}

// readPlain reads a head that is there whole and says nothing unusual: version 1.1, a
// final status, a body of a length that is said once. Of any other it says so, and the
// standard library reads it.
func readPlain(text []byte, bodiless bool) (p plain, ok bool) {
	const begin = "HTTP/1.1 "
	const code = 3
	end := bytes.Index(text, []byte("\r\n\r\n"))
	if end < 0 {
		return p, false
	}
	p.size, p.length = end+4, -1
	line, rest, _ := bytes.Cut(text[:end], []byte("\r\n"))
	if len(line) < len(begin)+code || string(line[:len(begin)]) != begin || bytes.ContainsAny(line, "\n\r") {
		return p, false
	}
	p.status, ok = number(line[len(begin) : len(begin)+code])
	if more := line[len(begin)+code:]; !ok || p.status < 200 || len(more) > 0 && more[0] != ' ' {
		return p, false
	}
	for len(rest) > 0 {
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		if !p.field(line) {
			return p, false
		}
	}
	if bodiless || p.status == 204 || p.status == 304 {
		p.length = 0
	}
	return p, p.length >= 0
}

// field reads one line of a head.
func (p *plain) field(line []byte) bool {
	name, value, found := bytes.Cut(line, []byte(":"))
	if !found || len(name) == 0 || bytes.ContainsAny(name, " \t\n\r") || bytes.ContainsAny(value, "\n\r") {
		return false // also a line that goes on the one before
	}
	value = bytes.Trim(value, " \t")
	is := func(what string) bool { return len(name) == len(what) && bytes.EqualFold(name, []byte(what)) }
	switch {
	case is("Content-Length"):
		n, ok := number(value)
		if !ok || p.length >= 0 {
			return false
		}
		p.length = n
	case is("Transfer-Encoding"), is("Content-Encoding"):
		return false
	case is("Connection"):
		closes := bytes.EqualFold(value, []byte("close"))
		p.last = p.last || closes
		return closes || bytes.EqualFold(value, []byte("keep-alive"))
	case is("X-Openstack-Request-Id"):
		p.id = string(value)
	}
	return true
}

// number reads decimal digits and nothing else.
func number(text []byte) (int, bool) {
	const most = 15 // digits: more is no length
	if len(text) == 0 || len(text) > most {
		return 0, false
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.Atoi(string(text))
	return n, err == nil
}
