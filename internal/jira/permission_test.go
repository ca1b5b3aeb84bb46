package jira

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/fault"
)

func TestPermissions(t *testing.T) {
	t.Parallel()
	const answer = `{"permissions":{"ADMINISTER":{"key":"ADMINISTER","havePermission":false},"USER_PICKER":{"key":"USER_PICKER","havePermission":true},"BULK_CHANGE":{"havePermission":true}}}`
	for _, d := range []Deployment{Cloud, DataCenter} {
		s := newSite(t, d)
		s.answer("GET /rest/api/2/mypermissions", answer)
		have, err := s.connected(nil).Permissions(t.Context(), []string{"ADMINISTER", "USER_PICKER", "SYSTEM_ADMIN"})
		require.NoError(t, err)
		require.Equal(t, map[string]bool{"ADMINISTER": false, "USER_PICKER": true}, have, "what the site does not know is not known")
		query := s.asked("/rest/api/2/mypermissions")[0].Query
		if d == Cloud {
			require.Equal(t, "ADMINISTER,USER_PICKER,SYSTEM_ADMIN", query.Get("permissions"))
		} else {
			require.Empty(t, query)
		}
	}
}

func TestPermissionsAreRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.handle("GET /rest/api/2/mypermissions", status(400, `{"errorMessages":["Unrecognized permission: X"]}`))
	_, err := s.connected(nil).Permissions(t.Context(), []string{"X"})
	require.ErrorIs(t, err, ErrBadRequest)
}

// TestBareRefusal is a 401 that says nothing: Cloud gives it to accounts without a permission, and to nobody's.
func TestBareRefusal(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		me    []string
		is    error
		kind  fault.Kind
		asked int
	}{
		"the site still knows us": {[]string{cloudMe}, ErrForbidden, fault.Incomplete, 2},
		"as somebody else":        {[]string{cloudMe, `{"accountId":"other"}`}, ErrLoginLost, fault.Credentials, 1},
		"as nobody":               {[]string{cloudMe, `{}`}, ErrLoginLost, fault.Credentials, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, Cloud)
			s.answer("GET /rest/api/2/myself", tt.me...)
			s.handle("GET "+fieldPath, status(401, `{"errorMessages":["You are not authorized."]}`))
			c := s.connected(nil)
			_, err := c.Fields(t.Context())
			require.ErrorIs(t, err, tt.is)
			require.Equal(t, tt.kind, fault.KindOf(err))
			require.ErrorContains(t, err, "You are not authorized")
			_, err = c.Fields(t.Context())
			require.ErrorIs(t, err, tt.is)
			require.Len(t, s.asked(fieldPath), tt.asked)
		})
	}
}

// TestBareRefusalsAreLookedIntoOneByOne sends many at once with a login that is over: one question settles all.
func TestBareRefusalsAreLookedIntoOneByOne(t *testing.T) {
	t.Parallel()
	s := newSite(t, Cloud)
	s.sequence("GET /rest/api/2/myself", status(200, cloudMe), status(401, `{}`))
	s.handle("GET "+fieldPath, status(401, `{}`))
	c := s.connected(nil)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, err := c.Fields(t.Context())
			require.ErrorIs(t, err, ErrLoginLost)
		})
	}
	all.Wait()
	require.Len(t, s.asked("/rest/api/2/myself"), 2, "the login, and one question")
}
