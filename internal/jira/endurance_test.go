package jira

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// configurationOf asks for one board's configuration.
func configurationOf(t *testing.T, c *Client, board int) error {
	t.Helper()
	request := Request{Path: "/rest/agile/1.0/board/{boardId}/configuration", Params: map[string]string{"boardId": strconv.Itoa(board)}}
	for _, err := range c.Pages(t.Context(), request, One(), &collector{}) {
		return err
	}
	return nil
}

// boards answers for the boards from 1 on, with one handler each, in turn.
func (s *fakeSite) boards(count int, answer func(board int) http.HandlerFunc) {
	for board := 1; board <= count; board++ {
		s.handle(fmt.Sprintf("GET /rest/agile/1.0/board/%d/configuration", board), answer(board))
	}
}

// tries are how often each board was asked for.
func (s *fakeSite) tries(count int) []int {
	tried := make([]int, count)
	for board := range tried {
		tried[board] = len(s.asked(fmt.Sprintf("/rest/agile/1.0/board/%d/configuration", board+1)))
	}
	return tried
}

// An operation that fails for one parent after the other takes minutes, and not a
// minute and a half a parent; each is asked for again at least once.
func TestAnOperationThatFailsForAllIsTriedLessOften(t *testing.T) {
	t.Parallel()
	for _, code := range []int{500, 502, 503} {
		s := newSite(t, Cloud)
		s.boards(50, func(int) http.HandlerFunc { return status(code, `{"message":"oops"}`) })
		c := s.connected(nil)
		for board := 1; board <= 50; board++ {
			require.ErrorIs(t, configurationOf(t, c, board), ErrNetwork)
		}
		tried := s.tries(50)
		require.Equal(t, []int{8, 8, 8, 8, 4, 4, 4, 4, 2, 2}, tried[:10])
		require.Equal(t, 2, tried[49])
		require.Less(t, s.clock.Now().Sub(epoch), 8*time.Minute, "%d", code)
	}
}

// One that answers, whatever it says, counts as whole again.
func TestAnAnswerGivesAnOperationAllItsTriesBack(t *testing.T) {
	t.Parallel()
	for _, answer := range []http.HandlerFunc{status(200, `{"id":1}`), status(404, `{"errorMessages":["no board"]}`)} {
		s := newSite(t, Cloud)
		s.boards(13, func(board int) http.HandlerFunc {
			if board == 12 {
				return answer
			}
			return status(500, `{}`)
		})
		c := s.connected(nil)
		for board := 1; board <= 13; board++ {
			_ = configurationOf(t, c, board)
		}
		require.Equal(t, []int{8, 8, 8, 8, 4, 4, 4, 4, 2, 2, 2, 1, 8}, s.tries(13))
	}
}

// What does not hang on a parent is never given up sooner: all of a stream depends on it.
func TestAListOfItsOwnKeepsAllItsTries(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.handle("GET "+fieldPath, status(503, `{}`))
	c := s.connected(nil)
	for range 10 {
		_, err := c.Fields(t.Context())
		require.ErrorIs(t, err, ErrNetwork)
	}
	require.Len(t, s.asked(fieldPath), 80)
}

// While the site answers nothing, each board has all its tries: an outage passes.
func TestAnOutageTakesNoTries(t *testing.T) {
	t.Parallel()
	for name, down := range map[string]http.HandlerFunc{"unavailable": status(503, `{}`), "broken": status(500, `{}`)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, Cloud)
			s.boards(7, func(board int) http.HandlerFunc {
				if board == 7 {
					return status(200, `{"id":7}`)
				}
				return status(503, `{}`)
			})
			c := s.connected(nil)
			s.handle("GET "+serverInfoPath, down)
			for board := 1; board <= 6; board++ {
				require.ErrorIs(t, configurationOf(t, c, board), ErrNetwork)
			}
			require.Equal(t, []int{8, 8, 8, 8, 8, 8}, s.tries(6))
			require.NoError(t, configurationOf(t, c, 7))
		})
	}
}

// A site that tells strangers nothing answers all the same.
func TestARefusedQuestionIsAnAnswer(t *testing.T) {
	t.Parallel()
	s := newSite(t, DataCenter)
	s.boards(5, func(int) http.HandlerFunc { return status(500, `{}`) })
	c := s.connected(nil)
	s.handle("GET "+serverInfoPath, status(401, `{}`))
	for board := 1; board <= 5; board++ {
		require.ErrorIs(t, configurationOf(t, c, board), ErrNetwork)
	}
	require.Equal(t, []int{8, 8, 8, 8, 4}, s.tries(5))
}

// A rate limit says nothing about an operation.
func TestRateLimitsLeaveAnOperationItsTries(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.boards(6, func(board int) http.HandlerFunc {
		if board == 6 {
			return status(500, `{}`)
		}
		return status(429, ``)
	})
	c := s.connected(nil)
	for board := 1; board <= 6; board++ {
		require.Error(t, configurationOf(t, c, board))
	}
	require.Equal(t, 8, s.tries(6)[5])
}
