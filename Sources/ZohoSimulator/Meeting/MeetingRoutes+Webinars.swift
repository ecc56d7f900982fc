// Recordings, registrations, and what was there when a webinar was over.

import Wire

extension MeetingRoutes {
    private static let root = "/api/v2/{#zsoid}"

    mutating func addRecordings() {
        // Meeting's lists have a longer path than its deletion; Webinar's have not.
        let isPaged = brand == .meeting
        let path = (isPaged ? "/meeting" : "") + "\(MeetingRoutes.root)/recordings"
        add("GET", "\(path).json", "recording") { call throws(Refused) in
            let all = call.organisation.recordings.items
            let shown = isPaged ? try call.run(all) : all
            let first = Int(call.inquiry.query["index"] ?? "") ?? 1
            let hasMore = max(1, first) - 1 + shown.count < all.count
            return Reply(
                200,
                [
                    "recordings": .array(shown),
                    "meta": ["moreRecords": .bool(hasMore), "count": JSON(shown.count)],
                ])
        }
        add("GET", "\(path)/{meetingKey}.json", "recording") { call in
            let found = call.organisation.recordings.items.filter { $0["meetingKey"]?.string == call["meetingKey"] }
            return Reply(200, ["recordings": .array(found)])
        }
        add("DELETE", "\(MeetingRoutes.root)/recordings/{recordingId}.json", "recording") { call throws(Refused) in
            guard call.organisation.recordings.remove(call["recordingId"]) != nil else {
                throw Refused(MeetingReply.unknownRecording)
            }
            return .empty(204)
        }
    }

    mutating func addRegistrations() {
        add("GET", "\(MeetingRoutes.root)/registration/{webinarKey}", "registration webinar") { call throws(Refused) in
            let all = try MeetingRoutes.registrants(call)
            let status = try call.required("status")
            // 3 stands for all of them.
            let found = all.filter { status == "3" || $0["statusCode"]?.idText == status }
            func count(_ status: String) -> JSON { JSON(all.count { $0["status"]?.string == status }) }
            return Reply(
                200,
                [
                    "registrants": .array(try call.run(found)),
                    "meta": [
                        "approvedCount": count("APPROVED"), "pendingCount": count("PENDING"),
                        "deniedCount": count("DENIED"), "totalCount": JSON(found.count),
                        "isAutoApprovalEnabled": false,
                    ],
                ])
        }
        add("POST", "\(MeetingRoutes.root)/register/{webinarKey}.json", "webinar") { call throws(Refused) in
            try MeetingRoutes.register(call)
        }
        add("GET", "\(MeetingRoutes.root)/attendee/{webinarKey}.json", "webinar") { call throws(Refused) in
            let people: [JSON] = try MeetingRoutes.registrants(call).map {
                .of(["name": $0["firstName"], "email": $0["email"], "questions": [], "polls": []])
            }
            return Reply(200, ["attendeeData": .array(try call.page(people, first: 1))])
        }
    }

    private static func registrants(_ call: MeetingCall) throws(Refused) -> [JSON] {
        guard call.organisation.webinars[call["webinarKey"]] != nil else { throw Refused(MeetingReply.unknownMeeting) }
        return call.organisation.registrants[call["webinarKey"]] ?? []
    }

    /// Who cannot be registered is only counted.
    private static func register(_ call: MeetingCall) throws(Refused) -> Reply {
        var known = try registrants(call)
        let given = try call.body("registrant").array ?? []
        var added: [JSON] = []
        var failed = 0
        var repeated = 0
        for var person in given {
            let email = person["email"]?.string ?? ""
            if !email.has("@") {
                failed += 1
            } else if known.contains(where: { $0["email"]?.string == email }) {
                repeated += 1
            } else {
                person.set("joinLink", .string("https://meet.example/j?guest=\(email)"))
                person.set("status", "APPROVED")
                person.set("statusCode", 1)
                known.append(person)
                added.append(person)
            }
        }
        call.organisation.registrants[call["webinarKey"]] = known
        return Reply(
            200,
            [
                "registrant": .array(added), "totalCount": JSON(given.count), "successCount": JSON(added.count),
                "failedCount": JSON(failed), "registeredCount": JSON(repeated),
            ])
    }

    // MARK: Zoho Webinar only

    mutating func addReports() {
        let root = "/meeting/api/v2/{#zsoid}"
        for (name, key) in [("attendees", "attendees"), ("poll", "pollData"), ("questions", "questions")] {
            add("GET", "\(root)/report/\(name)", "webinar") { call throws(Refused) in
                _ = try call.required("webinarKey")
                let entries: [JSON] = (0..<22).map { ["id": JSON($0), "text": .string("\(name) \($0)")] }
                return Reply(200, [key: .array(try call.run(entries))])
            }
        }
        add("GET", "\(root)/poll", "webinar") { call throws(Refused) in
            _ = try call.required("webinarKey")
            return Reply(200, ["polls": .array(try call.run(call.organisation.polls.items))])
        }
        add("POST", "\(root)/poll", "webinar") { call throws(Refused) in
            var poll = try call.body("poll")
            poll.set("pollId", .string(call.organisation.makeKey(.poll)))
            call.organisation.polls.append(poll)
            return Reply(200, ["poll": poll])
        }
        add("PUT", "\(root)/poll/{pollId}", "webinar") { call throws(Refused) in
            let body = try call.body("poll")
            guard call.organisation.polls.change(call["pollId"], { $0.merge(body) }) else {
                throw Refused(MeetingReply.unknownMeeting)
            }
            return Reply(200, .of(["poll": call.organisation.polls[call["pollId"]]]))
        }
        add("DELETE", "\(root)/poll/{pollId}", "webinar") { call throws(Refused) in
            guard call.organisation.polls.remove(call["pollId"]) != nil else {
                throw Refused(MeetingReply.unknownMeeting)
            }
            return Reply(200, [:])
        }
    }
}
