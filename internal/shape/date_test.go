package shape

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOnlyYearsOfFourDigitsAreInRange(t *testing.T) {
	t.Parallel()
	first := time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC)
	last := time.Date(9999, time.December, 31, 23, 59, 59, 999_999_999, time.UTC)
	for moment, want := range map[time.Time]bool{
		first: true, first.Add(-1): false, last: true, last.Add(1): false, {}: true, time.UnixMilli(0): true,
		first.In(time.FixedZone("", -3600)): true, last.In(time.FixedZone("", 3600)): true, // another year there, but not in UTC
		first.Add(-time.Minute).In(time.FixedZone("", 3600)): false,
	} {
		require.Equal(t, want, inRange(moment), moment)
	}
}
