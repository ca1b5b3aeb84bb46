// Package inorder runs tasks side by side and hands over what they fetch as if
// they had run one after the other.
//
// A [Source] yields tasks, [Run] starts them in that order and calls one function
// with their pages, task by task, on the goroutine that called it. The task at the
// head streams straight through. Those behind it run ahead, bounded both in number
// and in the bytes of the pages that wait ([Options]), so that memory stays flat
// whatever the pages hold, and the head never waits for them.
//
// What comes out is the same for any number of tasks at once: nothing here goes by
// time, and what several sources are asked for is joined by tasks ([Chain],
// [Interleave]).
//
// It knows nothing of what a page is but how much memory it takes, and nothing of
// how it is fetched: who calls Run may give each task's context what its requests
// need to wait for their turn and for room.
package inorder
