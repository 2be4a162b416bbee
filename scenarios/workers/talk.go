package workers

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// talk is how the two sides ask each other: in JSON, each piece with a mark that only who knows
// the token can make. Who else may write to the same NATS can so neither give an order nor make
// an answer or an outcome up.
type talk struct {
	conn *nats.Conn
	key  []byte
}

const (
	headMark  = "Eris-Mark"
	headNonce = "Eris-Nonce" // of a question, so that no answer fits another one
)

// mark is that of the parts, each with its length.
func (t talk) mark(parts ...string) string {
	return hex.EncodeToString(hmacOf(t.key, strings.Join(lengths(parts), "")))
}

func lengths(parts []string) []string {
	all := make([]string, len(parts))
	for n, part := range parts {
		all[n] = strconv.Itoa(len(part)) + ":" + part
	}
	return all
}

// bears tells whether something bears the mark of the parts.
func (t talk) bears(mark string, parts ...string) bool {
	return hmac.Equal([]byte(mark), []byte(t.mark(parts...)))
}

// errUnmarked is of what was not said by who knows the token.
var errUnmarked = errors.New("it does not bear the mark of the run's token")

// askedAgain is after how long a question that was not answered is sent again: it, or its answer,
// may have been in a server that ended, or on a connection that broke.
const askedAgain = time.Second

// ask sends a question, again and again, and reads the first answer to any of its copies: whoever
// is asked is to take them for one.
func ask[A any](ctx context.Context, t talk, subject string, question any) (answer A, err error) {
	m := nats.NewMsg(subject)
	if m.Data, err = json.Marshal(question); err != nil {
		return answer, fmt.Errorf("write question: %w", err)
	}
	nonce := rand.Text()
	marked := t.mark("question", subject, nonce, string(m.Data))
	m.Header.Set(headNonce, nonce)
	m.Header.Set(headMark, marked)
	got, err := t.request(ctx, m)
	if err != nil {
		return answer, err
	}
	if !t.bears(got.Header.Get(headMark), "answer", marked, string(got.Data)) {
		return answer, fmt.Errorf("read answer: %w", errUnmarked)
	}
	if err := json.Unmarshal(got.Data, &answer); err != nil {
		return answer, fmt.Errorf("read answer: %w", err)
	}
	return answer, nil
}

// request sends a question until there is an answer, or nobody who would give one.
func (t talk) request(ctx context.Context, question *nats.Msg) (*nats.Msg, error) {
	question.Reply = t.conn.NewInbox()
	answers, err := t.conn.SubscribeSync(question.Reply)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answers.Unsubscribe() }() // of a connection that is closed there is none any more
	for {
		if err := t.conn.PublishMsg(question); err != nil {
			return nil, err
		}
		limited, cancel := context.WithTimeout(ctx, askedAgain)
		got, err := answers.NextMsgWithContext(limited)
		cancel()
		if err == nil || ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return got, err
		}
	}
}

// heard reads a question; false when it is of nobody who speaks this and knows the token.
func (t talk) heard(m *nats.Msg, into any) bool {
	return t.bears(m.Header.Get(headMark), "question", m.Subject, m.Header.Get(headNonce), string(m.Data)) && json.Unmarshal(m.Data, into) == nil
}

// answer answers a question. Who asks learns by silence that it did not come.
func (t talk) answer(m *nats.Msg, with any) {
	text, err := json.Marshal(with)
	if err != nil {
		return
	}
	a := nats.NewMsg(m.Reply)
	a.Data = text
	a.Header.Set(headMark, t.mark("answer", m.Header.Get(headMark), string(text)))
	_ = m.RespondMsg(a)
}

// respond answers each question at a subject, one at a time.
func respond[Q, A any](t talk, subject string, reply func(q Q) A) (*nats.Subscription, error) {
	return t.conn.Subscribe(subject, func(m *nats.Msg) {
		var q Q
		if t.heard(m, &q) {
			t.answer(m, reply(q))
		}
	})
}
