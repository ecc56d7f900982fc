// A wall clock that a test moves: a library in front of libc that adds seconds to CLOCK_REALTIME. Zoho's rules count
// in minutes, and no test waits that long.

import Foundation

struct ShiftedClock {
    private let library: String
    private let file: String

    init(_ folder: Folder) throws {
        library = "\(folder.path)/clock.so"
        file = "\(folder.path)/clock.seconds"
        let source = "\(folder.path)/clock.c"
        try ShiftedClock.source.write(toFile: source, atomically: true, encoding: .utf8)
        let compiler = try ChildProcess(
            "clang", ["-shared", "-fPIC", "-O1", "-o", library, source], folder: folder, name: "clang")
        guard try compiler.exitCode() == 0 else { throw Trouble("The clock cannot be built: \(compiler.errors)") }
        try shift(seconds: 0)
    }

    /// For processes that shall see this clock.
    var environment: [String: String] { ["LD_PRELOAD": library, "SHIFTED_CLOCK": file] }

    func shift(seconds: Int) throws {
        let bytes = withUnsafeBytes(of: Int64(seconds)) { Data($0) }
        // In place: processes have the file mapped.
        if let handle = FileHandle(forWritingAtPath: file) {
            try handle.write(contentsOf: bytes)
            try handle.close()
        } else {
            try bytes.write(to: URL(fileURLWithPath: file))
        }
    }

    private static let source = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/syscall.h>
        #include <time.h>
        #include <unistd.h>
        static volatile long long *shift;
        __attribute__((constructor)) static void begin(void) {
            const char *path = getenv("SHIFTED_CLOCK");
            int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
            if (file < 0) return;
            void *map = mmap(0, 8, PROT_READ, MAP_SHARED, file, 0);
            close(file);
            if (map != MAP_FAILED) shift = map;
        }
        int clock_gettime(clockid_t clock, struct timespec *time) {
            int code = (int)syscall(SYS_clock_gettime, clock, time);
            if (code == 0 && shift && clock == CLOCK_REALTIME) time->tv_sec += *shift;
            return code;
        }
        """
}
