package tap_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jirasim"
	"tap-jira/internal/tap"
)

func TestEverythingIsFoundAndNothingTwice(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		o.Issues = 300
		s := newSite(t, o)
		got := s.whole(t, tap.Options{Everything: true, Validate: tap.ValidateAll})
		requireProtocolOf(t, got, math.MaxInt)
		rows := merged(got.messages)
		requireLedger(t, s, rows, s.Ledger().Streams()...)
		requireFresh(t, s, rows)
	})
}

func TestTheRunCostsWhatItSays(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o jirasim.Options) {
		s := newSite(t, o)
		for _, o := range []tap.Options{{Everything: true}, {Select: []string{"versions", "changelogs"}}} {
			got := s.whole(t, o)
			require.Equal(t, int64(s.Counts().Requests), got.summary.Requests, "the summary counts what the site counts")
		}
	})
}
