package engine

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
)

// distrusting is a workload whose service shows a certificate that nobody trusts.
type distrusting struct{ fakeWork }

func (*distrusting) Open(context.Context, loadgen.Env) (loadgen.Session, error) {
	err := &url.Error{Op: "Get", URL: "https://cloud:8774", Err: &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}}
	return nil, fmt.Errorf("find compute endpoint: %w", &loadgen.OpenError{Outcome: loadgen.Outcome{Class: loadgen.Classify(err), Err: err}})
}

func flowing(name string, work loadgen.Workload) *scenarios.Load {
	spec := loadgen.DefaultSpec()
	spec.Arrivals = &loadgen.Arrivals{Rate: 1}
	return &scenarios.Load{Name: name, Kind: "fake", Workload: work, Spec: spec}
}

func TestOneWrongCertificateIsNamedAndCountedAndOtherLoadsGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{Phases: tenEach(), Loads: []*scenarios.Load{flowing("boots", &distrusting{}), flowing("tokens", &fakeWork{takes: time.Millisecond})}})
		s.whole(t.Context(), t)
		boots, _ := s.Live("boots")
		tokens, _ := s.Live("tokens")
		require.Greater(t, boots.Totals().Planned, int64(30))
		require.Equal(t, boots.Totals().Planned, boots.Totals().Failed)
		require.Equal(t, map[record.Class]int64{record.TLS: boots.Totals().Planned}, boots.Failures())
		require.Equal(t, tokens.Totals().Planned, tokens.Totals().Succeeded)
		var notes []string
		for _, e := range s.seen() {
			if e.Note != nil {
				notes = append(notes, e.Note.Level+" "+e.Note.Text)
			}
		}
		require.Equal(t, []string{"warning load boots cannot send anything, and all its arrivals count as failed (tls): open load boots: find compute endpoint: Get \"https://cloud:8774\": tls: failed to verify certificate: x509: certificate signed by unknown authority"}, notes)
	})
}

func TestARunInWhichNoLoadCanSendIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{Phases: tenEach(), Loads: []*scenarios.Load{flowing("boots", &distrusting{}), flowing("lists", &distrusting{})}})
		var veto *Veto
		require.ErrorAs(t, s.Execute(t.Context()), &veto)
		require.ErrorContains(t, veto, "open load boots: find compute endpoint")
		require.ErrorContains(t, veto, "open load lists: find compute endpoint")
	})
}

func TestAMoveIsToldOnceWhoeverFindsOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, scenarios.Spec{})
		for _, load := range []string{"boots", "lists"} {
			s.env(load).Moved("compute", "http://a:8774", "http://b:8774")
		}
		var notes []string
		for _, e := range s.seen() {
			if e.Note != nil {
				notes = append(notes, e.Note.Text)
			}
		}
		require.Equal(t, []string{"endpoint of compute moved from http://a:8774 to http://b:8774: the catalogue says so, and it is asked there from now on"}, notes)
	})
}
