package auth_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// verify checks a request as a server has to by RFC 5849, section 3.2. It is
// written from the RFC and shares no code with the signer, not even the
// percent-encoding: a misreading there must not pass here.
func verify(r *http.Request, key *rsa.PublicKey) (map[string]string, error) {
	scheme, list, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if scheme != "OAuth" {
		return nil, fmt.Errorf("scheme %q", scheme)
	}
	protocol := map[string]string{}
	var all [][2]string
	for item := range strings.SplitSeq(list, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(item), "=")
		if !ok || len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
			return nil, fmt.Errorf("not a quoted pair: %s", item)
		}
		name, value = unpercent(name, false), unpercent(value[1:len(value)-1], false)
		if _, twice := protocol[name]; twice {
			return nil, fmt.Errorf("%s stands twice", name)
		}
		protocol[name] = value
		if name != "oauth_signature" && name != "realm" {
			all = append(all, [2]string{name, value})
		}
	}
	path, query, _ := strings.Cut(r.RequestURI, "?")
	all = append(all, decodeForm(query)...)
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); strings.TrimSpace(kind) == "application/x-www-form-urlencoded" {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		all = append(all, decodeForm(string(body))...)
	}
	base := r.Method + "&" + percent("https://"+authority(r.Host)+path) + "&" + percent(joined(all))
	signature, err := base64.StdEncoding.DecodeString(protocol["oauth_signature"])
	if err != nil {
		return nil, err
	}
	digest := sha1.Sum([]byte(base))
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA1, digest[:], signature); err != nil {
		return nil, fmt.Errorf("%w over %s", err, base)
	}
	return protocol, nil
}

// authority is section 3.4.1.2 for https.
func authority(host string) string {
	return strings.TrimSuffix(strings.ToLower(host), ":443")
}

// joined is section 3.4.1.3.2.
func joined(params [][2]string) string {
	for i, p := range params {
		params[i] = [2]string{percent(p[0]), percent(p[1])}
	}
	slices.SortFunc(params, func(a, b [2]string) int {
		if a[0] != b[0] {
			return strings.Compare(a[0], b[0])
		}
		return strings.Compare(a[1], b[1])
	})
	pairs := make([]string, len(params))
	for i, p := range params {
		pairs[i] = p[0] + "=" + p[1]
	}
	return strings.Join(pairs, "&")
}

// decodeForm is section 3.4.1.3.1 by way of W3C's form encoding.
func decodeForm(text string) [][2]string {
	var params [][2]string
	for item := range strings.SplitSeq(text, "&") {
		if item == "" {
			continue
		}
		name, value, _ := strings.Cut(item, "=")
		params = append(params, [2]string{unpercent(name, true), unpercent(value, true)})
	}
	return params
}

// percent is section 3.6.
func percent(text string) string {
	const kept = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
	const hex = "0123456789ABCDEF"
	var out []byte
	for _, c := range []byte(text) {
		if strings.IndexByte(kept, c) >= 0 {
			out = append(out, c)
			continue
		}
		out = append(out, '%', hex[c>>4], hex[c&15])
	}
	return string(out)
}

func unpercent(text string, form bool) string {
	var out []byte
	for i := 0; i < len(text); i++ {
		var c byte
		switch {
		case text[i] == '+' && form:
			c = ' '
		case text[i] == '%' && i+2 < len(text):
			if _, err := fmt.Sscanf(text[i+1:i+3], "%02x", &c); err != nil {
				c = '%'
				break
			}
			i += 2
		default:
			c = text[i]
		}
		out = append(out, c)
	}
	return string(out)
}
