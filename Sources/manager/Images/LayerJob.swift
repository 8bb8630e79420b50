internal import Dispatch
internal import LinuxSystem
internal import OCIImageSpec
internal import Synchronization

/// A layer of an archive that is unpacked on a thread of its own while the archive is read on.
final class LayerJob: Sendable {
  /// What came of it.
  struct Outcome: Sendable {
    let diffID: Digest
    let sizeBytes: Int64
    let compression: Compression
  }

  /// The directory that holds `diff`.
  let directory: String
  private let spool: SpoolFile
  private let unpacker: [String]
  private let outcome = Mutex<Result<Outcome, ImageError>>(.failure(.failed("the layer was not unpacked")))

  init(_ spool: SpoolFile, into directory: String, unpacker: [String]) {
    self.spool = spool
    self.directory = directory
    self.unpacker = unpacker
  }

  /// What came of it, once it has ended.
  /// - Throws: why there is no layer: the file is perhaps none.
  func result() throws(ImageError) -> Outcome { try outcome.withLock { $0 }.get() }

  /// Does it, on this thread.
  func run() {
    let result: Result<Outcome, ImageError>
    do throws(ImageError) { result = .success(try unpack()) } catch { result = .failure(error) }
    outcome.withLock { $0 = result }
  }

  private func unpack() throws(ImageError) -> Outcome {
    let unpacking: UnpackProcess
    do throws(SystemError) {
      try makeDirectories(directory + "/diff")
      unpacking = try UnpackProcess(unpacker, directory: directory + "/diff")
    } catch { throw .system(error) }
    var start: [UInt8] = []
    while start.count < Compression.sniffLength, case let bytes = try spool.read(at: Int64(start.count)),
      !bytes.isEmpty
    {
      start += bytes
    }
    let compression: Compression
    do throws(UnsupportedFormat) { compression = try Compression(sniffing: start) } catch {
      throw .failed("it is \(error.name)")
    }
    var offset: Int64 = 0
    let next: ByteFeed.Source = { [spool] () throws(ImageError) in
      let bytes = try spool.read(at: offset)
      offset += Int64(bytes.count)
      return bytes
    }
    var hash = SHA256Hash()
    let take = { (bytes: [UInt8]) throws(ImageError) in
      hash.update(bytes)
      let isAlive: Bool
      do throws(SystemError) { isAlive = try unpacking.write(bytes) } catch { throw .system(error) }
      // It only leaves early to complain.
      if !isAlive { _ = try Self.finish(unpacking) }
    }
    if compression == .none {
      while case let bytes = try next(), !bytes.isEmpty { try take(bytes) }
    } else {
      try Decompression(compression: compression, source: "").run(from: next, into: take)
    }
    let unpacked = try Self.finish(unpacking)
    return Outcome(diffID: try hash.digest(), sizeBytes: unpacked.sizeBytes, compression: compression)
  }

  private static func finish(_ unpacking: UnpackProcess) throws(ImageError) -> UnpackedLayer {
    do throws(LayerError) { return try unpacking.finish() } catch { throw .failed(error.description) }
  }
}

/// Layers under way, at most as many at a time as there are processors.
final class LayerJobs {
  private let queue = DispatchQueue(label: "layers", attributes: .concurrent)
  private let places: DispatchSemaphore
  private let group = DispatchGroup()

  init() { places = DispatchSemaphore(value: max(2, processorCount())) }

  /// Begins one, now or when there is a place.
  func start(_ job: LayerJob) {
    queue.async(group: group) { [places] in
      places.wait()
      job.run()
      places.signal()
    }
  }

  /// Waits for all.
  func wait() { group.wait() }
}
