package jirasim

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// ProxiedHost is a name that no name server knows: only a Proxy finds it, and names that end so, at Proxy.Target. The
// certificates of served sites are good for it.
const ProxiedHost = "jira.example.test"

// Proxy is an HTTP proxy that tunnels by CONNECT. Close it.
type Proxy struct {
	// Username and Password are asked for when the name is not empty.
	Username, Password string
	// Target is the address behind ProxiedHost.
	Target string
	// Status, if set, refuses every tunnel.
	Status int

	server   *http.Server
	listener net.Listener
	mu       sync.Mutex
	hosts    []string
	open     []net.Conn
	tunnels  sync.WaitGroup
}

// Serve starts the proxy on 127.0.0.1 and returns its host and port.
func (p *Proxy) Serve() (address string, err error) {
	if p.listener, err = new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0"); err != nil {
		return "", fmt.Errorf("listen on loopback: %w", err)
	}
	p.server = &http.Server{Handler: http.HandlerFunc(p.connect), ReadHeaderTimeout: 30 * time.Second}
	p.tunnels.Go(func() { _ = p.server.Serve(p.listener) }) // it ends by Close
	return p.listener.Addr().String(), nil
}

// Close stops the proxy and breaks its tunnels.
func (p *Proxy) Close() error {
	err := p.server.Close()
	p.mu.Lock()
	for _, connection := range p.open {
		_ = connection.Close() // most have ended already
	}
	p.mu.Unlock()
	p.tunnels.Wait()
	return err
}

// Hosts are those that tunnels were asked for, in order.
func (p *Proxy) Hosts() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.hosts)
}

// connect makes one tunnel.
func (p *Proxy) connect(w http.ResponseWriter, r *http.Request) {
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(p.Username+":"+p.Password))
	switch {
	case r.Method != http.MethodConnect:
		http.Error(w, "this proxy tunnels only", http.StatusMethodNotAllowed)
		return
	case p.Username != "" && r.Header.Get("Proxy-Authorization") != want:
		w.Header().Set("Proxy-Authenticate", `Basic realm="proxy"`)
		http.Error(w, "who are you?", http.StatusProxyAuthRequired)
		return
	case p.Status != 0:
		http.Error(w, "not from here", p.Status)
		return
	}
	p.mu.Lock()
	p.hosts = append(p.hosts, r.Host)
	p.mu.Unlock()
	target := r.Host
	if name, _, err := net.SplitHostPort(r.Host); err == nil && strings.HasSuffix(name, ProxiedHost) {
		target = p.Target
	}
	far, err := new(net.Dialer).DialContext(r.Context(), "tcp", target)
	if err != nil {
		http.Error(w, "no way there", http.StatusBadGateway)
		return
	}
	near, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		_ = far.Close()
		return
	}
	p.mu.Lock()
	p.open = append(p.open, near, far)
	p.mu.Unlock()
	p.tunnels.Go(func() { tunnel(near, far) })
}

// tunnel copies both ways until one side ends.
func tunnel(near, far net.Conn) {
	if _, err := fmt.Fprint(near, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		_ = near.Close()
		_ = far.Close()
		return
	}
	var both sync.WaitGroup
	both.Go(func() { _, _ = io.Copy(far, near); _ = far.Close(); _ = near.Close() })
	both.Go(func() { _, _ = io.Copy(near, far); _ = far.Close(); _ = near.Close() })
	both.Wait()
}
