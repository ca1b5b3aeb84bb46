package overlap

import (
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// saved passes an overlap through its form in a state.
func saved(t require.TestingT, o *Overlap) Saved {
	raw, err := json.Marshal(o.Save())
	require.NoError(t, err)
	require.Less(t, len(raw), 6_000, "the overlap must stay small in the state")
	var back Saved
	require.NoError(t, json.Unmarshal(raw, &back))
	return back
}

func versions(rng *rand.Rand, n int, span time.Duration) []Version {
	list := make([]Version, n)
	for i := range list {
		list[i] = Version{ID: uint64(10_000 + i), Updated: noon.UnixMilli() + rng.Int64N(span.Milliseconds())}
	}
	return list
}

func remembering(list []Version) *Overlap {
	o := New(noon)
	for _, v := range list {
		o.Add(v)
	}
	return o
}

func TestVersionsAreSettledWhenTheirSecondIsOver(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		updated, read time.Duration // after noon
		settled       bool
	}{
		{updated: 0, read: 0, settled: false},
		{updated: 0, read: 1999 * time.Millisecond, settled: false},
		{updated: 0, read: 2 * time.Second, settled: true},
		{updated: time.Second, read: 0, settled: false}, // rounded up
		{updated: time.Millisecond, read: 0, settled: true},
		{updated: 999 * time.Millisecond, read: 999 * time.Millisecond, settled: true},
	} {
		v := Version{ID: 10001, Updated: noon.Add(c.updated).UnixMilli()}
		require.Equal(t, c.settled, v.Settled(noon.Add(c.read)), "%v read at %v", c.updated, c.read)
	}
}

func TestOverlapKnowsWhatWasPrinted(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for name, n := range map[string]int{"nothing": 0, "one by one": overlapExact, "by minutes": 5_000} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := versions(rng, n, 30*time.Minute)
			printed, err := saved(t, remembering(list)).Printed(list)
			require.NoError(t, err)
			require.Len(t, printed, n)
		})
	}
}

func TestOverlapShowsWhatChanged(t *testing.T) {
	t.Parallel()
	list := versions(rand.New(rand.NewPCG(3, 4)), 100, 30*time.Minute)
	before := saved(t, remembering(list))

	edited := list[17]
	edited.Updated += 5
	list[17] = edited
	printed, err := before.Printed(list)
	require.NoError(t, err)
	require.False(t, printed[edited], "an issue edited in the same minute is another version")
	require.Len(t, printed, 99, "and only that one is printed again")
}

func TestOverlapByMinutesNeverHidesAChange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		list := versions(rng, overlapExact+1+rapid.IntRange(0, 2_000).Draw(t, "more"), rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, 30 * time.Hour}).Draw(t, "span"))
		before := saved(t, remembering(list))

		var changed []Version
		for range rapid.IntRange(1, 20).Draw(t, "edits") {
			i := rng.IntN(len(list))
			list[i].Updated += rng.Int64N(1000) + 1
			changed = append(changed, list[i])
		}
		printed, err := before.Printed(list)
		require.NoError(t, err)
		for _, v := range changed[len(changed)-1:] {
			require.False(t, printed[v])
		}
	})
}

func TestOverlapIgnoresWhatIsOlder(t *testing.T) {
	t.Parallel()
	o := New(noon)
	o.Add(Version{ID: 1, Updated: noon.Add(-time.Millisecond).UnixMilli()})
	require.Empty(t, o.exact)
	require.Equal(t, noon.UnixMilli(), o.until)
}

func TestOverlapCountsAVersionOnce(t *testing.T) {
	t.Parallel()
	o := New(noon)
	v := Version{ID: 1, Updated: noon.Add(time.Minute).UnixMilli()}
	o.Add(v)
	o.Add(v)
	require.Len(t, o.exact, 1)
	require.Equal(t, uint32(1), o.minutes[v.Updated/60_000].count)
}

func TestOverlapRefusesADamagedState(t *testing.T) {
	t.Parallel()
	_, err := Saved{Data: "no base64!"}.Printed(nil)
	require.ErrorContains(t, err, "overlap in the state")
	_, err = Saved{From: "yesterday", Width: 1, Data: ""}.Printed(nil)
	require.ErrorContains(t, err, "start of the overlap")
}

func TestFingerprintsStayTheSame(t *testing.T) {
	t.Parallel()
	require.Equal(t, uint64(0xee318a7d877cb36b), Version{ID: 10_001, Updated: 1_700_000_000_123}.fingerprint(),
		"people's states hold these")
}

// Versions are remembered one by one up to so many, and by minutes beyond, of which no more are kept than fit.
func TestOverlapIsAsFineAsThereIsRoomFor(t *testing.T) {
	t.Parallel()
	at := func(n int, apart time.Duration) *Overlap {
		o := New(noon)
		for i := range n {
			o.Add(Version{ID: uint64(i), Updated: noon.Add(time.Duration(i) * apart).UnixMilli()})
		}
		return o
	}
	require.Zero(t, at(overlapExact, time.Second).Save().Width)
	for name, c := range map[string]struct {
		n       int
		apart   time.Duration
		width   int64
		buckets int
	}{
		"one more than one by one": {n: overlapExact + 1, apart: 0, width: 1, buckets: 1},
		"four hours":               {n: 480, apart: 30 * time.Second, width: 1, buckets: 240},
		"a minute longer":          {n: 483, apart: 30 * time.Second, width: 2, buckets: 121},
		"a day":                    {n: 1440, apart: time.Minute, width: 6, buckets: 240},
	} {
		saved := at(c.n, c.apart).Save()
		raw, err := base64.RawStdEncoding.DecodeString(saved.Data)
		require.NoError(t, err)
		require.Equal(t, c.width, saved.Width, name)
		require.Len(t, raw, c.buckets*bucketBytes, name)
	}
}

// The first moment of the span belongs to it.
func TestOverlapBeginsWithItsFirstMoment(t *testing.T) {
	t.Parallel()
	first := Version{ID: 7, Updated: noon.UnixMilli()}
	printed, err := remembering([]Version{first}).Save().Printed([]Version{first})
	require.NoError(t, err)
	require.True(t, printed[first])
}

// Of data that hands have cut nothing is taken as printed, but for what is still whole.
func TestOverlapOfCutDataIsPrintedAgain(t *testing.T) {
	t.Parallel()
	list := versions(rand.New(rand.NewPCG(1, 2)), 400, 2*time.Minute)
	saved := remembering(list).Save()
	raw, err := base64.RawStdEncoding.DecodeString(saved.Data)
	require.NoError(t, err)
	for size := range len(raw) {
		saved.Data = base64.RawStdEncoding.EncodeToString(raw[:size])
		printed, err := saved.Printed(list)
		require.NoError(t, err)
		for _, v := range list {
			minute := int((v.Updated - noon.UnixMilli()) / time.Minute.Milliseconds())
			require.Equal(t, size >= (minute+1)*bucketBytes, printed[v])
		}
	}
}
