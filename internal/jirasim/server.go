package jirasim

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server is a site that listens on loopback. Close it.
type Server struct {
	// URL is the site's address, context path included.
	URL string
	// CAPEM is the authority that signed the server's certificate, unless the options wanted another.
	CAPEM []byte

	http *http.Server
	stop context.CancelFunc
	done sync.WaitGroup
}

// Serve starts real HTTPS on 127.0.0.1 and the live edits, and sets the site's base URL to its address.
func (j *Jira) Serve() (*Server, error) {
	handler := http.Handler(j)
	if j.opt.Around != nil {
		handler = j.opt.Around(j)
	}
	server, err := serveHandler(handler, j.opt.TLS, nil)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	server.URL, server.stop = server.URL+j.opt.BasePath, stop
	j.SetBaseURL(server.URL)
	if j.opt.EditsEvery > 0 {
		server.done.Go(func() { j.editEvery(ctx, j.opt.EditsEvery) })
	}
	return server, nil
}

// editEvery makes an edit at each tick until the context ends.
func (j *Jira) editEvery(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			// A site without issues has nothing to edit.
			_, _ = j.EditAny()
		}
	}
}

// Close stops the server and the edits and breaks what is in flight. When it returns, nothing is accepted or edited any
// more.
func (s *Server) Close() error {
	s.stop()
	err := s.http.Close()
	s.done.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
