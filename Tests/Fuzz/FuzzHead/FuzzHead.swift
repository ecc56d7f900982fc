// libFuzzer's door to the properties of `HeadProperty`.

import FuzzProperties

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHead(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    if let failure = HeadProperty.failure(Array(UnsafeBufferPointer(start: start, count: count))) {
        fatalError(failure)
    }
    return 0
}
