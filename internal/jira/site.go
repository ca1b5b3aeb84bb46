package jira

import (
	"encoding/json"
	"time"
)

// Deployment is the dialect a site speaks.
type Deployment int

// The two dialects. Jira Server and Jira Data Center are one API family.
const (
	Cloud Deployment = iota
	DataCenter
)

// String is "cloud" or "datacenter".
func (d Deployment) String() string {
	if d == Cloud {
		return "cloud"
	}
	return "datacenter"
}

// Site is what a site says about itself (GET /rest/api/2/serverInfo) and who it
// takes us for (GET /rest/api/{v}/myself).
type Site struct {
	// Deployment is decided by serverInfo's deploymentType, never by a host name.
	Deployment Deployment
	// Version is serverInfo's versionNumbers, [9 12 12]; on Cloud it says nothing.
	Version []int
	// Title is the site's name, serverInfo's serverTitle.
	Title string
	// BaseURL is the address the site believes to have; requests go to the address
	// that was configured.
	BaseURL string
	// ServerTime is the site's clock when it was asked.
	ServerTime time.Time
	// TimeZone is the site's own zone, "" where it does not say (Data Center).
	TimeZone string
	// Info is serverInfo's whole answer.
	Info json.RawMessage
	// Account is the account the requests are made as.
	Account Account
}

// Account is the account a site knows the requests by.
type Account struct {
	// ID is the accountId on Cloud and the user's key on Data Center.
	ID string
	// Name is the login name; "" on Cloud.
	Name string
	// DisplayName is the name people see.
	DisplayName string
	// TimeZone is the zone in which the site reads JQL dates written as text; ""
	// when the account's privacy settings hide it.
	TimeZone string
}
