package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"tap-jira/internal/fault"
)

// tenantPath tells a Cloud site's id to anybody, also on custom domains.
const tenantPath = "/_edge/tenant_info"

// resourcesPath lists the sites that a token is good for.
const resourcesPath = "/oauth/token/accessible-resources"

var cloudIDForm = regexp.MustCompile(`^[0-9A-Za-z-]{1,64}$`)

// GatewayTo is the address at which Atlassian's gateway answers for a site;
// every path of the site's API is appended to it.
func GatewayTo(api *url.URL, cloudID string) *url.URL {
	return &url.URL{Scheme: api.Scheme, Host: api.Host, Path: strings.TrimRight(api.Path, "/") + "/ex/jira/" + cloudID}
}

// CloudID asks a site for its id at Atlassian, without credentials. It is ""
// for whatever does not tell one: Data Center, a proxy's page. The error is
// that nothing answered.
func CloudID(ctx context.Context, send http.RoundTripper, site *url.URL) (string, error) {
	body, status, err := get(ctx, send, (&url.URL{Scheme: site.Scheme, Host: site.Host, Path: tenantPath}).String(), "")
	if err != nil || status != http.StatusOK {
		return "", err
	}
	var told struct {
		CloudID string `json:"cloudId"`
	}
	if json.Unmarshal(body, &told) != nil || !cloudIDForm.MatchString(told.CloudID) {
		return "", nil
	}
	return told.CloudID, nil
}

// get asks once and reads the answer; a redirect is an answer.
func get(ctx context.Context, send http.RoundTripper, address, bearer string) (body []byte, status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, 0, fault.New(fault.Internal, "", "ask %s: %w", address, err)
	}
	req.Header.Set("Accept", "application/json")
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := send.RoundTrip(req)
	if err != nil {
		return nil, 0, fmt.Errorf("ask %s: %w", req.URL.Path, err)
	}
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxResourceBytes))
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return nil, 0, fault.New(fault.Network, "try again", "read the answer of %s: %w", req.URL.Path, err)
	}
	return body, resp.StatusCode, nil
}

// maxResourceBytes of a list of sites are read: some thousand sites.
const maxResourceBytes = 1 << 20

// Resource is a site that a token is good for.
type Resource struct {
	ID     string   `json:"id"` // the cloud id
	URL    string   `json:"url"`
	Name   string   `json:"name"`
	Scopes []string `json:"scopes"`
}

// Sites lists the Cloud sites that a token is good for, each once with all of
// its scopes: Atlassian repeats a site for each of its products.
func (a *OAuth2) Sites(ctx context.Context, g Grant) ([]Resource, error) {
	body, status, err := get(ctx, a.o.Send, a.o.API.JoinPath(resourcesPath).String(), g.Access)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fault.New(fault.Credentials, "authorise again: tap-jira auth login oauth2, or give cloud_id",
			"Atlassian does not list the token's sites (GET %s: %d)", resourcesPath, status)
	}
	var listed, sites []Resource
	if err := json.Unmarshal(body, &listed); err != nil {
		return nil, fault.New(fault.Network, "try again", "the list of the token's sites is not JSON (GET %s)", resourcesPath)
	}
	for _, r := range listed {
		if at := slices.IndexFunc(sites, func(s Resource) bool { return s.ID == r.ID }); at >= 0 {
			sites[at].Scopes = append(sites[at].Scopes, r.Scopes...)
		} else if cloudIDForm.MatchString(r.ID) {
			sites = append(sites, r)
		}
	}
	return sites, nil
}

// Scopes asks Atlassian what the token in use may do on the site. They are nil
// on Data Center, and where Atlassian does not list the site: not known. Locate
// has to come first.
// (GET https://api.atlassian.com/oauth/token/accessible-resources)
func (a *OAuth2) Scopes(ctx context.Context) ([]string, error) {
	if !a.onCloud() {
		return nil, nil
	}
	g, err := a.token(ctx)
	if err != nil {
		return nil, err
	}
	sites, err := a.Sites(ctx, g)
	if err != nil {
		return nil, err
	}
	for _, s := range sites {
		if s.ID == a.Grant().CloudID {
			return append([]string{}, s.Scopes...), nil
		}
	}
	return nil, nil
}

// matchSite finds the site's id among those that the token is good for.
func matchSite(sites []Resource, site *url.URL) (string, error) {
	names := make([]string, len(sites))
	for i, s := range sites {
		u, err := url.Parse(s.URL)
		if err == nil && origin(u.Scheme, u.Host) == origin(site.Scheme, site.Host) {
			return s.ID, nil
		}
		names[i] = clip(s.URL)
	}
	has := "no site"
	if len(names) > 0 {
		has = "only " + strings.Join(names, ", ")
	}
	return "", fault.New(fault.Credentials, "choose the right site on Atlassian's page (tap-jira auth login oauth2), or correct base_url",
		"the token is not good for %s: it opens %s", site.Host, has)
}
