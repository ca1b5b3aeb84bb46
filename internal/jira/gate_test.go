package jira

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/jsonread"
)

// What waits at the gate must not keep others from what makes room: with one permit, the request of an earlier turn is sent
// and answered meanwhile.
func TestARequestAtTheGateLendsItsPermit(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.answer("GET /rest/api/2/late", `{}`)
	s.answer("GET /rest/api/2/early", `{}`)
	client := s.connected(func(o *Options) { o.Concurrency = 1 })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()

	waits, room := make(chan struct{}), make(chan struct{})
	late := make(chan error, 1) // so that it can leave
	go func() {
		gated := WithGate(WithTurn(ctx, 2), func(ctx context.Context, blocked func()) error {
			blocked()
			close(waits)
			select {
			case <-room:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		})
		late <- client.Do(gated, Request{Path: "/rest/api/{v}/late"}, (*jsonread.Decoder).SkipValue)
	}()
	<-waits
	require.NoError(t, client.Do(WithTurn(ctx, 1), Request{Path: "/rest/api/{v}/early"}, (*jsonread.Decoder).SkipValue))
	close(room)
	require.NoError(t, <-late)
	require.Empty(t, client.permits.lent)
	require.Equal(t, 1, client.permits.free, "each permit is given back once")
}

func TestAGateThatNeverOpensEndsTheRequest(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.answer("GET /rest/api/2/x", `{}`)
	client := s.connected(func(o *Options) { o.Concurrency = 1 })
	never := errors.New("there will be no room")
	read := false
	for _, waits := range []bool{false, true} {
		gated := WithGate(t.Context(), func(_ context.Context, blocked func()) error {
			if waits {
				blocked()
			}
			return never
		})
		err := client.Do(gated, Request{Path: "/rest/api/{v}/x"}, func(dec *jsonread.Decoder) error { read = true; return dec.SkipValue() })
		require.ErrorIs(t, err, never)
		require.False(t, read, "nothing is decoded before there is room")
		require.Equal(t, 1, client.permits.free)
		require.Empty(t, client.permits.lent)
	}
}
