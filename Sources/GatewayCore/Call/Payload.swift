// The part of a body that the model gets: which bytes of each piece belong to it.

import Wire

struct Payload {
    private let kind: ResponseShape.Kind
    private let isFirstElement: Bool
    /// The payload is a part of the body, and not all of it.
    private let hasPlace: Bool
    private var listDepth: Int?
    private var valueDepth: Int?
    private var from = 0
    private(set) var isFound = false
    /// There is null where a record is due.
    private(set) var isNull = false
    private(set) var elementCount = 0
    private(set) var isTruncated = false

    init(shape: ResponseShape) {
        kind = shape.kind
        isFirstElement = shape.isFirstElement
        hasPlace = !shape.path.isEmpty
    }

    mutating func valueBegan(
        _ kind: JSONScanner.Kind, _ depth: Int, isSelected: Bool, _ offset: Int, _ writer: inout ResultWriter
    ) {
        if let listDepth, depth == listDepth + 1 { return elementBegan(depth, offset, &writer) }
        guard isSelected, !isFound else { return }
        switch (self.kind, kind) {
        case (.list, .array):
            (isFound, listDepth) = (true, depth)
            writer.beginList()
        case (.list, .null):
            isFound = true
            writer.beginList()
        case (.list, _): break
        case (_, .null) where hasPlace: isNull = true
        case (_, .array) where isFirstElement: listDepth = depth
        case (_, _) where isFirstElement: break
        default: (isFound, valueDepth, from) = (true, depth, offset)
        }
    }

    private mutating func elementBegan(_ depth: Int, _ offset: Int, _ writer: inout ResultWriter) {
        if kind == .list {
            // A list is cut between elements, so that what is left of it is whole.
            if isTruncated || writer.isFull {
                isTruncated = true
                return
            }
            writer.beginElement(isFirst: elementCount == 0)
            elementCount += 1
        } else {
            guard !isFound else { return }
            isFound = true
        }
        (valueDepth, from) = (depth, offset)
    }

    mutating func valueEnded(_ depth: Int, _ bytes: [UInt8], _ position: Int, _ writer: inout ResultWriter) {
        if valueDepth == depth {
            writer.write(bytes, from..<position)
            valueDepth = nil
        } else if listDepth == depth {
            listDepth = nil
        }
    }

    mutating func pieceEnded(_ bytes: [UInt8], _ writer: inout ResultWriter) {
        guard valueDepth != nil else { return }
        writer.write(bytes, from..<bytes.count)
        from = 0
    }
}
