package jirasim

// plainWords and oddWords are what all text is made of; the odd ones are what breaks careless readers.
var (
	plainWords = []string{
		"login", "fails", "after", "the", "upgrade", "when", "a", "user", "opens", "report", "page", "slow", "export", "of",
		"invoices", "shows", "wrong", "total", "and", "button", "does", "nothing", "on", "mobile", "timeout", "in", "search",
		"please", "check", "logs", "for", "details", "customer", "cannot", "pay", "with", "card", "deploy", "to", "staging",
		"broken", "link", "footer", "new", "field", "is", "missing", "data", "lost", "retry", "queue", "worker", "stops",
		"memory", "grows", "over", "night", "test", "flaky", "again",
	}
	oddWords = []string{
		"Größe", "naïve", "façade", "żółć", "данные", "配置",
		"エラー", "🚀", "🤦🏽‍♀️", "“quoted”", "\"quoted\"", "it's", "<b>bold</b>", "AT&T", "C:\\temp\\new", "100%", "a\u2028b",
		"{code}", "null", "\u00a0", "$1,000", "e\u0301", "שלום", "{\"k\":[1]}",
	}
)

// word chooses a word, an odd one now and then.
func word(r *rng) string {
	if r.oneIn(12) {
		return oddWords[r.intn(len(oddWords))]
	}
	return plainWords[r.intn(len(plainWords))]
}

// sentence makes n words.
func sentence(r *rng, n int) string {
	return string(appendSentence(nil, r, n))
}

// appendSentence appends n words with single spaces between them.
func appendSentence(dst []byte, r *rng, n int) []byte {
	for k := range n {
		if k > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, word(r)...)
	}
	return dst
}

// The blocks of a rich text.
const (
	blockParagraph = iota
	blockHeading
	blockList
	blockCode
	blockMention
	blockPanel
	blockKinds
)

// richText writes a generated text of some blocks as the API version sends it: a document, or wiki markup. The same
// sequence gives the same words in both.
func (w *writer) richText(key string, r rng, blocks int) {
	if w.documents() {
		w.openDocument(key)
		for k := range blocks {
			w.documentBlock(&r, k)
		}
		w.b = append(w.b, "]}"...)
		return
	}
	w.tmp = w.tmp[:0]
	for k := range blocks {
		if k > 0 {
			w.tmp = append(w.tmp, "\r\n\r\n"...)
		}
		w.wikiBlock(&r, k)
	}
	w.str(key, string(w.tmp))
}

// plainText writes a given text as a rich text of one paragraph.
func (w *writer) plainText(key, v string) {
	if !w.documents() {
		w.str(key, v)
		return
	}
	w.openDocument(key)
	w.openNode("paragraph")
	w.textNode(v)
	w.b = append(w.b, "]}"...)
	w.b = append(w.b, "]}"...)
}

// openDocument writes the beginning of a document in the Atlassian Document Format.
func (w *writer) openDocument(key string) {
	w.raw(key, `{"type":"doc","version":1,"content":[`)
}

// openNode writes the beginning of a node with content.
func (w *writer) openNode(kind string) { w.open(""); w.str("type", kind); w.list("content") }

// textNode writes a leaf of text.
func (w *writer) textNode(v string) {
	w.open("")
	w.str("type", "text")
	w.str("text", v)
	w.close()
}

// blockKind chooses the kind of a block; a text begins with a paragraph.
func blockKind(r *rng, k int) int {
	kind := r.intn(blockKinds * 2)
	if k == 0 || kind >= blockKinds {
		return blockParagraph
	}
	return kind
}

// mention writes the beginning of a paragraph that calls a user.
func (w *writer) mention(r *rng) {
	u := w.s.pick(r.next())
	w.openNode("paragraph")
	w.open("")
	w.str("type", "mention")
	w.open("attrs")
	w.str("id", w.s.users[u].id)
	w.text("text", "@", w.s.users[u].shown)
	w.str("accessLevel", "")
	w.close()
	w.close()
	w.textNode(" " + sentence(r, 8))
}

// documentBlock writes block k of a document: one node of the top level.
func (w *writer) documentBlock(r *rng, k int) {
	switch blockKind(r, k) {
	case blockHeading:
		w.open("")
		w.str("type", "heading")
		w.raw("attrs", `{"level":2}`)
		w.list("content")
		w.textNode(sentence(r, 4))
	case blockList:
		w.openNode("bulletList")
		for range 3 {
			w.openNode("listItem")
			w.openNode("paragraph")
			w.textNode(sentence(r, 6))
			w.b = append(w.b, "]}]}"...)
		}
	case blockCode:
		w.open("")
		w.str("type", "codeBlock")
		w.raw("attrs", `{"language":"go"}`)
		w.list("content")
		w.textNode("if err != nil {\n\treturn \"" + sentence(r, 3) + "\"\n}")
	case blockMention:
		w.mention(r)
	case blockPanel:
		w.open("")
		w.str("type", "panel")
		w.raw("attrs", `{"panelType":"info"}`)
		w.list("content")
		w.openNode("paragraph")
		w.textNode(sentence(r, 9))
		w.b = append(w.b, "]}"...)
	default:
		w.openNode("paragraph")
		w.textNode(sentence(r, 10+r.intn(20)))
	}
	w.b = append(w.b, "]}"...)
}

// wikiBlock builds block k of a wiki text, which has Windows line ends as Jira stores what browsers send.
func (w *writer) wikiBlock(r *rng, k int) {
	switch blockKind(r, k) {
	case blockHeading:
		w.tmp = append(w.tmp, "h2. "...)
		w.tmp = appendSentence(w.tmp, r, 4)
	case blockList:
		for line := range 3 {
			if line > 0 {
				w.tmp = append(w.tmp, "\r\n"...)
			}
			w.tmp = append(w.tmp, "* "...)
			w.tmp = appendSentence(w.tmp, r, 6)
		}
	case blockCode:
		w.tmp = append(w.tmp, "{code:go}\r\nif err != nil {\r\n\treturn \""...)
		w.tmp = appendSentence(w.tmp, r, 3)
		w.tmp = append(w.tmp, "\"\r\n}\r\n{code}"...)
	case blockMention:
		who := &w.s.users[w.s.pick(r.next())]
		w.tmp = append(w.tmp, "[~"...)
		if w.s.cloud() {
			w.tmp = append(append(w.tmp, "accountid:"...), who.id...)
		} else {
			w.tmp = append(w.tmp, who.name...)
		}
		w.tmp = append(w.tmp, "] "...)
		w.tmp = appendSentence(w.tmp, r, 8)
	case blockPanel:
		w.tmp = append(w.tmp, "{panel}"...)
		w.tmp = appendSentence(w.tmp, r, 9)
		w.tmp = append(w.tmp, "{panel}"...)
	default:
		w.tmp = appendSentence(w.tmp, r, 10+r.intn(20))
	}
}
