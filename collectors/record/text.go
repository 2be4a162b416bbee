package record

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// readMost is how much of a text is looked at: some times what is kept of it.
const readMost = 2 << 10

// What is left out of texts. What a value belongs to stands before it, and may be
// quoted, escaped, in a list as headers are, or in a query.
var (
	secretNamed = regexp.MustCompile(`(?i)([\w.%-]*(?:` + secretWords + `|` + passName + `|_pwd\b|(?-i:\bpwd\b)|adminpass|authorization|signature|_sig\b|cookie|(?:\b|_)psk(?:\b|_)|(?:\b|_)pw\d*\b|(?-i:[?&]sig\b))[\w-]*)` +
		`(\\*["']?\s*(?:=>|->|=|:|%3d)\s*)` +
		`('\\''[^']*(?:'\\'')?|\\+"[^"\\]*(?:\\+")?|"(?:[^"\\]|\\.)*"?|'[^']*'?|\[[^\]]*\]?|(?:(?:bearer|basic)\s+)?[^\s"'\\,;&\[\]{}()<>|]+)`)
	secretCookie = regexp.MustCompile(`(?i)(cookie\\*["']?\s*[:=])[^\r\n]*`)
	secretFlag   = regexp.MustCompile(`(?i)(--?[\w-]*(?:` + secretWords + `|` + passName + `)[\w-]*(?:["']?\s*,\s*|\s+))("[^"]*"?|'[^']*'?|[^\s"'<-][^\s<]*)`)
	secretShort  = regexp.MustCompile(`((?:^|[\s"'(])(?:-P\s*|-p|sshpass\s+-p\s*))("[^"]*"?|'[^']*'?|[^\s"'-]\S*)`)
	secretUser   = regexp.MustCompile(`(:(?:\\?/){2})[^/\s"'<>]+@`)
	secretSlash  = regexp.MustCompile(`(:(?:\\?/){2})([^/\s:@"'<>\[\]]+:)([^\s"'<>@]*/[^\s"'<>@]*)@`)
	secretPath   = regexp.MustCompile(`(?i)(/tokens/)[^/\s"'?&:]+`)
	secretAsKey  = regexp.MustCompile(`(?i)((?:^|[^a-z0-9])key\\*["']?\s*(?:=>|=|:)\s*\\*["']?)[\w+/-]{16,}={0,2}`)
	secretShape  = regexp.MustCompile(`gAAAA[\w%=-]{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]*|\bAQ[\w+/]{30,}==` + // Fernet, JWT, Ceph
		`|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[opusr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bxox[a-z]-[\w-]{10,}` + // AWS, GitHub, GitLab, Slack
		`|\bhv[sbr]\.[\w-]{20,}|\bAIza[\w-]{35}|\$(?:1|2[aby]|5|6|y)\$[\w./$,=-]{8,}`) // Vault, Google, crypt(3)
	secretBearer = regexp.MustCompile(`(?i)(\b(?:bearer|basic)\s+)([\w.~+/=-]{8,})`)
	escapes      = regexp.MustCompile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-Z\\\\^_])")
	aPort        = regexp.MustCompile(`^\d{1,5}[,.;:)]*$`)
	passwordTool = regexp.MustCompile(`(?i)mysql|mariadb|ipmi|sshpass`)
	proseName    = regexp.MustCompile(`(?i)^(?:[a-z]+\.)?(?:\w+_)?(?:token|secret|credential)s?$`)
	portAndPath  = regexp.MustCompile(`^\d{1,5}/`)
	proseWord    = regexp.MustCompile(`^(?:[A-Za-z]{1,15}|[A-Za-z_.-]{1,30}:|\d{1,3}|https?:.*)$`)
)

// OneLine is what a cloud or a program has said, fit to be kept and shown: no more
// than so many bytes, on one line, of characters that a terminal prints, and without
// what looks like a password, a token or another secret. Where that cannot be told, it
// is left out.
func OneLine(text string, most int) string {
	return cut(strings.Join(strings.Fields(withoutSecrets(text)), " "), most)
}

