// Zoho's data centres and the host names that follow from them.

/// A data centre. Tokens, codes and accounts belong to exactly one.
package enum Region: String, CaseIterable, Sendable {
    case us, eu, `in`, au, jp, cn, ca, sa, uk
    /// Only Zoho Mail is there.
    case ae

    private var domain: String {
        switch self {
        case .us: "com"
        case .eu: "eu"
        case .in: "in"
        case .au: "com.au"
        case .jp: "jp"
        case .cn: "com.cn"
        case .ca: "ca"
        case .sa: "sa"
        case .uk: "uk"
        case .ae: "ae"
        }
    }

    /// `zoho.com` and its sisters. Canada's own hosts and its API host disagree: there is no `zoho.ca`.
    package var productDomain: String { self == .ca ? "zohocloud.ca" : "zoho.\(domain)" }

    package var accountsHost: String { "accounts.\(productDomain)" }

    package var apiHost: String { "www.zohoapis.\(domain)" }

    package var mailHost: String { "mail.\(productDomain)" }

    /// nil where Zoho Meeting and Zoho Webinar are not.
    package var meetingHost: String? { self == .ae ? nil : "meeting.\(productDomain)" }

    package var webinarHost: String? { self == .ae ? nil : "webinar.\(productDomain)" }
}
