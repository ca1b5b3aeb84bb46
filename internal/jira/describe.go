package jira

import (
	"context"
	"log/slog"
)

// attempt says which request a context belongs to.
type attempt struct {
	template string
	number   int
}

type attemptKey struct{}

// withAttempt marks the context of one attempt at a request.
func withAttempt(ctx context.Context, template string, number int) context.Context {
	return context.WithValue(ctx, attemptKey{}, attempt{template: template, number: number})
}

type admissionKey struct{}

// withAdmission gives the context of one attempt what is to be asked right
// before the request leaves.
func withAdmission(ctx context.Context, admit func() error) context.Context {
	return context.WithValue(ctx, admissionKey{}, admit)
}

// Admit says whether a request by a Client may still go out. Whatever carries
// requests and makes them wait asks it afterwards, and hands the error back
// without sending: while it waited the login may have been refused to another
// request. For another context it is always nil.
func Admit(ctx context.Context) error {
	admit, ok := ctx.Value(admissionKey{}).(func() error)
	if !ok {
		return nil
	}
	return admit()
}

// Describe says of a request by a Client what its address does not: the template
// of its path, and the how manieth attempt it is, counted from 1. For another
// context it says nothing. It is for the log of whatever carries requests.
func Describe(ctx context.Context) []slog.Attr {
	a, ok := ctx.Value(attemptKey{}).(attempt)
	if !ok {
		return nil
	}
	return []slog.Attr{slog.String("template", a.template), slog.Int("attempt", a.number)}
}
