// Package config turns config files, TAP_JIRA_ variables and the configs of the two best-known Jira taps into one
// validated Config. One table of settings (table.go) says everything about a key; the JSON Schema, the conversion of
// values, the texts of --about and the warnings are made from it.
//
// It stops at the door: it opens no connection, knows neither Singer nor Jira's API, and reads files, variables and
// commands only through the functions of Source.
package config
