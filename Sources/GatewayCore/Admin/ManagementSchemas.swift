// Bodies of the management API, in the same schema subset that checks tool arguments.

import Wire

enum ManagementSchemas {
    static let server = Schema.literal([
        "type": "object", "additionalProperties": false, "required": ["name"],
        "properties": ["name": name, "config": config, "expires_at": expiresAt],
    ])

    static let account = Schema.literal([
        "type": "object", "additionalProperties": false, "required": ["integration", "region", "credentials"],
        "properties": [
            "integration": [
                "type": "string", "description": "Name of an installed integration, for example zoho_bigin.",
            ],
            "region": [
                "type": "string", "enum": .array(Region.allCases.map { .string($0.rawValue) }),
                "description": "Data centre of the account.",
            ],
            "credentials": [
                "type": "object", "additionalProperties": false, "required": ["refresh_token"],
                "properties": [
                    "refresh_token": [
                        "type": "string", "minLength": 1, "maxLength": 4096,
                        "description": "OAuth refresh token of the account; stored sealed, never shown again.",
                    ]
                ],
            ],
            "context": [
                "type": "object", "description": "Ids that calls fill in when they are left out; strings by name.",
            ],
        ],
    ])

    static let apiKey = Schema.literal([
        "type": "object", "additionalProperties": false, "required": ["name"],
        "properties": [
            "name": name,
            "scopes": [
                "type": "array", "minItems": 1,
                "items": ["type": "string", "enum": .array(APIScope.allCases.map { .string($0.rawValue) })],
                "description": "What the key may do; everything when left out.",
            ],
            "expires_at": expiresAt,
        ],
    ])

    private static let name: JSON = [
        "type": "string", "minLength": 1, "maxLength": 200, "description": "For people; need not be unique.",
    ]
    private static let expiresAt: JSON = [
        "type": ["string", "null"], "description": "ISO 8601 instant after which it stops working; null for never.",
    ]

    private static let config: JSON = [
        "type": "object", "additionalProperties": false,
        "properties": [
            "methods": [
                "type": "array", "items": ["type": "string"],
                "description": "Groups read, write, custom, or exact methods.",
            ],
            "tags": ["type": "array", "items": ["type": "string"], "description": "Tools with any of these tags."],
            "tools": ["type": "array", "items": ["type": "string"], "description": "Exact tool names."],
            "require_api_token_auth": ["type": "boolean", "description": "Demand an API key beside the URL."],
            "tool_exposure": [
                "type": "string", "enum": ["all", "discovery"],
                "description": "discovery lists three tools that find, describe and call the others.",
            ],
            "errors": [
                "type": "string", "enum": ["jsonrpc", "result"], "description": "How upstream failures are answered.",
            ],
            "structured_output": [
                "type": "boolean", "description": "Results also as structuredContent, up to 256 KiB.",
            ],
            "auth": ["type": "string", "enum": ["url"], "description": "How clients prove who they are."],
            "timeout_ms": [
                "type": "integer", "minimum": 1000, "maximum": 300_000, "description": "Deadline of one call.",
            ],
            "max_response_bytes": [
                "type": "integer", "minimum": 1024, "maximum": 4_294_967_296,
                "description": "Payload after which a result ends early.",
            ],
        ],
    ]
}

/// What an API key may do.
package enum APIScope: String, CaseIterable, Sendable {
    case accounts, servers, keys, proxy
}

extension Schema {
    /// A schema written in this program: wrong only by our own mistake.
    fileprivate static func literal(_ json: JSON) -> Schema {
        do {
            return try Schema(CatalogueNode(json: json, file: "schema", field: ""))
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
