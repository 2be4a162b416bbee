package dns

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/dataplane"
)

// Query asks a name server one question over UDP, once, and over TCP where the answer
// was cut short: unlike a resolver it neither asks again nor anybody else. An answer with an error, or without the address that is
// expected, is a wrong result.
type Query struct {
	Server string        `yaml:"server" required:"true" help:"host:port of the name server, port 53 as a rule"`
	Name   string        `yaml:"name" required:"true" help:"what is asked for, whole, as vm-1.example.org"`
	Type   string        `yaml:"type" help:"A, AAAA, CNAME, MX, NS, PTR, SOA, SRV or TXT"`
	Expect string        `yaml:"expect" help:"an address that a right answer has; empty: any answer, \"nothing\": that there is no such name"`
	Wait   time.Duration `yaml:"wait" help:"after which there is no answer, from 1ms on"`
}

// NewQuery has the defaults.
func NewQuery() *Query { return &Query{Type: "A", Wait: 5 * time.Second} }

const nothing = "nothing" // expected: there is no such name

func types() map[string]dnsmessage.Type {
	return map[string]dnsmessage.Type{
		"A": dnsmessage.TypeA, "AAAA": dnsmessage.TypeAAAA, "CNAME": dnsmessage.TypeCNAME, "MX": dnsmessage.TypeMX, "NS": dnsmessage.TypeNS,
		"PTR": dnsmessage.TypePTR, "SOA": dnsmessage.TypeSOA, "SRV": dnsmessage.TypeSRV, "TXT": dnsmessage.TypeTXT,
	}
}

// Validate says what is wrong with the arguments.
func (w *Query) Validate() error {
	var errs []error
	if err := dataplane.Check(w.Server); err != nil {
		errs = append(errs, fmt.Errorf("server: %q is not HOST:PORT", w.Server))
	}
	if _, err := dnsmessage.NewName(whole(w.Name)); err != nil || strings.Trim(w.Name, ".") == "" {
		errs = append(errs, fmt.Errorf("name: %q is no name", w.Name))
	}
	if _, known := types()[w.Type]; !known {
		errs = append(errs, fmt.Errorf("type: %q is none of %s", w.Type, strings.Join(slices.Sorted(maps.Keys(types())), ", ")))
	}
	if _, err := netip.ParseAddr(w.Expect); w.Expect != "" && w.Expect != nothing && (err != nil || w.Type != "A" && w.Type != "AAAA") {
		errs = append(errs, fmt.Errorf("expect: %q is no address that the type %s answers with", w.Expect, w.Type))
	}
	if w.Wait < time.Millisecond {
		errs = append(errs, fmt.Errorf("wait: %s is less than 1ms", w.Wait))
	}
	return errors.Join(errs...)
}

func whole(name string) string { return strings.TrimSuffix(name, ".") + "." }

// Open sends nothing.
func (w *Query) Open(_ context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("dns.query: %w", err)
	}
	return asking{*w, env}, nil
}

type asking struct {
	Query
	env loadgen.Env
}

// Iterate asks once, from a port of its own.
func (s asking) Iterate(ctx context.Context, _ int64, rec loadgen.Recorder) loadgen.Outcome {
	limited, cancel := context.WithTimeout(ctx, s.Wait)
	defer cancel()
	answer, err := s.ask(limited, rec)
	if err != nil {
		o := dataplane.Failed(err)
		if ctx.Err() == nil && o.Class == record.Timeout {
			o.Err = fmt.Errorf("no answer within %s: %w", s.Wait, context.DeadlineExceeded)
		}
		return o
	}
	if err := s.wrong(answer); err != nil {
		return loadgen.Outcome{Class: record.WrongResult, Err: err}
	}
	return loadgen.Outcome{}
}

