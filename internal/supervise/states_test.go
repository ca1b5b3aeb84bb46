package supervise_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/supervise"
)

func TestKeeperKeepsTheNewestState(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var saved []string
		keeper := supervise.NewKeeper(func(state []byte) error {
			time.Sleep(time.Second) // a slow disk
			saved = append(saved, string(state))
			return nil
		}, func(err error) { require.NoError(t, err) })
		began := time.Now()
		line := []byte(` {"n":1} `)
		keeper.Offer(line)
		copy(line, "overwritten by the next line")
		synctest.Wait()
		for _, state := range []string{`{"n":2}`, `{"n":3}`, `{"n":4}`} {
			keeper.Offer([]byte(state))
		}
		require.Equal(t, began, time.Now(), "nobody waits for the disk")
		count, err := keeper.Close()
		require.NoError(t, err)
		require.Equal(t, 4, count)
		require.Equal(t, []string{`{"n":1}`, `{"n":4}`}, saved)
	})
}

func TestKeeperWithoutAStateSavesNothing(t *testing.T) {
	t.Parallel()
	keeper := supervise.NewKeeper(func([]byte) error { return errors.New("saved") }, nil)
	count, err := keeper.Close()
	require.NoError(t, err)
	require.Zero(t, count)
}

func TestKeeperTriesAgainWithTheNextState(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left on device")
	for name, c := range map[string]struct {
		fails int
		want  error
	}{
		"room comes": {fails: 2},
		"full":       {fails: 100, want: full},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tries, told := 0, 0
				keeper := supervise.NewKeeper(func([]byte) error {
					if tries++; tries <= c.fails {
						return full
					}
					return nil
				}, func(err error) {
					told++
					require.ErrorIs(t, err, full)
				})
				for _, state := range []string{`{"n":1}`, `{"n":2}`, `{"n":3}`} {
					keeper.Offer([]byte(state))
					synctest.Wait()
				}
				_, err := keeper.Close()
				require.Equal(t, c.want, err)
				require.Equal(t, 1, told, "told once")
			})
		})
	}
}

func TestKeeperSavesAStateOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		keeper := supervise.NewKeeper(func([]byte) error { tries++; return nil }, nil)
		for range 3 {
			keeper.Offer([]byte(`{"n":1}`))
			synctest.Wait()
		}
		_, err := keeper.Close()
		require.NoError(t, err)
		require.Equal(t, 1, tries)
	})
}
