package command

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// edit is one command of a sed script.
type edit struct {
	from, to *address
	not      bool
	verb     byte // s, d, p, q, =, h, G or a
	re       *regexp.Regexp
	with     string
	global   bool
	print    bool
	nth      int
	inside   bool // between from and to
}

type address struct {
	line int
	last bool
	re   *regexp.Regexp
}

type sedParser struct {
	rest     string
	extended bool
}

func parseSed(text string, extended bool) ([]edit, error) {
	s := &sedParser{rest: text, extended: extended}
	program := []edit{}
	for {
		s.rest = strings.TrimLeft(s.rest, " \t\n;")
		if s.rest == "" {
			return program, nil
		}
		e, err := s.edit()
		if err != nil {
			return nil, err
		}
		program = append(program, e)
	}
}

func (s *sedParser) edit() (e edit, err error) {
	if e.from, err = s.address(); err != nil {
		return e, err
	}
	if e.from != nil && strings.HasPrefix(s.rest, ",") {
		s.rest = s.rest[1:]
		if e.to, err = s.address(); err != nil {
			return e, err
		}
		if e.to == nil {
			return e, errors.New("unexpected `,'")
		}
	}
	s.rest = strings.TrimLeft(s.rest, " ")
	if strings.HasPrefix(s.rest, "!") {
		e.not, s.rest = true, strings.TrimLeft(s.rest[1:], " ")
	}
	if s.rest == "" {
		return e, errors.New("missing command")
	}
	e.verb, s.rest = s.rest[0], s.rest[1:]
	switch e.verb {
	case 'd', 'p', 'q', '=', 'h', 'G':
		if s.rest != "" && !strings.ContainsAny(s.rest[:1], " ;\n}") {
			return e, errors.New("extra characters after command")
		}
		return e, nil
	case 'a':
		e.with, s.rest, _ = strings.Cut(strings.TrimLeft(strings.TrimPrefix(s.rest, `\`), " \n"), "\n")
		return e, nil
	case 's':
		return e, s.substitution(&e)
	}
	return e, fmt.Errorf("unknown command: `%c'", e.verb)
}

func (s *sedParser) address() (*address, error) {
	digits := len(s.rest) - len(strings.TrimLeft(s.rest, "0123456789"))
	switch {
	case digits > 0:
		line, err := strconv.Atoi(s.rest[:digits])
		s.rest = s.rest[digits:]
		return &address{line: line}, err
	case strings.HasPrefix(s.rest, "$"):
		s.rest = s.rest[1:]
		return &address{last: true}, nil
	case strings.HasPrefix(s.rest, "/"):
		s.rest = s.rest[1:]
		text, err := s.upTo('/')
		if err != nil {
			return nil, errors.New("unterminated address regex")
		}
		re, err := compile(text, s.extended, false)
		return &address{re: re}, err
	}
	return nil, nil //nolint:nilnil // no address is no error: the command is for every line
}

// upTo reads to the next delimiter that is not escaped and not in brackets.
func (s *sedParser) upTo(delimiter byte) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s.rest); i++ {
		c := s.rest[i]
		switch {
		case c == '\\' && i+1 < len(s.rest):
			i++
			if s.rest[i] != delimiter {
				b.WriteByte('\\')
			}
			b.WriteByte(s.rest[i])
		case c == delimiter:
			s.rest = s.rest[i+1:]
			return b.String(), nil
		default:
			b.WriteByte(c)
		}
	}
	return "", errors.New("unterminated `s' command")
}

func (s *sedParser) substitution(e *edit) error {
	if s.rest == "" {
		return errors.New("unterminated `s' command")
	}
	delimiter := s.rest[0]
	s.rest = s.rest[1:]
	pattern, err := s.upTo(delimiter)
	if err != nil {
		return err
	}
	if e.with, err = s.upTo(delimiter); err != nil {
		return err
	}
	fold := false
	for s.rest != "" && !strings.ContainsAny(s.rest[:1], " ;\n}") {
		switch c := s.rest[0]; {
		case c == 'g':
			e.global = true
		case c == 'p':
			e.print = true
		case c == 'I' || c == 'i':
			fold = true
		case c >= '1' && c <= '9':
			e.nth = int(c - '0')
		default:
			return errors.New("unknown option to `s'")
		}
		s.rest = s.rest[1:]
	}
	e.re, err = compile(pattern, s.extended, fold)
	return err
}
