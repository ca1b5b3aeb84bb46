package jirasim

import (
	"fmt"
	"net/http"
	"time"
)

// The worklog feeds: entries a page, and how long before now they end.
const (
	feedPage     = 1000
	feedWithheld = time.Minute
)

// feedOf makes GET worklog/updated or worklog/deleted of a feed of the site. The next page begins at until, with what
// has that very time again; a page that is not full is the last one.
func feedOf(feed func(s *Site, since, before int64, limit int) ([]feedEntry, bool)) handler {
	return func(j *Jira, q *request) response {
		since, bad := q.number("since", 0)
		if bad != nil {
			return *bad
		}
		if since < 0 {
			return errorCollection(http.StatusBadRequest, "The since parameter must not be negative.")
		}
		before := j.opt.Now().Add(-feedWithheld).UnixMilli()
		entries, _ := feed(j.site, since, before, feedPage)
		until := since
		if len(entries) > 0 {
			until = entries[len(entries)-1].Updated
		}
		address := j.BaseURL() + q.resource(j.opt.BasePath) + "?since="
		body := []byte(`{"values":`)
		body = appendJoined(body, len(entries), func(body []byte, i int) []byte {
			return fmt.Appendf(body, `{"worklogId":%d,"updatedTime":%d,"properties":[]}`, entries[i].ID, entries[i].Updated)
		})
		body = fmt.Appendf(body, `,"since":%d,"until":%d,"self":"%s%d"`, since, until, address, since)
		if len(entries) < feedPage {
			return ok(append(body, `,"lastPage":true}`...))
		}
		return ok(fmt.Appendf(body, `,"nextPage":"%s%d","lastPage":false}`, address, until))
	}
}
