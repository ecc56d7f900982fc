// A company's staff, made up but always the same: user n of an organisation never changes.

enum SeededUsers {
    private static let firstNames = [
        "Anna", "Björn", "Chiara", "Dmitri", "Élodie", "Farid", "Grace", "Hiroshi", "Ingrid", "José", "Kateřina",
        "Liam", "Mei", "Noah", "Olga", "Priya", "Quentin", "Rosa", "Søren", "Tomás", "Uma", "Viktor", "Wen",
        "Ximena", "Yusuf", "Zoë", "太郎", "Мария",
    ]
    private static let lastNames = [
        "Almeida", "Bauer", "Çelik", "D'Souza", "Eriksson", "Fischer", "García", "Hoffmann", "Ito", "Janssen",
        "Kowalska", "Lindqvist", "Müller", "Nguyễn", "O'Brien", "Petrov", "Quist", "Rossi", "Schäfer", "Tanaka",
        "Ünal", "van der Berg", "Weiß", "Xu", "Yamamoto", "Zieliński", "Obi", "\"Ace\" Smith", "Иванова",
    ]
    private static let timeZones = [
        "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney", "America/Toronto",
        "Asia/Riyadh", "Europe/London",
    ]

    /// 19 digits, beyond 2^53, and apart for every organisation.
    static func id(_ number: Int, organisation: Int) -> String {
        String(6_000_000_000_000_123_457 + organisation * 1_000_000_000 + number * 17)
    }

    static func user(_ number: Int, organisation: Int) -> BiginUser {
        let first = firstNames[number % firstNames.count]
        let last = lastNames[(number / firstNames.count + number * 3) % lastNames.count]
        var user = BiginUser(
            id: id(number, organisation: organisation), firstName: first, lastName: last,
            email: "\(ascii(first)).\(ascii(last)).\(number)@nordwind-logistik.example",
            role: number == 0 ? 0 : 1 + number % 4, profile: number % 19 == 0 ? 0 : 1 + number % 7 / 6,
            timeZone: timeZones[number % timeZones.count])
        user.isPrimary = number == 0
        guard number > 0 else { return user }
        if number % 23 == 5 { user.status = .inactive }
        if number % 97 == 50 { user.status = .deleted }
        user.isConfirmed = number % 17 != 3
        return user
    }

    private static func ascii(_ name: String) -> String {
        let letters = String(name.lowercased().unicodeScalars.filter { $0.isASCII && $0.properties.isAlphabetic })
        return letters.isEmpty ? "user" : letters
    }
}
