package config

import (
	"bytes"
	"encoding/pem"
	"net/url"
	"slices"
	"strings"
)

// certificates reads ca_file.
func (l *loading) certificates(c *Config) {
	if c.CAFile == "" {
		return
	}
	where := l.entries["ca_file"].where()
	data, err := l.src.read(c.CAFile)
	if err != nil {
		l.problem("ca_file", where+" names "+c.CAFile+", which cannot be read ("+reason(err)+")",
			"check the path, which starts at the config file's folder, and the permissions")
		return
	}
	for rest := data; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type == "CERTIFICATE" {
			c.CAPEM = bytes.Clone(data)
			return
		}
	}
	l.problem("ca_file", where+" names "+c.CAFile+", which holds no certificate",
		"give a PEM file with -----BEGIN CERTIFICATE----- (openssl x509 -inform der -in FILE turns DER into PEM)")
}

// clientCertificate reads the client certificate and its key, which may stand in one file. Whether the two belong
// together is for the transport to find out.
func (l *loading) clientCertificate(c *Config) {
	if c.ClientCertFile == "" {
		if c.ClientKeyFile != "" {
			l.need("client_cert_file", "give the certificate that belongs to client_key_file")
		}
		return
	}
	c.ClientCertPEM = l.pemFile("client_cert_file", c.ClientCertFile, "CERTIFICATE")
	key, file := "client_key_file", c.ClientKeyFile
	if file == "" {
		key, file = "client_cert_file", c.ClientCertFile
	}
	if c.ClientCertPEM == nil {
		return
	}
	c.ClientKeyPEM = l.pemFile(key, file, "PRIVATE KEY")
	l.warnReadable(file, len(c.ClientKeyPEM) > 0)
}

// pemFile reads a file that must hold a PEM block whose type ends so; nil after a problem.
func (l *loading) pemFile(key, file, kind string) []byte {
	where := l.entries[key].where()
	data, err := l.src.read(file)
	if err != nil {
		l.problem(key, where+" names "+file+", which cannot be read ("+reason(err)+")",
			"check the path, which starts at the config file's folder, and the permissions")
		return nil
	}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if strings.Contains(block.Type, "ENCRYPTED") || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
			l.problem(key, where+" names "+file+", whose key is protected by a passphrase", "take it off: openssl pkey -in FILE -out client.key")
			return nil
		}
		if strings.HasSuffix(block.Type, kind) {
			return bytes.Clone(data)
		}
	}
	fix := "give a PEM file with -----BEGIN " + kind + "----- (out of a .p12 file: openssl pkcs12 -in FILE -nodes -out client.pem)"
	if kind != "CERTIFICATE" && key == "client_cert_file" {
		fix = "give the private key's file in client_key_file"
	}
	l.problem(key, where+" names "+file+", which holds no "+strings.ToLower(kind), fix)
	return nil
}

// proxy checks the form of proxy_url, which messages never show: it may hold a password.
func (l *loading) proxy(c *Config) {
	if len(c.ProxyURL) == 0 {
		return
	}
	text := strings.TrimSpace(c.ProxyURL.Reveal())
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) {
		l.problem("proxy_url", l.entries["proxy_url"].where()+" is no proxy's address",
			"write http://host:port or http://user:password@host:port, special characters percent-encoded")
		return
	}
	c.ProxyURL = Secret(text)
}
