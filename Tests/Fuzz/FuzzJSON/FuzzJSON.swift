// libFuzzer's door to the properties of `JSONProperty`.

import FuzzProperties

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    if let failure = JSONProperty.failure(Array(UnsafeBufferPointer(start: start, count: count))) {
        fatalError(failure)
    }
    return 0
}
