// The scanner where nobody asks: nearly all of a long answer is too deep to be reported and goes through here, a token at
// a time.

extension JSONScanner {
    /// Passes over the tokens that are too deep to be reported, as far as they are whole in this piece. It stops before
    /// whatever is wrong, cut off or to be reported.
    mutating func passUnreported(_ text: Span<UInt8>, _ position: inout Int) {
        switch phase {
        case .value, .valueOrEnd, .key, .keyOrEnd, .colon, .afterValue: break
        default: return
        }
        var (at, due, depth, stack) = (position, phase, depth, stack)
        defer { (position, phase, self.depth, self.stack) = (at, due, depth, stack) }
        while at < text.count {
            let byte = text[at]
            switch byte {
            case ASCII.space, ASCII.lineFeed, ASCII.carriageReturn, ASCII.tab: at &+= 1
            case ASCII.quote:
                let next: Phase
                switch due {
                case .value, .valueOrEnd: next = .afterValue
                case .key, .keyOrEnd: next = .colon
                default: return
                }
                guard let end = endOfString(text, from: at) else { return }
                (at, due) = (end, next)
            case ASCII.colon:
                guard case .colon = due else { return }
                due = .value
                at &+= 1
            case ASCII.comma:
                guard case .afterValue = due else { return }
                due = stack & 1 == 1 ? .key : .value
                at &+= 1
            case ASCII.openBrace, ASCII.openBracket:
                switch due {
                case .value, .valueOrEnd: break
                default: return
                }
                guard depth < JSONReader.maximumDepth else { return }
                let isObject = byte == ASCII.openBrace
                stack = stack << 1 | (isObject ? 1 : 0)
                due = isObject ? .keyOrEnd : .valueOrEnd
                depth &+= 1
                at &+= 1
            case ASCII.closeBrace, ASCII.closeBracket:
                let isObject = byte == ASCII.closeBrace
                switch due {
                case .afterValue where isObject == (stack & 1 == 1): break
                case .keyOrEnd where isObject: break
                case .valueOrEnd where !isObject: break
                default: return
                }
                // A container's end is as deep as the container.
                guard depth &- 1 > reportDepth else { return }
                stack >>= 1
                depth &-= 1
                due = .afterValue
                at &+= 1
            default:
                switch due {
                case .value, .valueOrEnd: break
                default: return
                }
                guard let end = byte >= 0x61 ? endOfLiteral(text, from: at) : endOfNumber(text, from: at) else {
                    return
                }
                due = .afterValue
                at = end
            }
        }
    }
}
