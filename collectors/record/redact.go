package record

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Redacted stands where a secret stood.
const Redacted = "REDACTED"

// secretWords are in the names of what is secret.
const secretWords = `passw(?:or)?d|passphrase|secret|token|credential|(?:private|api|access|auth)[_-]?key|sst_auth`

// passName is "pass" as a word of a name, which it is not in bypass or passed.
const passName = `(?:\b|_)pass(?:\b|_|\d)`

var (
	secretKey  = regexp.MustCompile(`(?i)(?:` + secretWords + `|` + passName + `)`)
	secretWord = regexp.MustCompile(`(?i)(?:` + secretWords + `)`)
	secretURL  = regexp.MustCompile(`(://[^/\s:@]*:)[^/\s@]+@`)
	secretText = regexp.MustCompile(`(?is)-----BEGIN [A-Z ]*PRIVATE KEY-----.*`)
)

// Redact returns a YAML document without its secrets: values of keys that name
// one (password, secret, token, …), passwords in URLs, private keys, and the
// same in comments. Inventories refer to secrets and do not contain them; this
// is for the one that does all the same.
func Redact(document []byte) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(document, &root); err != nil {
		return nil, fmt.Errorf("redact document: %w", err)
	}
	if root.Kind == 0 {
		return nil, nil
	}
	redact(&root)
	out, err := yaml.Marshal(&root)
	if err != nil {
		return nil, fmt.Errorf("redact document: %w", err)
	}
	return out, nil
}

func redact(n *yaml.Node) {
	n.HeadComment, n.LineComment, n.FootComment = redactComment(n.HeadComment), redactComment(n.LineComment), redactComment(n.FootComment)
	n.Value = secretText.ReplaceAllString(secretURL.ReplaceAllString(n.Value, "${1}"+Redacted+"@"), Redacted)
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && secretKey.MatchString(n.Content[i-1].Value) {
			blank(child)
			continue
		}
		redact(child)
	}
}

// blank puts Redacted in a value's place, and in that of the value that it is
// an alias of.
func blank(n *yaml.Node) {
	if n.Kind == yaml.AliasNode {
		blank(n.Alias)
		return
	}
	*n = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: Redacted, Anchor: n.Anchor}
}

func redactComment(comment string) string {
	lines := strings.Split(comment, "\n")
	for i, line := range lines {
		if secretWord.MatchString(line) {
			lines[i] = "# " + Redacted
		}
		lines[i] = secretURL.ReplaceAllString(lines[i], "${1}"+Redacted+"@")
	}
	return strings.Join(lines, "\n")
}
