// What a simulator knows when it starts; `POST /_sim/reset` goes back to it.

/// An OAuth client as the API console registers it: the same id everywhere, one secret or one per region.
package struct OAuthClient: Sendable {
    package var id: String
    package var secret: String
    package var regionalSecrets: [Region: String]

    package init(id: String, secret: String, regionalSecrets: [Region: String] = [:]) {
        self.id = id
        self.secret = secret
        self.regionalSecrets = regionalSecrets
    }
}

/// A refresh token that exists without a consent having been played.
package struct SeededGrant: Sendable {
    package var refreshToken: String
    package var region: Region
    package var organisation: String
    /// nil stands for every scope.
    package var scopes: [String]?

    package init(refreshToken: String, region: Region, organisation: String = "demo", scopes: [String]? = nil) {
        self.refreshToken = refreshToken
        self.region = region
        self.organisation = organisation
        self.scopes = scopes
    }
}

/// Everything a simulator starts from.
package struct SimulatorData: Sendable {
    package var clients = [OAuthClient(id: "1000.TOLLGATEDEMO", secret: "demo-client-secret")]
    /// One per region, all of the same organisation.
    package var grants = Region.allCases.map {
        SeededGrant(refreshToken: SimulatorData.demoRefreshToken($0), region: $0)
    }
    /// Users that each organisation begins with.
    package var usersPerOrganisation = 450
    /// Whether requests are kept for `GET /_sim/requests`.
    package var recordsRequests = true

    package init() {}

    package static func demoRefreshToken(_ region: Region) -> String { "1000.demo-refresh-token.\(region.rawValue)" }
}
