package conditions

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/openstack-eris/eris/document"
)

// longest bounds an expression, so that no input can nest deeper than the
// parser's stack bears.
const longest = 4096

// lexed is an expression in the grammar of the parser, with what was taken out
// of it.
type lexed struct {
	body       string
	origin     []int            // for every rune of body, and its end: the byte offset in the source
	quantities map[int]quantity // by byte offset in the source
	hold       time.Duration    // of a trailing `for D`, 0 when there is none
	holdOffset int              // byte offset of the `for`
}

type quantity struct {
	number float64
	unit   Unit
	text   string
}

// lex takes quantities and the trailing `for D` out of an expression. A
// quantity becomes an identifier, found again by its offset.
func lex(source string) (*lexed, *Error) {
	if len(source) > longest {
		return nil, errorAt(0, "the expression is longer than %d bytes", longest)
	}
	if !utf8.ValidString(source) {
		return nil, errorAt(0, "the expression is not UTF-8")
	}
	l := &lexed{quantities: map[int]quantity{}}
	var body strings.Builder
	emit := func(text string, offset int, moving bool) {
		for i := range text {
			at := offset
			if moving {
				at += i
			}
			l.origin = append(l.origin, at)
		}
		body.WriteString(text)
	}
	for i := 0; i < len(source); {
		width := 1
		switch c := source[i]; {
		case c == '"' || c == '\'' || c == '`':
			width = quoted(source[i:])
		case isDigit(c):
			var err *Error
			if width, err = l.number(source, i); err != nil {
				return nil, err
			}
			if _, ok := l.quantities[i]; ok {
				emit("quantity", i, false)
				i += width
				continue
			}
		case isWord(c):
			width = wordLength(source[i:])
			if source[i:i+width] == "for" {
				if err := l.trailingFor(source, i); err != nil {
					return nil, err
				}
				i = len(source)
				continue
			}
		case c >= utf8.RuneSelf:
			_, width = utf8.DecodeRuneInString(source[i:])
		}
		emit(source[i:i+width], i, true)
		i += width
	}
	end := len(source)
	if l.hold > 0 {
		end = l.holdOffset
	}
	l.origin = append(l.origin, end)
	l.body = body.String()
	return l, nil
}

// at maps a rune offset of the body to a byte offset of the source.
func (l *lexed) at(rune int) int {
	return l.origin[max(0, min(rune, len(l.origin)-1))]
}

// number reads a number at i and returns its length. One with a unit is put
// among the quantities; one without is left to the parser.
func (l *lexed) number(source string, i int) (int, *Error) {
	width := wordLength(source[i:])
	text := source[i : i+width]
	if exponent := strings.TrimRight(text, "eE"); len(exponent) == len(text)-1 && isNumber(exponent) {
		// 1e-3: the sign is no letter of a word
		if rest := source[i+width:]; len(rest) > 1 && (rest[0] == '-' || rest[0] == '+') && isDigit(rest[1]) {
			width += 1 + wordLength(rest[1:])
			text = source[i : i+width]
		}
	}
	if rest := source[i+width:]; strings.HasPrefix(rest, "%") && isNumber(text) {
		x, _ := strconv.ParseFloat(text, 64)
		l.quantities[i] = quantity{x / 100, Ratio, text + "%"}
		return width + 1, nil
	}
	if isNumber(text) {
		return width, nil
	}
	if d, err := time.ParseDuration(text); err == nil {
		l.quantities[i] = quantity{d.Seconds(), Seconds, text}
		return width, nil
	}
	var size document.Bytes
	if size.UnmarshalText([]byte(text)) == nil {
		l.quantities[i] = quantity{float64(size), Bytes, text}
		return width, nil
	}
	return 0, errorAt(i, "cannot read the quantity %s", text).
		hint("durations are 100ms, 30s, 2m; shares are 99%%; sizes are 512MiB")
}

// trailingFor reads the `for D` that ends an expression.
func (l *lexed) trailingFor(source string, i int) *Error {
	rest := source[i+len("for"):]
	text := strings.TrimSpace(rest)
	at := i + len("for") + strings.Index(rest, text)
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return errorAt(at, "`for` needs a duration").hint("e.g. for 30s")
	case d <= 0:
		return errorAt(at, "`for` needs a duration above zero").hint("e.g. for 30s")
	}
	l.hold, l.holdOffset = d, i
	return nil
}

// quoted is the length of the string literal that begins the text, or of the
// whole text when the literal does not end.
func quoted(text string) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && text[0] != '`':
			i++
		case text[i] == text[0]:
			return i + 1
		}
	}
	return len(text)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isWord(c byte) bool {
	return isDigit(c) || c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// wordLength is the length of the identifier or number that begins the text;
// a number may have a fraction, and a unit may be µs.
func wordLength(text string) int {
	number := isDigit(text[0])
	for i := 0; i < len(text); {
		r, width := utf8.DecodeRuneInString(text[i:])
		if !(width == 1 && isWord(text[i]) || number && (r == '.' || r == 'µ' || r == 'μ')) {
			return i
		}
		i += width
	}
	return len(text)
}

// isNumber tells a decimal number as the parser reads it, without a sign.
func isNumber(text string) bool {
	if text == "" || !isDigit(text[0]) || strings.ContainsAny(text, "xXpPnN_") || strings.HasSuffix(text, ".") {
		return false
	}
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}
