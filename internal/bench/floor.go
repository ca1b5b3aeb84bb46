package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"golang.org/x/sync/errgroup"
)

// runFloor is the process of the floor: it makes the recorded requests, many at
// once, and throws the answers away once they are unpacked. No tap that reads
// the same bytes can use less of the processor.
func runFloor(args []string) error {
	flags := flag.NewFlagSet("floor", flag.ContinueOnError)
	base := flags.String("url", "", "scheme and host of the site")
	ca := flags.String("ca", "", "its authority")
	username, password := flags.String("user", "", "login"), flags.String("password", "", "password of the login")
	replay := flags.String("replay", "", "file of the requests")
	concurrency := flags.Int("concurrency", 8, "requests in flight")
	if err := flags.Parse(args); err != nil {
		return err
	}
	client, err := floorClient(*ca, *concurrency)
	if err != nil {
		return err
	}
	asked, err := readQuestions(*replay)
	if err != nil {
		return err
	}
	return askAll(asked, *concurrency, func(q question) error { return ask(client, *base, *username, *password, q) })
}

// askAll asks everything, so many questions at once, and returns the first failure.
func askAll(asked []question, concurrency int, ask func(question) error) error {
	group, going := errgroup.WithContext(context.Background())
	group.SetLimit(concurrency)
	for _, q := range asked {
		if going.Err() != nil {
			break
		}
		group.Go(func() error { return ask(q) })
	}
	return group.Wait()
}

// floorClient speaks HTTP/1.1, which costs least.
func floorClient(caFile string, concurrency int) (*http.Client, error) {
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots}, MaxIdleConnsPerHost: concurrency,
	}}, nil
}

// ask sends one request.
func ask(client *http.Client, base, username, password string, q question) error {
	req, err := http.NewRequest(q.Method, base+q.Target, strings.NewReader(q.Body)) //nolint:noctx // ends with the process
	if err != nil {
		return err
	}
	req.SetBasicAuth(username, password)
	if q.Body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // only read from
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode >= http.StatusInternalServerError {
		return fmt.Errorf("%s %s: %s", q.Method, q.Target, res.Status)
	}
	return nil
}
