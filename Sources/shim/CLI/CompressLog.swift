internal import Gzip
internal import LinuxSystem

extension Shim {
  /// `apus-shim compress-log`, which a shim with a log to compress runs: a gzip file of stdin goes to stdout, and is on
  /// the disk when this process ends with 0.
  static func compressLog() -> Never {
    do throws(SystemError) {
      let source = OwnedDescriptor(owning: StandardDescriptor.input.rawValue)
      let target = OwnedDescriptor(owning: StandardDescriptor.output.rawValue)
      let writer = try GzipWriter(origin: try fileStatus(of: source).inode)
      while case let bytes = try source.readChunk(limit: 256 << 10), !bytes.isEmpty {
        try target.writeAll(writer.write(bytes))
      }
      try target.writeAll(writer.finish())
      try target.sync()
    } catch { exitImmediately(1) }
    exitImmediately(0)
  }
}
