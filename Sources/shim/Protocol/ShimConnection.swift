package import LinuxSystem

/// A client's end of a connection to a shim; it closes when the value ends.
package struct ShimConnection: ~Copyable {
  /// The socket, for an event loop. Blocking unless the owner makes it non-blocking.
  package let descriptor: OwnedDescriptor

  /// Takes over a connected socket of type SEQPACKET, such as one end of a pair of which the shim inherits the other.
  package init(owning socket: consuming OwnedDescriptor) { descriptor = socket }

  /// Connects to the shim of a run directory.
  /// - Throws: `connection`; ENOENT or ECONNREFUSED when no shim listens there (it has ended, or has not begun).
  package init(connectingTo paths: ShimPaths) throws(ShimProtocolError) {
    do throws(SystemError) { descriptor = try connectToSocket(paths.socket, kind: .sequencedPacket) } catch {
      throw .connection(error)
    }
  }

  /// Sends one message.
  /// - Throws: `connection`: EPIPE or ECONNRESET when the shim has gone (what it sent before can still be received,
  ///   so go on with `receive`), EAGAIN when the socket is non-blocking and the shim does not read.
  package borrowing func send(_ message: ShimMessage) throws(ShimProtocolError) {
    let record = try message.encode()
    do throws(SystemError) { try sendRecord(descriptor, record) } catch { throw .connection(error) }
  }

  /// Sends one message, and a descriptor with it, which stays the caller's too.
  /// - Throws: as `send` does.
  package borrowing func send(
    _ message: ShimMessage, with passed: borrowing OwnedDescriptor
  ) throws(ShimProtocolError) {
    let record = try message.encode()
    do throws(SystemError) { try sendDescriptor(passed, with: record, over: descriptor) } catch {
      throw .connection(error)
    }
  }

  /// Receives one message; waits for it unless the socket is non-blocking.
  /// - Returns: nil when the shim has closed the connection.
  /// - Throws: `malformed`, `tooLong`, or `connection` (EAGAIN when non-blocking and nothing is there).
  package borrowing func receive() throws(ShimProtocolError) -> ShimMessage? {
    let record: [UInt8]
    do throws(SystemError) { record = try receivePendingRecord() } catch { throw .connection(error) }
    return record.isEmpty ? nil : try ShimMessage(decoding: record)
  }

  // A shim that closes with a message of ours unread makes the next call fail with ECONNRESET, once, ahead of the
  // messages that it had sent before (net/core/datagram.c, __skb_try_recv_datagram looks at the error first). The
  // exit status may be among them, so ask again: the error is gone and the queue comes, then its end.
  private borrowing func receivePendingRecord() throws(SystemError) -> [UInt8] {
    let limit = MessageFormat.maximumRecord + 1
    do throws(SystemError) { return try receiveRecord(descriptor, limit: limit) } catch {
      guard error.code == ErrorCode.connectionReset else { throw error }
    }
    return try receiveRecord(descriptor, limit: limit)
  }
}