// ask asks over UDP, and over TCP what did not fit into an answer there, as a resolver
// does (RFC 7766, 5): what takes part of it is the operation dns.tcp.
func (s asking) ask(ctx context.Context, rec loadgen.Recorder) (*dnsmessage.Message, error) {
	id := uint16(rand.Uint32()) // so that nobody else's answer is taken for this one's
	name, err := dnsmessage.NewName(whole(s.Name))
	if err != nil {
		return nil, fmt.Errorf("ask for name: %w", err)
	}
	question := dnsmessage.Question{Name: name, Type: types()[s.Type], Class: dnsmessage.ClassINET}
	ask := dnsmessage.Message{Header: dnsmessage.Header{ID: id, RecursionDesired: true}, Questions: []dnsmessage.Question{question}}
	answer, err := s.over(ctx, "udp", ask)
	if err != nil || !answer.Truncated {
		return answer, err
	}
	end := rec.Operation("dns.tcp")
	if answer, err = s.over(ctx, "tcp", ask); err != nil {
		err = fmt.Errorf("the answer was cut short, and over TCP: %w", err)
		end(dataplane.Failed(err))
		return nil, err
	}
	end(loadgen.Outcome{})
	return answer, nil
}

// over asks on a connection of its own.
func (s asking) over(ctx context.Context, network string, ask dnsmessage.Message) (*dnsmessage.Message, error) {
	text, err := ask.Pack()
	if err != nil {
		return nil, fmt.Errorf("ask for name: %w", err)
	}
	conn, err := dataplane.Dial(ctx, s.env, network, s.Server)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }() // the answer is what counts
	receive := func() ([]byte, error) { return datagram(conn) }
	if network == "tcp" {
		text = append(binary.BigEndian.AppendUint16(nil, uint16(len(text))), text...)
		receive = func() ([]byte, error) { return framed(conn) }
	}
	if _, err := conn.Write(text); err != nil {
		return nil, err
	}
	for {
		in, err := receive()
		if err != nil {
			return nil, err
		}
		answer := new(dnsmessage.Message)
		if answer.Unpack(in) == nil && answer.ID == ask.ID && answer.Response && len(answer.Questions) == 1 && same(answer.Questions[0], ask.Questions[0]) {
			return answer, nil // anything else is the answer to something else
		}
	}
}

func datagram(conn io.Reader) ([]byte, error) {
	in := make([]byte, 1<<16)
	n, err := conn.Read(in)
	return in[:n], err
}

// framed is a message behind its length.
func framed(conn io.Reader) ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil, err
	}
	in := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err := io.ReadFull(conn, in)
	return in, err
}

func same(a, b dnsmessage.Question) bool {
	return a.Type == b.Type && a.Class == b.Class && strings.EqualFold(a.Name.String(), b.Name.String())
}

// wrong says why an answer is.
func (s asking) wrong(answer *dnsmessage.Message) error {
	if s.Expect == nothing {
		if answer.RCode != dnsmessage.RCodeNameError {
			return fmt.Errorf("the answer is %s, and there was to be no such name", code(answer.RCode))
		}
		return nil
	}
	if answer.RCode != dnsmessage.RCodeSuccess {
		return fmt.Errorf("the answer is %s", code(answer.RCode))
	}
	if len(answer.Answers) == 0 {
		return errors.New("the answer has nothing")
	}
	if s.Expect == "" {
		return nil
	}
	want, _ := netip.ParseAddr(s.Expect) // Validate has seen it
	for _, one := range answer.Answers {
		switch body := one.Body.(type) {
		case *dnsmessage.AResource:
			if netip.AddrFrom4(body.A) == want {
				return nil
			}
		case *dnsmessage.AAAAResource:
			if netip.AddrFrom16(body.AAAA) == want {
				return nil
			}
		}
	}
	return fmt.Errorf("the answer has not %s", s.Expect)
}

// code is an error as name servers' tools write it.
func code(code dnsmessage.RCode) string {
	known := map[dnsmessage.RCode]string{
		dnsmessage.RCodeSuccess: "NOERROR", dnsmessage.RCodeFormatError: "FORMERR", dnsmessage.RCodeServerFailure: "SERVFAIL",
		dnsmessage.RCodeNameError: "NXDOMAIN", dnsmessage.RCodeNotImplemented: "NOTIMP", dnsmessage.RCodeRefused: "REFUSED",
	}
	if text, is := known[code]; is {
		return text
	}
	return fmt.Sprintf("RCODE %d", code)
}

// Close has nothing to close.
func (asking) Close(context.Context) error { return nil }
