package shard

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

func TestALimitIsShared(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		limit  float64
		pieces int
		share  float64 // negative: refused
	}{{0, 16, 0}, {20, 4, 5}, {10, 4, 2.5}, {4, 4, 1}, {3.9, 4, -1}, {0.5, 1, 0.5}, {0.5, 2, -1}} {
		share, err := ShareRequests(c.limit, c.pieces)
		if c.share < 0 {
			require.Equal(t, fault.Usage, fault.KindOf(err), fmt.Sprint(c))
			continue
		}
		require.NoError(t, err, fmt.Sprint(c))
		require.InDelta(t, c.share, share, 0)
	}
}
