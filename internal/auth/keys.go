package auth

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"io"
	"strings"

	"tap-jira/internal/fault"
)

const (
	// MinKeyBits is the smallest key that GenerateKeyPair makes, and the size Jira's own guide uses.
	MinKeyBits = 2048
	// minOldKeyBits is the smallest key read: old tutorials use 1024 bits, and Go signs with no less.
	minOldKeyBits = 1024
)

// KeyPair is a new RSA key pair, both halves in PEM. PrivatePEM is for a file
// that only its owner may read (0600).
type KeyPair struct {
	PrivatePEM []byte // PKCS#8, "PRIVATE KEY"
	PublicPEM  []byte // SubjectPublicKeyInfo, "PUBLIC KEY": what Jira's application link takes
}

// GenerateKeyPair makes a key pair of so many bits, 2048 or more. rand is
// crypto/rand.Reader; Go 1.26 uses a secure source whatever is given.
func GenerateKeyPair(bits int, rand io.Reader) (KeyPair, error) {
	if bits < MinKeyBits {
		return KeyPair{}, fault.New(fault.Usage, "ask for 2048 or 4096", "refuse to make a key of %d bits: %d is the least", bits, MinKeyBits)
	}
	key, err := rsa.GenerateKey(rand, bits)
	if err != nil {
		return KeyPair{}, fault.New(fault.Internal, "", "generate an RSA key: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return KeyPair{}, fault.New(fault.Internal, "", "encode the private key: %w", err)
	}
	public, err := PublicPEM(key)
	if err != nil {
		return KeyPair{}, err
	}
	return KeyPair{PrivatePEM: armour("PRIVATE KEY", private), PublicPEM: public}, nil
}

// PublicPEM is the public half of key as Jira wants it pasted.
func PublicPEM(key *rsa.PrivateKey) ([]byte, error) {
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return nil, fault.New(fault.Internal, "", "encode the public key: %w", err)
	}
	return armour("PUBLIC KEY", public), nil
}

// armour writes PEM.
func armour(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// ParsePrivateKey reads an RSA private key in PEM, PKCS#1 or PKCS#8, also one
// that came through an environment variable with its line breaks written as
// \n. Other blocks beside the key (a certificate) are passed over. Errors are
// fault.Usage, say which command converts what was given, and never quote it.
func ParsePrivateKey(text []byte) (*rsa.PrivateKey, error) {
	if !bytes.ContainsRune(text, '\n') {
		text = bytes.ReplaceAll(text, []byte(`\n`), []byte("\n"))
	}
	var first error
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		key, err := parseBlock(block)
		if err == nil {
			return key, nil
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		first = fault.New(fault.Usage, "it begins with -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY-----; "+
			"a binary key is converted by: openssl pkey -inform DER -in key.der -out private.pem", "the private key is not in PEM form")
	}
	return nil, first
}

// parseBlock reads one PEM block. Labels are often wrong, so both forms of a key are tried whatever it is called.
func parseBlock(block *pem.Block) (*rsa.PrivateKey, error) {
	if block.Headers["DEK-Info"] != "" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
		return nil, wrongBlock("ENCRYPTED PRIVATE KEY")
	}
	if block.Type != "RSA PRIVATE KEY" && block.Type != "PRIVATE KEY" {
		return nil, wrongBlock(block.Type)
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return usable(key)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		// The parser's text is left out: it may quote what it read.
		return nil, fault.New(fault.Usage, "was it cut or changed in copying? openssl pkey -check -noout -in private.pem tells",
			"the private key is damaged or too small")
	}
	return usable(key)
}

// usable lets only RSA keys through that Go will sign with.
func usable(key any) (*rsa.PrivateKey, error) {
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, wrongBlock("EC PRIVATE KEY")
	}
	if bits := private.N.BitLen(); bits < minOldKeyBits {
		return nil, fault.New(fault.Usage, "make a new pair by tap-jira auth keygen and paste its public key into the application link",
			"the private key has %d bits, too few to sign with", bits)
	}
	return private, nil
}

// wrongBlock says for a PEM type that people give by mistake what to do instead.
func wrongBlock(kind string) error {
	what, hint := "an unknown kind of PEM block", "give an RSA private key: tap-jira auth keygen makes one"
	switch kind {
	case "ENCRYPTED PRIVATE KEY":
		what, hint = "protected by a passphrase", "take the passphrase off: openssl rsa -in encrypted.pem -out private.pem"
	case "OPENSSH PRIVATE KEY":
		what, hint = "in OpenSSH's form", "openssl cannot read that form; convert it in place: ssh-keygen -p -N '' -m PEM -f private.pem"
	case "EC PRIVATE KEY", "DSA PRIVATE KEY":
		what, hint = "not an RSA key", "Jira signs with RSA only: openssl genrsa -out private.pem 2048, or tap-jira auth keygen"
	case "PUBLIC KEY", "RSA PUBLIC KEY":
		what, hint = "a public key", "the public key goes into Jira; give the private key it was made from by openssl rsa -in private.pem -pubout"
	case "CERTIFICATE":
		what, hint = "a certificate, which holds no private key",
			"give the key it was made from; out of a .p12 file: openssl pkcs12 -in file.p12 -nocerts -nodes -out private.pem"
	}
	return fault.New(fault.Usage, hint, "the private key cannot be used: it is %s", what)
}
