package auth

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
)

// DefaultConsumerKey stands in the instructions when the config has none yet.
const DefaultConsumerKey = "tap-jira"

// linkText is filled with the base URL, the consumer key and the public key.
const linkText = `Set up the application link in Jira (a Jira administrator can do this):

 1. Open %[1]s/plugins/servlet/applinks/listApplicationLinks
    (Administration > Applications > Application links).
 2. Jira 9 and newer: Create link, choose "Atlassian product" (not "External application": that is OAuth 2.0),
    enter any address, for example https://tap-jira.invalid, and Continue.
    Jira 8 and older: enter that address in the field on top and press "Create new link".
    "No response was received from the URL" is expected: press Continue.
 3. On the screen that follows:
      Application Name        tap-jira
      Application Type        Generic Application
      Create incoming link    tick it
    Leave every other field empty and press Continue.
 4. On the next screen:
      Consumer Key            %[2]s
      Consumer Name           tap-jira
      Public Key              the text below, with its first and last line
    Press Continue. To change it later: the pencil beside the link > Incoming Authentication.

%[3]s`

// linkConfigText is filled with the base URL, the consumer key and the name of the private key's file.
const linkConfigText = `Then put into the config:
      "base_url": "%[1]s", "oauth1_consumer_key": "%[2]s", "oauth1_private_key_file": "%[3]s"
and log in as the user that the tap shall read as:
      tap-jira auth login oauth1 --config config.json

A link that was made for Stitch works as it is: its consumer key is rjmetrics; give that and its private key.
`

// LinkInstructions is the text that tells a Jira administrator what to type
// where to make the application link, on the screens of Jira 8 and of Jira 9
// and newer. base is the site with its context path; nil stands for one not
// known yet. An empty consumerKey is DefaultConsumerKey.
func LinkInstructions(base *url.URL, consumerKey string, publicPEM []byte) string {
	return fmt.Sprintf(linkText, addressOr(base), cmp.Or(consumerKey, DefaultConsumerKey), strings.TrimRight(string(publicPEM), "\n")+"\n")
}

// LinkConfig is the text that tells what goes into the config once the link is
// made, of a private key in the file that is named as the config will name it.
// base and consumerKey are as for LinkInstructions.
func LinkConfig(base *url.URL, consumerKey, privateFile string) string {
	return fmt.Sprintf(linkConfigText, addressOr(base), cmp.Or(consumerKey, DefaultConsumerKey), privateFile)
}

// addressOr is the address of a site, or what stands for one.
func addressOr(base *url.URL) string {
	if base == nil {
		return "https://YOUR-JIRA"
	}
	return siteKey(base)
}
