package jira

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"tap-jira/internal/fault"
	"tap-jira/internal/jsonread"
	"tap-jira/internal/ratelimit"
)

// attempt sends a request once and decodes its answer, under one permit.
func (c *Client) attempt(ctx context.Context, ex *exchange, decode func(*reply) error) (err error) {
	defer fault.Rescue(&err)
	if err := c.enter(ctx); err != nil {
		return err
	}
	permitted := true
	defer func() {
		if permitted {
			c.permits.release()
		}
	}()
	if err := c.admit(ex); err != nil {
		return err
	}
	meter, sent := meterOf(ctx), c.opts.Now()
	meter.Requests.Add(1)
	defer func() { meter.busy.Add(int64(c.opts.Now().Sub(sent))) }()

	watched, guard := watch(ctx, c.opts.Timeout)
	defer guard.done()
	res, unsent, err := c.send(watched, ex)
	if unsent != nil {
		meter.Requests.Add(-1)
		return unsent
	}
	if err != nil {
		return ex.sendError(ctx, watched, err)
	}
	defer res.Body.Close() //nolint:errcheck // only read from
	body := &bodyReader{r: io.LimitReader(res.Body, maxBodyBytes), guard: guard}
	if err := c.inspect(ex, res, body); err != nil {
		c.suspect(ex, err)
		return err
	}
	if permitted, err = c.passGate(ctx); err != nil {
		return err
	}
	clock, _ := ratelimit.Clock(res.Header)
	return c.decode(ctx, watched, ex, body, func(rep *reply) error {
		rep.clock = clock
		return decode(rep)
	})
}

// send sends the request of one attempt, unless it may not go out any more
// after what the transport made it wait for.
func (c *Client) send(ctx context.Context, ex *exchange) (res *http.Response, unsent, err error) {
	req, err := ex.request(withAdmission(ctx, func() error {
		unsent = c.admit(ex)
		return unsent
	}))
	if err != nil {
		return nil, nil, err
	}
	client := c.signed
	if !ex.signed {
		client = c.unsigned
	}
	res, err = client.Do(req)
	return res, unsent, err
}

// sendError says why no answer came. The address in the error of net/http is
// left out, because it holds the query.
func (ex *exchange) sendError(ctx, watched context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if cause := context.Cause(watched); errors.Is(cause, errStalled) {
		err = cause
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if redirect, ok := errors.AsType[*RedirectError](err); ok {
		return redirect
	}
	if kind, known := kindOf(err); known && kind != fault.Network {
		return err // the transport refused to send it
	}
	return &networkError{method: ex.method, target: ex.target, err: err, passing: passing(err, ex.connecting)}
}

// inspect refuses every answer that is not Jira's JSON for this account, and
// leaves body at its first byte otherwise.
func (c *Client) inspect(ex *exchange, res *http.Response, body *bodyReader) error {
	e := &APIError{
		Method: ex.method, Path: ex.path, Target: ex.target, Status: res.StatusCode,
		RequestID: requestID(res.Header), Wait: askedWait(res.Header, c.now()), unsigned: !ex.signed,
	}
	if ex.signed {
		e.Code = identify(res.Header, res.StatusCode)
	}
	if res.StatusCode >= 200 && res.StatusCode < 300 && e.Code == "" {
		err := ex.inspectBody(e, res, body)
		if err == nil && ex.signed && !c.marked.Load() && looksLikeJira(res.Header) {
			c.marked.Store(true)
		}
		return err
	}
	err := e.read(res.Header, body)
	e.unread = err != nil
	if err != nil && res.StatusCode < 500 && !aboutLogin(e) {
		// What Jira says may decide whether the answer is tolerated, so it is asked for again.
		return &networkError{method: ex.method, target: ex.target, err: err, passing: true, body: true}
	}
	return c.name(ex, res, e)
}

// name says in one word what a refusal means, where there is one.
func (c *Client) name(ex *exchange, res *http.Response, e *APIError) error {
	if now, ok := ratelimit.Clock(res.Header); ok {
		e.Skew = c.now().Sub(now)
	}
	if name := nameRefusal(e); name != "" && (e.Code == "" || e.Code == codeFailed || e.Code == codeAnonymous) {
		e.Code = name
	}
	if e.Status == http.StatusUnauthorized && e.Code == "" && visitor(res.Header) == visitorNamed {
		e.Code = codePermission // Data Center says whom it knows
	}
	e.LoginLost = ex.signed && loginLost(e)
	e.foreign = c.foreign(e, res.Header)
	if res.StatusCode == http.StatusTooManyRequests && blocked(res.Header) {
		e.Code = codeBlocked
	}
	if !ex.signed && looksLikeJira(res.Header) {
		return &lockedError{APIError: e}
	}
	return e
}

// foreign tells that a refusal is of something before Jira: where Jira marks its
// answers, this one has no mark. Atlassian's gateway is no stranger: it speaks
// for itself about scopes and sites.
func (c *Client) foreign(e *APIError, h http.Header) bool {
	if e.Code != "" || e.Status != http.StatusNotFound && e.Status != http.StatusForbidden {
		return false
	}
	atGateway := c.opts.Gateway || c.api.Load() != nil
	return !atGateway && c.marked.Load() && !looksLikeJira(h)
}

// lockedError is a refusal by something that is a Jira but wants to know who asks.
type lockedError struct{ *APIError }

// Unwrap is the refusal itself, by whose status and code the error is judged.
func (e *lockedError) Unwrap() error { return e.APIError }

// aboutLogin tells that an answer refuses the login, so that nothing is sent
// again on its account.
func aboutLogin(e *APIError) bool {
	return e.Status == http.StatusUnauthorized || e.Code != ""
}

// read fills in what a refusal's body says, as far as it can be read.
func (e *APIError) read(h http.Header, body io.Reader) error {
	head, err := io.ReadAll(io.LimitReader(body, maxProblemBytes))
	p := readProblem(h, head)
	e.Messages, e.page, e.title = p.messages, p.page, p.title
	// What the body or the challenge names (an oauth_problem) says more than the header that a login failed.
	if e.Code == "" || p.code != "" && (e.Code == codeAnonymous || e.Code == codeFailed) {
		e.Code = p.code
	}
	return err
}

// inspectBody holds a 200 to JSON: content type and first byte.
func (ex *exchange) inspectBody(e *APIError, res *http.Response, body *bodyReader) error {
	if res.StatusCode == http.StatusNoContent { // whole as it is: asked again it says the same
		return shapeOf(ex, &shapeError{want: "JSON", got: "no content (204)"})
	}
	head := make([]byte, 512)
	n, err := io.ReadAtLeast(body, head, 1)
	head = head[:n]
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF // an empty body
		}
		return &networkError{method: ex.method, target: ex.target, err: err, passing: true, body: true}
	}
	body.r = io.MultiReader(bytes.NewReader(head), body.r)
	first := bytes.TrimLeft(head, " \t\r\n")
	starts := startsOf(res.Header.Get("Content-Type"))
	if starts != "" && (len(first) == 0 || strings.IndexByte(starts, first[0]) >= 0) {
		return nil
	}
	_ = e.read(res.Header, body) // the page is told as far as it goes
	e.Code, e.Messages = codeNotJira, nil
	return e
}

