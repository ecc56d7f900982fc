// Instants as HTTP and JSON write them, without a calendar library.

/// Instants as HTTP and JSON write them.
package enum Timestamp {
    /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7).
    package static func imfFixdate(unixSeconds: Int64) -> [UInt8] {
        let (year, month, day, weekday) = civil(unixSeconds)
        let second = Int(((unixSeconds % 86_400) + 86_400) % 86_400)
        var text: [UInt8] = []
        text.append(text: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][weekday])
        text.append(", ")
        text.append(text: two(day))
        text.append(ASCII.space)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        text.append(text: months[month - 1])
        text.append(text: " \(year) \(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) GMT")
        return text
    }

    /// `2026-11-21T08:49:37.123Z` (RFC 3339).
    package static func iso8601(unixMilliseconds: Int64) -> String {
        let seconds = unixMilliseconds >= 0 ? unixMilliseconds / 1000 : (unixMilliseconds - 999) / 1000
        let (year, month, day, _) = civil(seconds)
        let second = Int(((seconds % 86_400) + 86_400) % 86_400)
        let millisecond = Int(unixMilliseconds - seconds * 1000)
        let fraction = String(1000 + millisecond).dropFirst()
        return
            "\(year)-\(two(month))-\(two(day))T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)).\(fraction)Z"
    }

    /// - Returns: Unix milliseconds, or nil when `text` is not an RFC 3339 date-time.
    package static func parse(iso8601 text: String) -> Int64? {
        let bytes = Array(text.utf8)
        func number(_ start: Int, _ count: Int) -> Int? {
            guard start + count <= bytes.count, bytes[start..<start + count].allSatisfy(\.isDigit) else { return nil }
            return bytes[start..<start + count].reduce(0) { $0 * 10 + Int($1 - ASCII.zero) }
        }
        guard bytes.count >= 20, bytes[4] == ASCII.hyphen, bytes[7] == ASCII.hyphen, bytes[10] | 0x20 == 0x74,
            bytes[13] == ASCII.colon, bytes[16] == ASCII.colon,
            let year = number(0, 4), let month = number(5, 2), let day = number(8, 2),
            let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2),
            (1...12).contains(month), (1...daysIn(month, year)).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var position = 19
        var millisecond = 0
        if bytes[position] == ASCII.dot {
            let start = position + 1
            position = start
            while position < bytes.count, bytes[position].isDigit { position += 1 }
            guard position > start else { return nil }
            for index in 0..<3 {
                millisecond = millisecond * 10 + (start + index < position ? Int(bytes[start + index] - ASCII.zero) : 0)
            }
        }
        guard position < bytes.count else { return nil }
        var offset = 0
        if bytes[position] | 0x20 == 0x7A {
            position += 1
        } else {
            guard bytes[position] == 0x2B || bytes[position] == ASCII.hyphen, let hours = number(position + 1, 2),
                position + 6 <= bytes.count, bytes[position + 3] == ASCII.colon, let minutes = number(position + 4, 2),
                hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (bytes[position] == ASCII.hyphen ? -1 : 1)
            position += 6
        }
        guard position == bytes.count else { return nil }
        let seconds = days(year, month, day) * 86_400 + Int64(hour * 3600 + minute * 60 + second) - Int64(offset * 60)
        return seconds * 1000 + Int64(millisecond)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func daysIn(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 of a Gregorian date; years are counted from March so that leap days come last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let year = Int64(month <= 2 ? year - 1 : year)
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(_ unixSeconds: Int64) -> (year: Int, month: Int, day: Int, weekday: Int) {
        let days = unixSeconds >= 0 ? unixSeconds / 86_400 : (unixSeconds - 86_399) / 86_400
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        let year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        return (year, month, Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1), Int(((days + 4) % 7 + 7) % 7))
    }
}

/// Reading HTTP's dates.
package enum HTTPDate {
    /// - Returns: Unix seconds of an IMF-fixdate such as `Sun, 06 Nov 1994 08:49:37 GMT`; nil for anything else.
    package static func parse(_ text: String) -> Int64? {
        let parts = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
        guard let instant = Timestamp.parse(iso8601: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z") else {
            return nil
        }
        // Writing it again tells every other form, a weekday that is not the date's, and a fraction.
        return Timestamp.imfFixdate(unixSeconds: instant / 1000).elementsEqual(text.utf8) ? instant / 1000 : nil
    }
}
