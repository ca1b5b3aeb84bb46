package singer_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tap-jira/internal/singer"
)

func TestMetricCounter(t *testing.T) {
	t.Parallel()
	require.Equal(t, `METRIC: {"type":"counter","metric":"record_count","value":100,"tags":{"endpoint":"issues","stream":"issues"}}`,
		singer.MetricCounter("record_count", 100, singer.Tags{"stream": "issues", "endpoint": "issues"}))
	require.Equal(t, `METRIC: {"type":"counter","metric":"record_count","value":0,"tags":{}}`, singer.MetricCounter("record_count", 0, nil))
}

func TestMetricTimer(t *testing.T) {
	t.Parallel()
	line := singer.MetricTimer("http_request_duration", 1250*time.Millisecond,
		singer.Tags{"endpoint": "/rest/api/2/search?<>&", "http_status_code": 200, "status": "succeeded"})
	require.Equal(t, `METRIC: {"type":"timer","metric":"http_request_duration","value":1.25,`+
		`"tags":{"endpoint":"/rest/api/2/search?<>&","http_status_code":200,"status":"succeeded"}}`, line)
	// The reader behind singer-python parses everything after this prefix as JSON.
	require.True(t, json.Valid([]byte(strings.TrimPrefix(line, "METRIC: "))))
}

func TestMetricSurvivesATagThatIsNoJSON(t *testing.T) {
	t.Parallel()
	require.Equal(t, `METRIC: {"type":"timer","metric":"job_duration","value":0,"tags":{}}`,
		singer.MetricTimer("job_duration", 0, singer.Tags{"bad": func() {}}))
}
