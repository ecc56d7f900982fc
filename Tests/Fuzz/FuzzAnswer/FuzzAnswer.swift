// libFuzzer's door to the properties of `AnswerProperty`.

import FuzzProperties

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAnswer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    if let failure = AnswerProperty.failure(Array(UnsafeBufferPointer(start: start, count: count))) {
        fatalError(failure)
    }
    return 0
}
