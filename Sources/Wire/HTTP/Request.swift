/// A request whose head and body are complete; all ranges are positions in its connection's buffer.
package struct Request: Sendable {
    package var head: RequestHead
    /// Where the decoded body is.
    package var body: Range<Int>

    package init(head: RequestHead, body: Range<Int>) {
        self.head = head
        self.body = body
    }
}
