package jira

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"tap-jira/internal/fault"
)

// The first two requests of every run. serverInfo exists in version 2 on both
// deployments.
const (
	serverInfoPath = "/rest/api/2/serverInfo"
	myselfPath     = "/rest/api/{v}/myself"
)

// Connect finds out what the site is and who we are to it. Nothing else may be
// asked before it succeeded.
func (c *Client) Connect(ctx context.Context) (*Site, error) {
	site, err := c.Probe(ctx)
	if err != nil {
		return nil, err
	}
	return c.Login(ctx, site)
}

// Probe asks for serverInfo without credentials. A site that tells nothing to
// strangers (a locked-down Data Center) comes back with an empty Info, and
// Login asks again. The error is of kind fault.Network when no Jira answers.
func (c *Client) Probe(ctx context.Context) (*Site, error) {
	if c.opts.Gateway {
		return &Site{Deployment: Cloud}, nil
	}
	site, err := c.serverInfo(ctx, false)
	if locked, ok := errors.AsType[*lockedError](err); ok && refuses(locked.Status) {
		return &Site{Deployment: DataCenter}, nil
	}
	return site, err
}

func refuses(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}

// Login asks, alone, who we are: the first request that carries credentials.
// The error is of kind fault.Credentials when they are refused.
func (c *Client) Login(ctx context.Context, probed *Site) (*Site, error) {
	site := *probed
	if err := c.direct(ctx, &site); err != nil {
		return nil, err
	}
	account, err := c.myself(ctx, site.Deployment)
	if err != nil {
		account, err = c.elsewhere(ctx, &site, err)
	}
	if err != nil {
		return nil, err
	}
	if site.Info == nil {
		known, err := c.serverInfo(ctx, true)
		if err != nil {
			return nil, err
		}
		site = *known
	}
	site.Account = account
	if err := site.checkAccount(); err != nil {
		return nil, err
	}
	c.site.Store(&site)
	return &site, nil
}

// checkAccount refuses an account without an id: Jira has answered to nobody.
func (s *Site) checkAccount() error {
	if s.Account.ID != "" {
		return nil
	}
	e := &APIError{
		Method: http.MethodGet, Path: myselfPath, Target: "myself", Status: http.StatusOK,
		Code: codeAnonymous, LoginLost: true,
	}
	return fault.Wrap(fault.Credentials, e, loginHint(s.Deployment, codeAnonymous))
}

// serverInfoAnswer is what we read of serverInfo.
type serverInfoAnswer struct {
	BaseURL        string `json:"baseUrl"`
	Version        string `json:"version"`
	VersionNumbers []int  `json:"versionNumbers"`
	DeploymentType string `json:"deploymentType"`
	ServerTime     string `json:"serverTime"`
	ServerTitle    string `json:"serverTitle"`
	ServerTimeZone any    `json:"serverTimeZone"`
}

func (c *Client) serverInfo(ctx context.Context, signed bool) (*Site, error) {
	// The dialect is not known yet; Data Center's adds no header that a Cloud would miss.
	base := c.opts.BaseURL
	if signed {
		base = c.base()
	}
	ex, err := c.exchangeAt(base, Request{Path: serverInfoPath}, DataCenter)
	if err != nil {
		return nil, err
	}
	ex.signed, ex.connecting = signed, true
	var raw json.RawMessage
	var clock time.Time
	err = c.run(ctx, ex, func(rep *reply) error {
		value, err := rep.dec.ReadValue()
		raw, clock = json.RawMessage(value.Clone()), rep.clock
		return err
	})
	if err != nil {
		return nil, err
	}
	return c.readSite(raw, clock)
}

// readSite makes a Site of serverInfo's answer. Where that does not say what time
// it is, the answer's Date does; our own clock may be hours wrong, and bookmarks
// follow this one.
func (c *Client) readSite(raw json.RawMessage, clock time.Time) (*Site, error) {
	var info serverInfoAnswer
	if err := json.Unmarshal(raw, &info); err != nil || info.Version == "" && len(info.VersionNumbers) == 0 {
		e := &APIError{Method: http.MethodGet, Path: serverInfoPath, Target: serverInfoPath, Status: http.StatusOK, Code: codeNotJira}
		return nil, fault.Wrap(fault.Network, e, addressHint)
	}
	site := &Site{
		Deployment: DataCenter, Version: info.VersionNumbers, Title: info.ServerTitle,
		BaseURL: info.BaseURL, Info: raw, ServerTime: clock,
	}
	if clock.IsZero() {
		site.ServerTime = c.now()
	}
	if info.DeploymentType == "Cloud" {
		site.Deployment = Cloud
	}
	if t, err := parseTime(info.ServerTime); err == nil {
		site.ServerTime = t
	}
	site.TimeZone, _ = info.ServerTimeZone.(string)
	return site, nil
}

// parseTime reads Jira's date-times: an offset with or without a colon.
func parseTime(s string) (time.Time, error) {
	t, err := time.Parse("2006-01-02T15:04:05.999999999-0700", s)
	if err != nil {
		t, err = time.Parse(time.RFC3339Nano, s)
	}
	return t, err
}

func (c *Client) myself(ctx context.Context, d Deployment) (Account, error) {
	ex, err := c.exchange(Request{Path: myselfPath}, d)
	if err != nil {
		return Account{}, err
	}
	ex.connecting = true
	var me struct {
		AccountID   string `json:"accountId"`
		Key         string `json:"key"`
		Name        string `json:"name"`
		DisplayName string `json:"displayName"`
		TimeZone    string `json:"timeZone"`
	}
	if err := c.run(ctx, ex, func(rep *reply) error { return readInto(rep.dec, &me) }); err != nil {
		return Account{}, err
	}
	account := Account{ID: me.AccountID, DisplayName: me.DisplayName, TimeZone: me.TimeZone}
	if d == DataCenter {
		account.ID, account.Name = cmp.Or(me.Key, me.Name), me.Name
	}
	return account, nil
}
