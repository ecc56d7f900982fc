// One-shot timers in a binary heap that knows each timer's place, so that moving one costs a sift and no search.

/// A one-shot timer. Make one per owner and arm it again and again; never one per request.
package final class Timer {
    fileprivate(set) var deadline: UInt64 = 0
    fileprivate var place: Int?
    let fire: () -> Void

    /// - Parameter fire: called on the loop's thread; hold the owner weakly or unowned.
    package init(_ fire: @escaping () -> Void) { self.fire = fire }

    package var isArmed: Bool { place != nil }
}

struct TimerHeap {
    private var heap: [Timer] = []

    var count: Int { heap.count }
    var earliest: UInt64? { heap.first?.deadline }

    mutating func arm(_ timer: Timer, at deadline: UInt64) {
        timer.deadline = deadline
        if let place = timer.place {
            siftUp(place)
            siftDown(timer.place!)
        } else {
            timer.place = heap.count
            heap.append(timer)
            siftUp(heap.count - 1)
        }
    }

    mutating func disarm(_ timer: Timer) {
        guard let place = timer.place else { return }
        let last = heap.removeLast()
        timer.place = nil
        guard last !== timer else { return }
        heap[place] = last
        last.place = place
        siftUp(place)
        siftDown(last.place!)
    }

    mutating func popExpired(_ now: UInt64) -> Timer? {
        guard let first = heap.first, first.deadline <= now else { return nil }
        disarm(first)
        return first
    }

    private mutating func siftUp(_ start: Int) {
        var place = start
        while place > 0 {
            let parent = (place - 1) / 2
            guard heap[place].deadline < heap[parent].deadline else { return }
            exchange(place, parent)
            place = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var place = start
        while true {
            var least = place
            for child in (2 * place + 1)...(2 * place + 2)
            where child < heap.count && heap[child].deadline < heap[least].deadline { least = child }
            guard least != place else { return }
            exchange(place, least)
            place = least
        }
    }

    private mutating func exchange(_ left: Int, _ right: Int) {
        heap.swapAt(left, right)
        heap[left].place = left
        heap[right].place = right
    }
}
