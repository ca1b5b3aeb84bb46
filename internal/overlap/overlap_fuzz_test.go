package overlap

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// FuzzOverlap prints versions, keeps what it printed as a state does, and lists again: all of it is known, nothing that
// changed is, and the state stays small, however many there were and however long they took.
func FuzzOverlap(f *testing.F) {
	for _, few := range []uint16{0, 1, overlapExact, overlapExact + 1, 5000} {
		f.Add(uint64(few), few, uint32(30*60))
		f.Add(uint64(few), few, uint32(40*24*3600))
	}
	f.Fuzz(func(t *testing.T, seed uint64, many uint16, seconds uint32) {
		random := rand.New(rand.NewPCG(seed, 1))
		from := time.Date(2026, 11, 22, 8, 0, 17, 123e6, time.UTC)
		o := New(from)
		var listed []Version
		for i := range uint64(many) {
			v := Version{ID: i, Updated: from.UnixMilli() + random.Int64N(int64(seconds)*1000+1)}
			listed = append(listed, v)
			o.Add(v)
		}
		saved := o.Save()
		raw, err := json.Marshal(saved)
		require.NoError(t, err)
		require.Less(t, len(raw), 5000, "%d versions in %d s", many, seconds)
		var kept Saved
		require.NoError(t, json.Unmarshal(raw, &kept))
		printed, err := kept.Printed(listed)
		require.NoError(t, err)
		require.Len(t, printed, len(listed), "an idle run prints again")
		if len(listed) == 0 {
			return
		}
		at := random.IntN(len(listed))
		before := listed[at]
		listed[at].Updated += 1 + random.Int64N(1000)
		printed, err = kept.Printed(listed)
		require.NoError(t, err)
		require.False(t, printed[listed[at]], "a version that changed is taken for printed")
		require.False(t, printed[before])
		listed = append(listed[:at], listed[at+1:]...)
		printed, err = kept.Printed(listed)
		require.NoError(t, err)
		require.LessOrEqual(t, len(printed), len(listed))
	})
}
