// libFuzzer's door to the properties of `ResponseProperty`.

import FuzzProperties

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzResponse(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    if let failure = ResponseProperty.failure(Array(UnsafeBufferPointer(start: start, count: count))) {
        fatalError(failure)
    }
    return 0
}
