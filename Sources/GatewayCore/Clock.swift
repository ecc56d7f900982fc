// Time, as the domain sees it: given from outside, so that tests can move it.

package protocol Clock: AnyObject {
    /// Unix time in milliseconds.
    var unixMilliseconds: Int64 { get }
    /// Never goes back; in nanoseconds.
    var monotonicNanoseconds: UInt64 { get }

    func sleep(milliseconds: Int) async
}
