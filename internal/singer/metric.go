package singer

import "time"

// Tags say what a metric counts: `stream`, `endpoint`, `http_status_code`, `status`. Values are strings, integers or booleans.
type Tags map[string]any

// metric is the object of a Singer metrics line, in the order in which singer-python writes it.
type metric struct {
	Type   string `json:"type"`
	Metric string `json:"metric"`
	Value  any    `json:"value"`
	Tags   Tags   `json:"tags"`
}

// MetricCounter is the text of a counter such as `record_count`. Logged at level INFO it is the line `INFO METRIC: {…}` that
// singer-python's parser reads. The value is the increment since the counter's last line.
func MetricCounter(name string, value int64, tags Tags) string {
	return metricLine(metric{Type: "counter", Metric: name, Value: value, Tags: tags})
}

// MetricTimer is the text of a timer such as `http_request_duration` or `job_duration`, in seconds.
func MetricTimer(name string, took time.Duration, tags Tags) string {
	return metricLine(metric{Type: "timer", Metric: name, Value: took.Seconds(), Tags: tags})
}

// metricLine leaves the tags out, not the line, when a tag cannot be written.
func metricLine(m metric) string {
	if m.Tags == nil {
		m.Tags = Tags{}
	}
	text, err := encode(m)
	if err != nil {
		m.Tags = Tags{}
		return metricLine(m)
	}
	return "METRIC: " + string(text)
}
