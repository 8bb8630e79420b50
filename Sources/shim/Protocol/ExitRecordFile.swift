internal import JSONDocument
package import LinuxSystem

/// An exit record that is there but cannot be read.
package enum ExitRecordError: Error, Equatable, CustomStringConvertible {
  /// The file cannot be read or written.
  case file(SystemError)
  /// Its content is no exit record; the text has path and place.
  case content(String)

  package var description: String {
    switch self {
    case .file(let error): "exit record: \(error)"
    case .content(let text): "exit record: \(text)"
    }
  }
}

extension ExitRecord {
  /// Reads the record at `path`.
  /// - Returns: nil when there is none: the container has not ended, or its shim was killed.
  package static func read(_ path: String) throws(ExitRecordError) -> ExitRecord? {
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try readFile(path, limit: 1 << 20) } catch {
      if error.code == ErrorCode.noEntry { return nil }
      throw .file(error)
    }
    return try parse(bytes, path)
  }

  /// The same below an open directory.
  package static func read(
    _ path: String, in directory: borrowing OwnedDescriptor
  ) throws(ExitRecordError) -> ExitRecord? {
    let bytes: [UInt8]?
    do throws(SystemError) { bytes = try readFileIfThere(path, in: directory, limit: 1 << 20) } catch {
      throw .file(error)
    }
    return try bytes.map { bytes throws(ExitRecordError) in try parse(bytes, path) }
  }

  private static func parse(_ bytes: [UInt8], _ path: String) throws(ExitRecordError) -> ExitRecord {
    do throws(DocumentError) { return try JSON.read(ExitRecord.self, from: bytes, file: path) } catch {
      throw .content("\(error)")
    }
  }

  /// Writes the record, whole or not at all.
  /// - Parameter durable: whether to wait until it is on the disk; false for one that is removed with its container.
  package func write(_ path: String, durable: Bool = true) throws(ExitRecordError) {
    let bytes = encodedBytes() + [UInt8(ascii: "\n")]
    do throws(SystemError) { try writeAtomically(path, bytes, durable: durable) } catch { throw .file(error) }
  }

  /// One line of JSON; `error` is cut so that the record always fits into one message.
  func encodedBytes() -> [UInt8] {
    var record = self
    // A control character takes six bytes in JSON: 4 KiB of text can become 24 KiB.
    if record.error.utf8.count > 4096 { record.error = String(record.error.prefix(1000)) + "…" }
    return JSON.write(record.document)
  }

  /// Reads the payload of an `exited` message.
  init(decoding bytes: [UInt8]) throws(ShimProtocolError) {
    do throws(DocumentError) {
      self = try JSON.read(ExitRecord.self, from: bytes, file: "exit record")
    } catch {
      throw .malformed("exited: \(error)")
    }
  }
}
