import LinuxSystem
import Testing

@Suite struct DescriptorTests {
  @Test func aDescriptorClosesWithItsOwner() throws {
    let number: Int32
    do {
      let file = try openFile("/dev/null", .readOnly)
      number = file.raw
      #expect(isOpenDescriptor(number))
    }
    // Another test may have taken the number meanwhile; then it is another file.
    #expect(!isOpenDescriptor(number) || (try? readLink("/proc/self/fd/\(number)")) != "/dev/null")
    #expect(!isOpenDescriptor(1 << 20))
  }

  // High numbers, which no other test of this process comes near.
  @Test func whatIsKeptStaysAndTheGapsClose() throws {
    let file = try openFile("/dev/null", .readOnly)
    let numbers = Int32(900)..<910
    for number in numbers { try duplicate(file, onto: number) }
    try closeDescriptors(from: 900, keeping: [907, 902, 904, 903, 3])
    #expect(numbers.filter(isOpenDescriptor) == [902, 903, 904, 907])
    try closeDescriptors(from: 900, keeping: [902])
    #expect(numbers.filter(isOpenDescriptor) == [902])
    try closeDescriptors(from: 900, keeping: [902])
    #expect(numbers.filter(isOpenDescriptor) == [902])
    try closeDescriptors(from: 900, keeping: [])
    #expect(numbers.filter(isOpenDescriptor) == [])
  }

  @Test func duplicatingOntoNothingFails() throws {
    let file = try openFile("/dev/null", .readOnly)
    let number = file.raw
    do {
      try duplicate(file, onto: number)
      Issue.record("duplicated onto itself")
    } catch {
      #expect(failure(error).code == ErrorCode.invalid)
      #expect(failure(error).description.contains("to \(number)"))
    }
  }

  @Test func aPipeCarriesBytesAndEnds() throws {
    var pipe = try makePipe()
    try pipe.second.writeAll("hello")
    #expect(try pipe.first.readChunk(limit: 3) == Array("hel".utf8))
    pipe.second = try openFile("/dev/null", .writeOnly)
    #expect(try pipe.first.readAll() == Array("lo".utf8))
  }

  @Test func nonBlockingSaysSo() throws {
    let pipe = try makePipe()
    try pipe.first.setNonBlocking()
    do {
      _ = try pipe.first.readChunk(limit: 1)
      Issue.record("read from an empty pipe")
    } catch { #expect(failure(error).code == ErrorCode.again) }
  }
}

@Suite struct SocketTests {
  @Test func recordsStayWhole() throws {
    let pair = try makeSocketPair()
    try sendRecord(pair.first, [1, 2, 3])
    try sendRecord(pair.first, [4])
    #expect(try receiveRecord(pair.second, limit: 64) == [1, 2, 3])
    #expect(try receiveRecord(pair.second, limit: 64) == [4])
  }

  @Test func aDescriptorTravels() throws {
    let pair = try makeSocketPair()
    let pipe = try makePipe()
    try sendDescriptor(pipe.second, with: Array("here".utf8), over: pair.first)
    var received = try receiveDescriptor(over: pair.second)
    #expect(received.bytes == Array("here".utf8))
    guard let end = received.descriptor.take() else {
      Issue.record("no descriptor came")
      return
    }
    try end.writeAll("through")
    #expect(try pipe.first.readChunk(limit: 64) == Array("through".utf8))
  }

  @Test func aRecordWithoutOneIsOnlyBytes() throws {
    let pair = try makeSocketPair()
    try sendRecord(pair.first, [9])
    var received = try receiveDescriptor(over: pair.second)
    let came = received.descriptor.take() != nil
    #expect(received.bytes == [9] && !came)
  }

  @Test func aSocketMayLieDeep() throws {
    try withScratch { (scratch: String) throws in
      let path = "\(scratch)/\(String(repeating: "d", count: 150))"
      try makeDirectory(path)
      let directory = try openFile(path, [.path, .directory])
      expectFailure(ErrorCode.noEntry, naming: "\(path)/s") {
        _ = try connectToSocket("\(path)/s", kind: .stream)
      }
      do {
        let listener = try listenOnSocket("s", in: directory, kind: .stream)
        let client = try connectToSocket("\(path)/s", kind: .stream)
        let server = try acceptConnection(listener)
        try sendRecord(client, [7])
        #expect(try receiveRecord(server, limit: 8) == [7])
      }
      expectFailure(ErrorCode.connectionRefused, naming: "\(path)/s") {
        _ = try connectToSocket("\(path)/s", kind: .stream)
      }
      // The name of a dead listener is taken over.
      _ = try listenOnSocket("s", in: directory, kind: .stream)
    }
  }
}

@Suite struct EventLoopTests {
  @Test func tellsWhoIsReady() throws {
    let loop = try EventLoop()
    let a = try makePipe()
    let b = try makePipe()
    try loop.watch(a.first, for: .read, token: 1)
    try loop.watch(b.first, for: .read, token: 2)
    #expect(try loop.next(milliseconds: 0) == nil)
    try b.second.writeAll("x")
    let event = try loop.next(milliseconds: 1000)
    #expect(event?.token == 2)
    #expect(event?.readiness == .read)
    try loop.change(b.first, to: [], token: 2)
    #expect(try loop.next(milliseconds: 0) == nil)
    try loop.stop(b.first)
    try a.second.writeAll("x")
    #expect(try loop.next(milliseconds: 1000)?.token == 1)
  }

  @Test func aRegularFileCannotBeWatched() throws {
    let loop = try EventLoop()
    let file = try openFile("/etc/passwd", .readOnly)
    do {
      try loop.watch(file, for: .read, token: 1)
      Issue.record("watched a regular file")
    } catch { #expect(failure(error).code == ErrorCode.notPermitted) }
  }

  @Test func aTimerIsDueOnce() throws {
    let loop = try EventLoop()
    let timer = try Timer()
    try loop.watch(timer.descriptor, for: .read, token: 3)
    #expect(try loop.next(milliseconds: 0) == nil)
    try timer.arm(after: .milliseconds(5))
    #expect(try loop.next(milliseconds: 5000)?.token == 3)
    try timer.acknowledge()
    #expect(try loop.next(milliseconds: 0) == nil)
    // At once is a time as well; disarmed is none.
    try timer.arm(after: .zero)
    #expect(try loop.next(milliseconds: 5000)?.token == 3)
    try timer.disarm()
    try timer.acknowledge()
    #expect(try loop.next(milliseconds: 0) == nil)
  }
}
