package jira

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"tap-jira/internal/fault"
)

// exchange is a request that can be sent any number of times.
type exchange struct {
	method, path, target string
	url                  string
	body                 []byte
	header               http.Header
	deployment           Deployment
	// signed says that the request carries credentials.
	signed bool
	// connecting says that the site has not proved to be a Jira yet.
	connecting bool
	// hash is by which is seen whether a page holds the same records as another; nil where nobody asks.
	hash func(record []byte) uint64
	// suspected says that the last answer put the login in doubt.
	suspected bool
	// patience caps the attempts on an answer that may be the page's own fault
	// (500, a cut body), for callers that can split the page; 0 means no cap.
	patience int
}

// exchange prepares a request with credentials in a dialect.
func (c *Client) exchange(req Request, d Deployment) (*exchange, error) {
	return c.exchangeAt(c.base(), req, d)
}

func (c *Client) exchangeAt(base *url.URL, req Request, d Deployment) (*exchange, error) {
	ex := &exchange{method: req.Method, path: req.Path, signed: true, header: http.Header{}, deployment: d}
	if ex.method == "" {
		ex.method = http.MethodGet
	}
	var err error
	if ex.target, err = expand(req.Path, c.version(d), req.Params); err != nil {
		return nil, err
	}
	if ex.body, err = encodeBody(req.Body); err != nil {
		return nil, err
	}
	if ex.url, err = address(base, ex.target, req.Query); err != nil {
		return nil, err
	}
	ex.header.Set("Accept", "application/json")
	if ex.body != nil {
		ex.header.Set("Content-Type", "application/json")
	}
	if strings.HasPrefix(req.Path, "/rest/servicedeskapi") {
		ex.header.Set("X-ExperimentalApi", "opt-in") // organizations, customers and queues want it
	}
	if d == Cloud {
		// Names of fields, statuses and priorities follow the account's language otherwise.
		ex.header.Set("Accept-Language", "en")
		ex.header.Set("X-Force-Accept-Language", "true")
	}
	return ex, nil
}

// version is what {v} stands for.
func (c *Client) version(d Deployment) string {
	if d == DataCenter {
		return "2"
	}
	return c.opts.APIVersion
}

// expand fills a path template. A parameter that is empty or climbs is refused,
// because it would ask for something else than what was meant.
func expand(template, version string, params map[string]string) (string, error) {
	var out strings.Builder
	for rest := template; ; {
		before, after, found := strings.Cut(rest, "{")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		name, tail, closed := strings.Cut(after, "}")
		value := params[name]
		if name == "v" {
			value = version
		}
		if !closed || value == "" || value == "." || value == ".." {
			return "", fault.New(fault.Internal, "", "fill in %s: the parameter %q is %q", template, name, value)
		}
		out.WriteString(url.PathEscape(value))
		rest = tail
	}
}

// address puts a path below the base URL, keeping its context path.
func address(base *url.URL, target string, query url.Values) (string, error) {
	if base == nil || base.Scheme != "https" || base.Host == "" {
		return "", fault.New(fault.Usage, "write it as https://host or https://host/jira", "the site's address is not an https address")
	}
	whole := "https://" + base.Host + strings.TrimSuffix(base.EscapedPath(), "/") + target
	if len(query) > 0 {
		whole += "?" + query.Encode()
	}
	return whole, nil
}

// request makes the HTTP request of one attempt.
func (ex *exchange) request(ctx context.Context) (*http.Request, error) {
	var body io.Reader
	if ex.body != nil {
		body = bytes.NewReader(ex.body)
	}
	req, err := http.NewRequestWithContext(ctx, ex.method, ex.url, body)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "")
	}
	req.Header = ex.header.Clone()
	return req, nil
}
