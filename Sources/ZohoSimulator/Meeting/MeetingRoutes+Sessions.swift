// Meetings and webinars, which are both sessions.

import Wire

extension MeetingRoutes {
    private static let root = "/api/v2/{#zsoid}"

    mutating func addSessions() {
        add(MeetingSessions(path: "webinar", area: "webinar", kind: .webinar, records: \.webinars, created: 200))
        guard brand == .meeting else { return }
        add(MeetingSessions(path: "sessions", area: "meeting", kind: .meeting, records: \.meetings, created: 201))
        add("GET", "\(MeetingRoutes.root)/participant/{meetingKey}.json", "meeting") { call throws(Refused) in
            guard call.organisation.meetings[call["meetingKey"]] != nil else {
                throw Refused(MeetingReply.unknownMeeting)
            }
            let people = (0..<MeetingSeeds.participants).map { call.organisation.seeds.participant($0) }
            let page = try call.page(people, first: 1)
            return Reply(200, ["participants": .array(page), "participantsCount": JSON(people.count)])
        }
        for path in ["session", "session/meet"] {
            add("POST", "/meeting/api/v2/{#zsoid}/sdk/\(path)", "sdk") { call throws(Refused) in
                var session = MeetingSessions.made(.meeting, try call.body("session"), call)
                session.set("isRecurring", false)
                call.organisation.meetings.append(session)
                return Reply(200, ["session": session])
            }
        }
    }

    private mutating func add(_ sessions: MeetingSessions) {
        let path = "\(MeetingRoutes.root)/\(sessions.path)"
        add("GET", "\(path).json", sessions.area) { call throws(Refused) in try sessions.list(call) }
        add("POST", "\(path).json", sessions.area) { call throws(Refused) in
            let body = try call.body("session")
            for name in ["topic", "startTime"] where body[name] == nil { throw Refused(MeetingReply.missing(name)) }
            let session = MeetingSessions.made(sessions.kind, body, call)
            call.organisation[keyPath: sessions.records].append(session)
            return Reply(sessions.created, ["session": session])
        }
        add("GET", "\(path)/{meetingKey}.json", sessions.area) { call throws(Refused) in
            Reply(200, ["session": try sessions.find(call)])
        }
        add("PUT", "\(path)/{meetingKey}.json", sessions.area) { call throws(Refused) in
            _ = try sessions.find(call)
            let body = try call.body("session")
            call.organisation[keyPath: sessions.records].change(call["meetingKey"]) { $0.merge(body) }
            return Reply(200, ["session": try sessions.find(call)])
        }
        add("DELETE", "\(path)/{meetingKey}.json", sessions.area) { call throws(Refused) in
            _ = try sessions.find(call)
            call.organisation[keyPath: sessions.records].remove(call["meetingKey"])
            return .empty(204)
        }
    }
}

struct MeetingSessions {
    let path: String
    let area: String
    let kind: MeetingSeeds.Kind
    let records: ReferenceWritableKeyPath<MeetingOrganisation, Records>
    /// The status of a creation, which the two do not share.
    let created: Int

    func find(_ call: MeetingCall) throws(Refused) -> JSON {
        guard let session = call.organisation[keyPath: records][call["meetingKey"]] else {
            throw Refused(MeetingReply.unknownMeeting)
        }
        return session
    }

    func list(_ call: MeetingCall) throws(Refused) -> Reply {
        let kind = try call.required("listtype")
        guard ["all", "past", "today", "upcoming"].contains(kind) else {
            throw Refused(MeetingReply.keyed(400, 3004, "listtype is not valid.", "INVALID_PARAM"))
        }
        let found = call.organisation[keyPath: records].items.filter { session in
            switch kind {
            case "all": true
            case "past": session["isPast"] == true
            case "today": false
            default: session["isPast"] == false
            }
        }
        let shown = try call.demandedRun(found)
        // Who has none gets no list either.
        guard !found.isEmpty else { return Reply(200, ["count": 0, "isMettingSessionAvailable": false]) }
        return Reply(200, ["session": .array(shown), "count": JSON(found.count)])
    }

    static func made(_ kind: MeetingSeeds.Kind, _ body: JSON, _ call: MeetingCall) -> JSON {
        let key = call.organisation.makeKey(kind)
        var session = call.organisation.seeds.session(0, isWebinar: kind == .webinar)
        session.merge(body)
        session.set("meetingKey", .string(key))
        session.set("sysId", .string("92\(key)"))
        return session
    }
}
