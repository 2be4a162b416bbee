package influx

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	answers "github.com/influxdata/influxdb-client-go/v2/api/http"

	"github.com/openstack-eris/eris/collectors/record"
)

// saidMost is how much of what a server has said is told, bytes.
const saidMost = 300

// Target is where points go.
type Target struct {
	URL    string // http or https, without users, passwords and queries
	Org    string // empty for InfluxDB 1.8
	Bucket string // of InfluxDB 1.8 DATABASE or DATABASE/RETENTION_POLICY
	Token  string // of InfluxDB 1.8 with authentication USER:PASSWORD; empty: none
	Rate   int    // points a second that it is sent at most
}

// check says what is wrong with a target, without what may be secret.
func (t Target) check() error {
	u, err := url.Parse(t.URL)
	switch {
	case err != nil: // the error has the URL
		return errors.New("that is no URL")
	case u.User != nil:
		return errors.New("a URL with a user or a password would stand in the record and in the list of processes")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return errors.New("a URL without a query: the server's own, as http://127.0.0.1:8086")
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return errors.New("a URL of http or https, as http://127.0.0.1:8086")
	case t.Bucket == "":
		return errors.New("the bucket has no name")
	case strings.ContainsFunc(t.Token, func(r rune) bool { return r < ' ' || r > '~' }):
		return errors.New("the token has a character that none has")
	case t.Rate < rateLeast || t.Rate > rateMost:
		return fmt.Errorf("%d points a second: from %d to %d", t.Rate, rateLeast, rateMost)
	}
	return nil
}

// words are an error's, on one line, without the token, whoever has said it, and without
// the address, which is the target's.
func (t Target) words(err error) string {
	text := err.Error()
	if called, is := errors.AsType[*url.Error](err); is {
		text = called.Err.Error()
	}
	if network, is := errors.AsType[*net.OpError](err); is {
		text = network.Op + ": " + network.Err.Error()
	}
	if name, is := errors.AsType[*net.DNSError](err); is {
		text = "its name is not known: " + name.Err
	}
	if answer, is := errors.AsType[*answers.Error](err); is && answer.StatusCode != 0 {
		text = strings.TrimSuffix(fmt.Sprintf("%d %s: %s", answer.StatusCode, http.StatusText(answer.StatusCode), answer.Message), ": ")
	}
	if t.Token != "" {
		text = strings.ReplaceAll(text, t.Token, record.Redacted)
	}
	return record.OneLine(text, saidMost)
}

// String names a target, without its token.
func (t Target) String() string { return fmt.Sprintf("%s (bucket %q)", t.URL, t.Bucket) }
