package auth

import (
	"time"

	"golang.org/x/oauth2"
)

// idleLife is how long Atlassian keeps a refresh token that nobody uses (3LO
// documentation: 90 days of inactivity).
const idleLife = 90 * 24 * time.Hour

// Grant is what an OAuth 2.0 server gave. It prints as "[redacted]".
type Grant struct {
	hidden

	Access  string    // goes with each request, as Bearer
	Refresh string    // buys the next Access; "" with client credentials
	Expires time.Time // of Access; zero when not known
	Renewed time.Time // when it was given; zero when not known
	CloudID string    // of the site it was obtained for; "" on Data Center and when not known
}

func (g Grant) access() string { return g.Access }

// RefreshExpires is when a refresh token of Cloud ends unless it is used
// before; zero when there is none or its age is not known.
func (g Grant) RefreshExpires() time.Time {
	if g.Refresh == "" || g.Renewed.IsZero() {
		return time.Time{}
	}
	return g.Renewed.Add(idleLife)
}

// grantFrom reads what the library parsed of an answer given at now. Its own
// Expiry is by the machine's clock and not by ours.
func grantFrom(t *oauth2.Token, now time.Time) Grant {
	g := Grant{Access: t.AccessToken, Refresh: t.RefreshToken, Renewed: now.UTC().Truncate(time.Second)}
	if seconds, ok := t.Extra("expires_in").(float64); ok && seconds > 0 {
		const decade = 10 * 365 * 24 * 3600
		g.Expires = g.Renewed.Add(time.Duration(min(seconds, decade)) * time.Second)
	}
	return g
}

// values is the form in which a grant is kept in a Store.
func (g Grant) values() map[string]string {
	values := map[string]string{"access_token": g.Access, "refresh_token": g.Refresh, "cloud_id": g.CloudID}
	for name, at := range map[string]time.Time{"expires": g.Expires, "renewed": g.Renewed} {
		if !at.IsZero() {
			values[name] = at.UTC().Format(time.RFC3339)
		}
	}
	return values
}

// grantOf is the inverse of values. A time that cannot be read is not known.
func grantOf(values map[string]string) Grant {
	g := Grant{Access: values["access_token"], Refresh: values["refresh_token"], CloudID: values["cloud_id"]}
	g.Expires, _ = time.Parse(time.RFC3339, values["expires"])
	g.Renewed, _ = time.Parse(time.RFC3339, values["renewed"])
	return g
}
