// How a Zoho product joins the simulator: it names its hosts, routes their requests and forgets on request.

/// Products whose answers look alike, errors included.
enum Family: String {
    case bigin, mail, meeting

    /// The member that holds the records of a list.
    var listKey: String {
        switch self {
        case .bigin: "users"
        case .mail: "data"
        case .meeting: "representation"
        }
    }
}

/// One Zoho product. Lives on the simulator's loop.
protocol Product: AnyObject {
    var family: Family { get }
    /// Where the product is served in `region`; nil where it is not.
    func host(in region: Region) -> String?
    func answer(_ inquiry: Inquiry, in region: Region) -> Reply
    /// A good answer with one record, for markers that spoil how it is sent.
    func sample() -> Reply
    /// Forgets what callers have changed.
    func reset()
}

/// One host name and what answers there.
final class Site {
    enum Kind {
        case accounts
        case product(any Product)
    }

    let kind: Kind
    let region: Region
    var requests = 0

    init(_ kind: Kind, _ region: Region) {
        self.kind = kind
        self.region = region
    }
}
