import LinuxSystem
import Testing

@testable import Gzip

/// What is compressed is read back, by us and by gzip(1).
struct GzipTests {
  private func compressed(_ chunks: [[UInt8]], origin: UInt64 = 7) throws -> [UInt8] {
    let writer = try GzipWriter(origin: origin)
    return chunks.flatMap { writer.write($0) } + writer.finish()
  }

  private func read(_ file: [UInt8], by size: Int = 1000) throws -> [UInt8] {
    let reader = try GzipReader()
    var output: [UInt8] = []
    for start in stride(from: 0, to: file.count, by: size) {
      try reader.read(Array(file[start..<min(start + size, file.count)]), into: &output)
    }
    return output
  }

  @Test(arguments: [0, 1, 1000, 300_000])
  func whatIsWrittenIsReadBack(count: Int) throws {
    var random = SystemRandomNumberGenerator()
    let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    let halves = [Array(bytes.prefix(count / 2)), [], Array(bytes.dropFirst(count / 2))]
    let file = try compressed(halves)
    #expect(try read(file) == bytes)
    #expect(try read(file, by: 1) == bytes)
  }

  @Test func whatRepeatsBecomesSmall() throws {
    #expect(try compressed([[UInt8](repeating: 1, count: 1 << 20)]).count < 2000)
  }

  @Test func gzipReadsIt() throws {
    let path = "/tmp/apus-gzip-test-\(hexadecimal(try randomBytes(6)))"
    let file = try openFile(path, [.readWrite, .create, .exclusive])
    defer { do throws(SystemError) { try removeFile(path) } catch { Issue.record("\(error)") } }
    try file.writeAll(try compressed([Array("hello\n".utf8)]))
    let pipe = try makePipe()
    let gzip = try #require(Environment.findProgram("gzip", path: "/usr/bin:/bin"))
    var plan = SpawnPlan(gzip, ["-cd", path])
    plan.descriptors = [(1, pipe.second.raw)]
    #expect(try spawn(plan).wait() == .exited(0))
    #expect(try pipe.first.readChunk(limit: 100) == Array("hello\n".utf8))
  }

  @Test func theHeaderSaysWhatItWasMadeOf() throws {
    let file = try compressed([], origin: 0x0102_0304_0506_0708)
    #expect(GzipHeader.origin(of: Array(file.prefix(GzipHeader.size))) == 0x0102_0304_0506_0708)
    var foreign = file
    foreign[3] = 0
    #expect(GzipHeader.origin(of: foreign) == nil)
    #expect(GzipHeader.origin(of: []) == nil)
  }

  @Test func damageIsTold() throws {
    var file = try compressed([Array("hello, hello, hello".utf8)])
    file[file.count - 5] ^= 1
    #expect(throws: SystemError.self) { try read(file) }
  }
}
