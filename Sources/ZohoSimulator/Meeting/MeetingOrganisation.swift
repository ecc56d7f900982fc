// The state of one organisation in Zoho Meeting or in Zoho Webinar, and what it begins with.

import Wire

final class MeetingOrganisation {
    let zsoid: String
    let seeds: MeetingSeeds
    private var made = 0

    let users: [JSON]
    let departments: [JSON]
    var meetings: Records
    var webinars: Records
    var recordings: Records
    /// Per webinar.
    var registrants: [String: [JSON]] = [:]
    var polls: Records

    init(name: String, users count: Int) {
        let seeds = MeetingSeeds(organisation: MailOrganisation.number(of: name))
        self.seeds = seeds
        zsoid = seeds.zsoid
        users = (0..<max(1, count)).map { seeds.user($0) }
        departments = (0..<MeetingSeeds.departments).map { seeds.department($0) }
        meetings = Records("meetingKey", (0..<MeetingSeeds.meetings).map { seeds.session($0, isWebinar: false) })
        webinars = Records("meetingKey", (0..<MeetingSeeds.webinars).map { seeds.session($0, isWebinar: true) })
        recordings = Records("erecordingId", (0..<MeetingSeeds.recordings).map { seeds.recording($0) })
        polls = Records("pollId", (0..<3).map { ["pollId": .string(seeds.key(.poll, $0)), "question": "Why?"] })
        registrants = [seeds.key(.webinar, 0): (0..<MeetingSeeds.registrants).map { seeds.registrant($0) }]
    }

    func makeKey(_ kind: MeetingSeeds.Kind) -> String {
        made += 1
        return seeds.key(kind, 50_000 + made)
    }
}

struct MeetingSeeds {
    static let departments = 57
    static let meetings = 43
    static let webinars = 26
    static let recordings = 31
    static let registrants = 45
    static let participants = 33
    /// 2026-12-01 09:00 in Berlin.
    static let start: Int64 = 1_796_112_000_000

    /// First digit of a key's ten.
    enum Kind: Int {
        case meeting = 1, webinar, poll, instance
    }

    let number: Int

    init(organisation: Int) { number = organisation }

    var zsoid: String { String(880_000_000 + number) }

    func key(_ kind: Kind, _ index: Int) -> String {
        String(kind.rawValue * 1_000_000_000_000 + number * 100_000 + index)
    }

    /// 19 digits, beyond 2^53.
    func id(_ index: Int) -> String { String(6_400_000_000_000_000_000 + number * 1_000_000 + index) }

    func user(_ index: Int) -> JSON {
        let person = SeededUsers.user(index, organisation: number)
        return [
            "userId": .string(id(index)), "zuid": .string(String(MailSeeds.zuid(index, number))),
            "role": index == 0 ? "ORG_ADMIN" : "USER", "firstName": .string(person.firstName),
            "lastName": .string(person.lastName), "fullName": .string("\(person.firstName) \(person.lastName)"),
            "emailId": .string(person.email), "status": "ACTIVE", "isConfirmed": true,
            "organization": ["orgId": .string(zsoid), "orgName": "Nordwind Logistik"],
            "meetingLicense": ["enabled": true, "edition": "PRO"], "webinarLicense": ["enabled": .bool(index == 0)],
        ]
    }

    func department(_ index: Int) -> JSON {
        [
            "departmentId": .string(id(700_000 + index)), "departmentName": .string("Department \(index + 1)"),
            "source": "MEETING", "status": "ACTIVE", "createdTime": .string(String(MeetingSeeds.start)),
            "modifiedTime": .string(String(MeetingSeeds.start + Int64(index))),
        ]
    }

    func session(_ index: Int, isWebinar: Bool) -> JSON {
        let key = key(isWebinar ? .webinar : .meeting, index)
        // Every third one is over.
        let time = MeetingSeeds.start + Int64(index % 3 == 2 ? -30 : 1) * 86_400_000 * Int64(index + 1)
        let link = isWebinar ? "registrationLink" : "joinLink"
        return [
            "meetingKey": .string(key), "sysId": .string("92\(key)"),
            "topic": .string("\(isWebinar ? "Webinar" : "Meeting") \(index + 1)"), "agenda": "",
            "presenterEmail": .string(SeededUsers.user(0, organisation: number).email),
            "presenterZuid": JSON(MailSeeds.zuid(0, number)), "startTime": "Dec 01, 2026 09:00 AM",
            "startTimeMillisec": JSON(time), "duration": 3_600_000, "timezone": "Europe/Berlin",
            link: .string("https://meet.example/j?key=\(key)"),
            // Secrets, as in the real answer.
            "startLink": .string("https://meet.example/start?key=\(key)&token=secret"), "pwd": "a1b2c3",
            "isPast": .bool(index % 3 == 2),
        ]
    }

    func recording(_ index: Int) -> JSON {
        [
            "erecordingId": .string("rec\(number)x\(index)"), "meetingKey": .string(key(.meeting, index % 5)),
            "topic": .string("Meeting \(index % 5 + 1)"), "downloadUrl": "https://download.zoho.eu/webdownload?id=1",
            "playUrl": "https://meet.example/play", "shareUrl": "https://meet.example/share",
            "isTranscriptGenerated": false, "isSummaryGenerated": false, "duration": 1_800_000, "durationInMins": 30,
            "startTimeinMs": JSON(MeetingSeeds.start), "fileSize": "12.4 MB", "status": "UPLOADED",
        ]
    }

    func registrant(_ index: Int) -> JSON {
        [
            "email": .string("guest\(index)@example.org"), "firstName": .string("Guest \(index)"), "lastName": "",
            "joinLink": .string("https://meet.example/j?guest=\(index)"),
            "status": .string(["PENDING", "APPROVED", "DENIED"][index % 3]), "statusCode": JSON(index % 3),
        ]
    }

    func participant(_ index: Int) -> JSON {
        [
            "memberId": .string(id(800_000 + index)), "email": .string("guest\(index)@example.org"),
            "role": index == 0 ? "PRESENTER" : "ATTENDEE", "joinTime": JSON(MeetingSeeds.start),
            "leaveTime": JSON(MeetingSeeds.start + 600_000), "duration": 600_000, "source": "WEB",
        ]
    }
}