// startsOf are the bytes that an answer of a content type begins with when it is
// JSON. Some proxies call everything plain text; of that only objects and arrays
// pass, which are what Jira answers.
func startsOf(contentType string) string {
	const objects, values = "{[", `{["-0123456789tfn`
	kind, _, _ := mime.ParseMediaType(contentType) // a bad parameter leaves the kind readable
	switch {
	case contentType == "", kind == "application/json", strings.HasSuffix(kind, "+json"):
		return values
	case kind == "text/plain", kind == "application/octet-stream":
		return objects
	}
	return ""
}

// decode hands the body over and then reads to its end, where a checksum or a
// cut shows.
func (c *Client) decode(ctx, watched context.Context, ex *exchange, body *bodyReader, decode func(*reply) error) error {
	rep := &reply{dec: c.decoder(body), hash: ex.hash}
	defer c.giveBack(rep.dec)
	err := decode(rep)
	if err == nil {
		err = atEnd(rep.dec)
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(context.Cause(watched), errStalled):
		err = errStalled
	case !brokenBody(err, body.err):
		return shapeOf(ex, err)
	}
	return &networkError{method: ex.method, target: ex.target, err: err, passing: true, body: true}
}

// decoder takes a decoder from the pool, for its buffer.
func (c *Client) decoder(r io.Reader) *jsonread.Decoder {
	if dec, ok := c.decoders.Get().(*jsonread.Decoder); ok {
		dec.Reset(r)
		return dec
	}
	return jsonread.NewDecoder(r)
}

// giveBack keeps a decoder for another body, without the memory that a giant value took.
func (c *Client) giveBack(dec *jsonread.Decoder) {
	dec.Reset(nil)
	c.decoders.Put(dec)
}

// atEnd makes sure that nothing follows the value.
func atEnd(dec *jsonread.Decoder) error {
	_, err := dec.ReadToken()
	if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("something follows the answer: %w", io.ErrUnexpectedEOF)
	}
	return err
}

// brokenBody says that an error of decoding comes from the body and not from
// who used it. Jira starts to send a page before it has made all of it, so a
// failure of its own shows as broken text too.
func brokenBody(err, read error) bool {
	if read != nil && !errors.Is(read, io.EOF) {
		return true
	}
	if _, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return true
	}
	if _, ok := errors.AsType[flate.CorruptInputError](err); ok {
		return true
	}
	for _, target := range []error{io.EOF, io.ErrUnexpectedEOF, gzip.ErrChecksum, gzip.ErrHeader} {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// shapeOf says which request an odd answer belongs to.
func shapeOf(ex *exchange, err error) error {
	if _, ok := errors.AsType[*shapeError](err); ok {
		return fmt.Errorf("read the answer to %s %s: %w", ex.method, ex.target, err)
	}
	return err
}