// withoutSecrets is a text, of which no more than readMost is looked at, without what looks
// like one and without what a terminal obeys.
func withoutSecrets(text string) string { return WithoutSecrets(printable(whole(text))) }

// WithoutSecrets is a text of any length without what looks like one.
func WithoutSecrets(text string) string {
	text = secretText.ReplaceAllString(text, Redacted)
	text = secretCookie.ReplaceAllString(text, "${1} "+Redacted)
	text = secretNamed.ReplaceAllStringFunc(text, withoutValue)
	text = secretFlag.ReplaceAllStringFunc(text, func(found string) string {
		part := secretFlag.FindStringSubmatch(found)
		return part[1] + Redacted + behind(part[2])
	})
	text = secretShort.ReplaceAllStringFunc(text, func(found string) string {
		if part := secretShort.FindStringSubmatch(found); behind(part[2]) != part[2] && (!aPort.MatchString(part[2]) || passwordTool.MatchString(text)) {
			return part[1] + Redacted + behind(part[2])
		}
		return found
	})
	text = secretAsKey.ReplaceAllString(text, "${1}"+Redacted)
	text = secretUser.ReplaceAllString(text, "${1}"+Redacted+"@")
	text = secretSlash.ReplaceAllStringFunc(text, func(found string) string {
		if part := secretSlash.FindStringSubmatch(found); !portAndPath.MatchString(part[3]) {
			return part[1] + Redacted + "@"
		}
		return found
	})
	text = withoutUnnamed(text)
	text = secretPath.ReplaceAllString(text, "${1}"+Redacted)
	text = secretShape.ReplaceAllString(text, Redacted)
	text = secretBearer.ReplaceAllStringFunc(text, func(found string) string {
		if part := secretBearer.FindStringSubmatch(found); !proseWord.MatchString(part[2]) {
			return part[1] + Redacted
		}
		return found
	})
	return text
}

// behind is what ends a word that is not quoted and is none of it, as in a list.
func behind(word string) string {
	if word[0] == '"' || word[0] == '\'' {
		return ""
	}
	return word[len(strings.TrimRight(word, `,;)]}"'`)):]
}

// withoutValue takes the value from what names a secret. "get token: connection
// refused" is none: a plain word behind a colon and a space is the next word of a
// sentence, save of a header or a password.
func withoutValue(found string) string {
	part := secretNamed.FindStringSubmatch(found)
	name, between, value := part[1], part[2], part[3]
	if Prose(name, between, value) {
		return found
	}
	return part[1] + between + Redacted
}

// Prose tells whether a value behind the name of a secret is a word of a sentence, as in
// "get token: connection refused" and "Invalid credentials: 401".
func Prose(name, between, value string) bool {
	return proseName.MatchString(name) && strings.HasSuffix(between, ": ") && proseWord.MatchString(value)
}

// whole is the beginning of a long text, without a last word that may be torn, since
// half a secret is not known as one.
func whole(text string) string {
	if len(text) <= readMost {
		return text
	}
	return text[:max(strings.LastIndexAny(text[:readMost], " \t\n"), 0)]
}

// Turns tells whether a character turns the direction of writing of what stands beside it.
func Turns(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }

// Straight takes from a text what turns the direction of writing, and what is no UTF-8 is
// put in as the character for that.
func Straight(text string) string {
	return strings.Map(func(r rune) rune {
		if Turns(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
}

// Printable is a text for a terminal: without what one obeys, or what turns the direction of
// writing. Lines stay, and spaces of all widths.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) || unicode.Is(unicode.Zs, r) {
			return r
		}
		return -1
	}, escapes.ReplaceAllString(strings.ToValidUTF8(text, "?"), ""))
}

// printable is a text without what a terminal does not print but obeys. Lines stay.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, escapes.ReplaceAllString(strings.ToValidUTF8(text, "?"), ""))
}

// cut shortens a text to so many bytes, and shows that.
func cut(text string, most int) string {
	const more = "…"
	if len(text) <= most {
		return text
	}
	end := most - len(more)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.TrimRight(text[:end], " ") + more
}
