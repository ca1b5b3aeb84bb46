package cli_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"flag"
	"io"
	"os"
	"slices"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"tap-jira/internal/jirasim"
	"tap-jira/schemas"
)

// scriptSite is the simulated Jira of a script.
type scriptSite struct {
	*jirasim.Jira
	server *jirasim.Server
}

// siteFlags are the words after `site`.
type siteFlags struct {
	options   jirasim.Options
	publicKey string
}

// startScriptSite is `site cloud|datacenter [FLAG…]`: it starts a simulated Jira, writes config.json (login by password)
// and ca.pem, and sets $SITE to its address.
func startScriptSite(ts *testscript.TestScript, _ bool, args []string) {
	s := sessionOf(ts)
	if s.site != nil {
		ts.Check(s.site.server.Close())
	}
	asked := parseSite(ts, args)
	asked.options.Examples = schemas.FS()
	site, err := jirasim.New(asked.options)
	ts.Check(err)
	server, err := site.Serve()
	ts.Check(err)
	s.site = &scriptSite{Jira: site, server: server}
	ts.Defer(func() { _ = server.Close() })

	ts.Setenv("SITE", server.URL)
	write(ts, "ca.pem", server.CAPEM)
	username, password := jirasim.DemoLogin(asked.options.Deployment)
	writeValue(ts, "config.json", map[string]any{
		"base_url": server.URL, "username": username, "password": password, "ca_file": "ca.pem", "start_date": "2000-01-01",
	})
	writeValue(ts, "link.json", map[string]any{
		"base_url": server.URL, "oauth1_consumer_key": asked.options.ConsumerKey,
		"oauth1_private_key_file": "private.pem", "ca_file": "ca.pem", "start_date": "2000-01-01",
	})
}

// parseSite reads the words after `site`.
func parseSite(ts *testscript.TestScript, args []string) siteFlags {
	asked := siteFlags{options: jirasim.Options{Issues: 40}}
	if len(args) > 0 && args[0] == "datacenter" {
		asked.options.Deployment = jirasim.DataCenter
	}
	set := flag.NewFlagSet("site", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&asked.options.BasePath, "base", "", "context path")
	set.IntVar(&asked.options.Issues, "issues", asked.options.Issues, "issues")
	set.StringVar(&asked.options.Version, "version", "", "version of a Data Center")
	set.StringVar(&asked.options.ConsumerKey, "consumer-key", "", "consumer key of an application link")
	set.StringVar(&asked.publicKey, "public-key", "", "its public key")
	set.BoolVar(&asked.options.LockedDown, "locked-down", false, "nothing for anonymous callers")
	set.BoolVar(&asked.options.TLS.UnknownCA, "unknown-ca", false, "ca.pem is another authority's")
	set.BoolVar(&asked.options.TLS.Expired, "expired", false, "the certificate has run out")
	ts.Check(set.Parse(args[1:]))
	if asked.publicKey != "" {
		asked.options.PublicKey = readPublicKey(ts, asked.publicKey)
	}
	return asked
}

func readPublicKey(ts *testscript.TestScript, name string) *rsa.PublicKey {
	block, _ := pem.Decode([]byte(ts.ReadFile(name)))
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	ts.Check(err)
	return parsed.(*rsa.PublicKey)
}

func write(ts *testscript.TestScript, name string, content []byte) {
	ts.Check(os.WriteFile(ts.MkAbs(name), content, 0o600))
}

func writeValue(ts *testscript.TestScript, name string, value any) {
	content, err := json.MarshalIndent(value, "", "  ")
	ts.Check(err)
	write(ts, name, append(content, '\n'))
}

// assertSent is `sent KIND N`: so many requests came with that kind of credentials (none, basic, oauth1).
func assertSent(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	var paths []string
	for _, request := range sessionOf(ts).site.Requests() {
		if request.Auth == args[0] {
			paths = append(paths, request.Method+" "+request.Path)
		}
	}
	if len(paths) != want {
		ts.Fatalf("%d requests with %s, want %d: %v", len(paths), args[0], want, paths)
	}
}

// editSite is `edit N`: it makes N live edits.
func editSite(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	for range n {
		_, err := sessionOf(ts).site.EditAny()
		ts.Check(err)
	}
}

// renameField is `rename FIELD NAME`: a custom field has another name from now on.
func renameField(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(sessionOf(ts).site.RenameField(args[0], args[1]))
}

// scriptFault is `fault STATUS TEMPLATE [BODY]`: every request for the template is answered so from now on.
func scriptFault(ts *testscript.TestScript, _ bool, args []string) {
	status, err := strconv.Atoi(args[0])
	ts.Check(err)
	fault := jirasim.Fault{Template: args[1], Status: status, Times: -1, Header: map[string]string{"Content-Type": "application/json"}}
	fault.Body = `{"errorMessages":["said the script"],"errors":{}}`
	if len(args) > 2 {
		fault.Body = args[2]
	}
	sessionOf(ts).site.Script(fault)
}

// pickStreams is `pick CATALOG STREAM…`: it selects these streams of a catalog and no other.
func pickStreams(ts *testscript.TestScript, _ bool, args []string) {
	var catalog struct {
		Streams []map[string]any `json:"streams"`
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &catalog))
	for _, entry := range catalog.Streams {
		for _, item := range entry["metadata"].([]any) {
			metadata := item.(map[string]any)
			if len(metadata["breadcrumb"].([]any)) == 0 {
				metadata["metadata"].(map[string]any)["selected"] = slices.Contains(args[1:], entry["tap_stream_id"].(string))
			}
		}
	}
	writeValue(ts, args[0], catalog)
}
