package jirasim

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strings"
	"time"
)

// tokenLife is how long a page token is good.
const tokenLife = 7 * 24 * time.Hour

// pageToken is what a nextPageToken hides: the question it belongs to, its time, and the place behind which the next
// page begins. No place is the beginning.
type pageToken struct {
	question string
	issued   time.Time
	place    []int64
}

// The sizes of a token's parts in bytes.
const (
	tokenSum      = 16
	tokenQuestion = 16
)

// encodeToken makes the opaque text.
func (j *Jira) encodeToken(t pageToken) string {
	question := sha256.Sum256([]byte(t.question))
	body := append([]byte(nil), question[:tokenQuestion]...)
	body = binary.BigEndian.AppendUint64(body, uint64(t.issued.UnixNano()))
	for _, number := range t.place {
		body = binary.BigEndian.AppendUint64(body, uint64(number))
	}
	return base64.URLEncoding.EncodeToString(append(j.tokenSum(body), body...))
}

// tokenSum keeps tokens from being made up.
func (j *Jira) tokenSum(body []byte) []byte {
	sum := hmac.New(sha256.New, j.secret[:])
	_, _ = sum.Write(body) // a hash takes every write
	return sum.Sum(nil)[:tokenSum]
}

// decodeToken reads a token back; one that is not ours, belongs to another question, or is too old is a 400.
func (j *Jira) decodeToken(text, question string, places int) (place []int64, bad *response) {
	refused := errorCollection(http.StatusBadRequest, "The provided next page token is invalid or expired.")
	data, err := base64.URLEncoding.DecodeString(text)
	if err != nil || len(data) < tokenSum+tokenQuestion+8 || len(data)%8 != 0 {
		return nil, &refused
	}
	sum, body := data[:tokenSum], data[tokenSum:]
	want := sha256.Sum256([]byte(question))
	if !hmac.Equal(sum, j.tokenSum(body)) || !bytes.Equal(body[:tokenQuestion], want[:tokenQuestion]) {
		return nil, &refused
	}
	issued := time.Unix(0, int64(binary.BigEndian.Uint64(body[tokenQuestion:])))
	if j.opt.Now().Sub(issued) > tokenLife {
		return nil, &refused
	}
	for rest := body[tokenQuestion+8:]; len(rest) > 0; rest = rest[8:] {
		place = append(place, int64(binary.BigEndian.Uint64(rest)))
	}
	if len(place) != 0 && len(place) != places {
		return nil, &refused
	}
	return place, nil
}

// question joins what a token is bound to.
func question(parts ...string) string { return strings.Join(parts, "\x00") }
