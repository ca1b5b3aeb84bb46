package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/auth"
	"tap-jira/internal/fault"
)

func block(kind string, der []byte, headers map[string]string) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der, Headers: headers})
}

func pkcs1() []byte { return block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key()), nil) }

func pkcs8(t *testing.T, k any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(k)
	require.NoError(t, err)
	return block("PRIVATE KEY", der, nil)
}

func TestGenerateKeyPair(t *testing.T) {
	t.Parallel()
	pair, err := auth.GenerateKeyPair(auth.MinKeyBits, rand.Reader)
	require.NoError(t, err)
	private, err := auth.ParsePrivateKey(pair.PrivatePEM)
	require.NoError(t, err)
	require.Equal(t, 2048, private.N.BitLen())
	b, rest := pem.Decode(pair.PublicPEM)
	require.Empty(t, rest)
	require.Equal(t, "PUBLIC KEY", b.Type)
	public, err := x509.ParsePKIXPublicKey(b.Bytes)
	require.NoError(t, err)
	require.True(t, private.PublicKey.Equal(public))
	_, err = auth.GenerateKeyPair(1024, rand.Reader)
	require.Equal(t, fault.Usage, fault.KindOf(err))
}

func TestParsePrivateKey(t *testing.T) {
	t.Parallel()
	one := string(pkcs1())
	for name, text := range map[string]string{
		"PKCS#1":              one,
		"PKCS#8":              string(pkcs8(t, key())),
		"Windows line ends":   strings.ReplaceAll(one, "\n", "\r\n"),
		"one line with \\n":   strings.ReplaceAll(one, "\n", `\n`),
		"words around it":     "Bag Attributes\n" + one + "\n",
		"behind certificate":  string(block("CERTIFICATE", []byte("x"), nil)) + one,
		"no newline at end":   strings.TrimSpace(one),
		"wrong label, PKCS#8": strings.ReplaceAll(one, "RSA PRIVATE", "PRIVATE"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := auth.ParsePrivateKey([]byte(text))
			require.NoError(t, err)
			require.True(t, key().Equal(got))
		})
	}
}

// TestOldKeys are those of the tutorials: smaller than what is made today, and still signed with.
func TestOldKeys(t *testing.T) {
	t.Parallel()
	old, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	got, err := auth.ParsePrivateKey(pkcs8(t, old))
	require.NoError(t, err)
	require.True(t, old.Equal(got))
}

// smallKey is a key of 512 bits, made for this test.
const smallKey = `-----BEGIN RSA PRIVATE KEY-----
MIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu
KUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQJAIJLixBy2qpFoS4DSmoEm
o3qGy0t6z09AIJtH+5OeRV1be+N4cDYJKffGzDa88vQENZiRm0GRq6a+HPGQMd2k
TQIhAKMSvzIBnni7ot/OSie2TmJLY4SwTQAevXysE2RbFDYdAiEBCUEaRQnMnbp7
9mxDXDf6AU0cN/RPBjb9qSHDcWZHGzUCIG2Es59z8ugGrDY+pxLQnwfotadxd+Uy
v/Ow5T0q5gIJAiEAyS4RaI9YG8EWx/2w0T67ZUVAw8eOMB6BIUg0Xcu+3okCIBOs
/5OiPgoTdSy7bcF9IGpSE8ZgGKzgYQVZeN97YE00
-----END RSA PRIVATE KEY-----`

func TestParsePrivateKeyRefuses(t *testing.T) {
	t.Parallel()
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	public, err := auth.PublicPEM(key())
	require.NoError(t, err)
	der := x509.MarshalPKCS1PrivateKey(key())
	for name, c := range map[string]struct{ text, hint string }{
		"nothing":            {"", "BEGIN PRIVATE KEY"},
		"no PEM":             {"c2VjcmV0LXNlY3JldA==", "openssl pkey -inform DER"},
		"encrypted PKCS#8":   {string(block("ENCRYPTED PRIVATE KEY", der, nil)), "openssl rsa -in encrypted.pem -out private.pem"},
		"encrypted PKCS#1":   {string(block("RSA PRIVATE KEY", der, map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00"})), "openssl rsa -in"},
		"only so called":     {string(block("RSA PRIVATE KEY", der, map[string]string{"Proc-Type": "4,ENCRYPTED"})), "openssl rsa -in"},
		"only so enciphered": {string(block("RSA PRIVATE KEY", der, map[string]string{"DEK-Info": "AES-128-CBC,00"})), "openssl rsa -in"},
		"public key":         {string(public), "the private key it was made from"},
		"certificate":        {string(block("CERTIFICATE", der, nil)), "openssl pkcs12"},
		"OpenSSH":            {string(block("OPENSSH PRIVATE KEY", der, nil)), "ssh-keygen -p"},
		"elliptic":           {string(block("EC PRIVATE KEY", der, nil)), "openssl genrsa"},
		"elliptic, PKCS#8":   {string(pkcs8(t, curve)), "openssl genrsa"},
		"unknown type":       {string(block("SECRET", der, nil)), "auth keygen"},
		"cut":                {string(block("RSA PRIVATE KEY", der[:len(der)/2], nil)), "openssl pkey -check"},
		"512 bits":           {smallKey, ""},
		"key after garbage":  {"-----BEGIN RSA PRIVATE KEY-----\n", "BEGIN PRIVATE KEY"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := auth.ParsePrivateKey([]byte(c.text))
			require.Nil(t, got)
			require.Equal(t, fault.Usage, fault.KindOf(err), err)
			require.Contains(t, fault.HintOf(err), c.hint)
			require.NotEmpty(t, fault.HintOf(err))
			require.NotContains(t, fault.Line(err), "c2VjcmV0")
		})
	}
}

func FuzzParsePrivateKey(f *testing.F) {
	f.Add(pkcs1())
	f.Add([]byte(smallKey))
	f.Add([]byte(`-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----`))
	f.Add(block("ENCRYPTED PRIVATE KEY", []byte{1}, map[string]string{"Proc-Type": "4,ENCRYPTED"}))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := auth.ParsePrivateKey(text)
		if err != nil {
			require.Nil(t, got)
			require.Equal(t, fault.Usage, fault.KindOf(err))
			require.NotEmpty(t, fault.HintOf(err))
			return
		}
		require.GreaterOrEqual(t, got.N.BitLen(), 1024)
	})
}
