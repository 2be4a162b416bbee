package record

import (
	"regexp"
	"strings"
)

// aWord is a value as a command has it, with what quotes it.
const aWord = `('\\''[^']*(?:'\\'')?|\\*'[^']*'?|\\*"[^"]*"?|[^\s'"]\S*)`

// What stands beside a secret where no name and sign of equality do: a command, a statement, the
// setting of a program, a name of the environment.
var (
	byStatement   = regexp.MustCompile(`(?i)(\bidentified\s+(?:with\s+\S+\s+)?(?:by|as)\s+(?:password\s+)?)` + aWord)
	bySetting     = regexp.MustCompile(`(?i)(\b(?:requirepass|masterauth)\s+)` + aWord)
	byRabbit      = regexp.MustCompile(`(\b(?:change_password|add_user|authenticate_user)\s+\S+\s+)` + aWord)
	byRedis       = regexp.MustCompile(`(\bredis-cli\s(?:[^|;\n]*?\s)?(?:-a|--pass)\s+)` + aWord)
	byUser        = regexp.MustCompile(`((?:^|[\s"'])(?:-u|--user)(?:["']?\s*,\s*|\s*|=)\\*["']?[^\s:'"]+:)([^\s'"\\]+)`)
	bareToken     = regexp.MustCompile(`(?i)(token(?:[ _-]?id)?s?\s+["'(]?)([0-9a-f]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b`)
	byEnvironment = regexp.MustCompile(`(\b[A-Z0-9_]*_(?:TOKEN|PASSWORD|PASSWD|SECRET|PASS|PWD)\s+)` + aWord)
	byPipe        = regexp.MustCompile(`(\becho\s+(?:-n\s+)?)` + aWord + `(?:\s*\|\s*(?:\S+\s+)*?(?:sudo\s+(?:\S+\s+){0,6}?-S|passwd\s+--stdin|chpasswd))`)
	byElement     = regexp.MustCompile(`(?i)(<[\w:-]*(?:` + secretWords + `)[\w:-]*>)([^<\s][^<]*)`)
	byDigits      = regexp.MustCompile(`(?i)(\b(?:passw(?:or)?d|passphrase|community)\s+(?:is\s+|was\s+)?["']?)([^\s"']*[A-Za-z_][^\s"']*\d[^\s"']*|[^\s"']*\d[^\s"']*[A-Za-z_][^\s"']*)`)
	byHexadecimal = regexp.MustCompile(`(?i)(\b[\w-]*(?:secret|key|token)\w*(?:\s+|_))([0-9a-f]{16,})\b`)
	byKey         = regexp.MustCompile(`(\s--key(?:["']?\s*,\s*|\s+)["']?)([^\s"'/.~-][^\s"'/.,]*)`)
	byAddress     = regexp.MustCompile(`((?:^|[\s"'=(,;])[\w.-]+:)([^\s:@/"'<>\[\]]+@)(?:[\w\[])`)

	aVerb = regexp.MustCompile(`^(?:is|was|are|and|or|not|of|in|for|has|had|to|must|may|can|cannot|from|at|on|nor|missing|unset|set|with)[.,:;]*$`) // behind the name of a secret
)

// withoutUnnamed is a text without secrets that no name and sign of equality stand before.
func withoutUnnamed(text string) string {
	for _, form := range []*regexp.Regexp{byStatement, bySetting, byRabbit, byRedis, byUser, bareToken, byEnvironment, byPipe, byElement, byDigits, byHexadecimal, byKey, byAddress} {
		text = form.ReplaceAllStringFunc(text, func(found string) string {
			part := form.FindStringSubmatch(found)
			before, value := part[1], part[2]
			password, host := strings.CutSuffix(value, "@")
			switch {
			case aVerb.MatchString(value), strings.HasPrefix(password, Redacted):
				return found
			case host: // user:password@host
				return before + Redacted + found[len(before)+len(password):]
			}
			return before + Redacted + behind(value) + found[len(before)+len(value):]
		})
	}
	return text
}
