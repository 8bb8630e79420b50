internal import GRDB
internal import LinuxSystem

extension StoreError {
  /// Finds the name of what SQLite or the kernel said. A `StoreError` passes as it is.
  init(_ error: any Error, path: String) {
    switch error {
    case let error as StoreError: self = error
    case let error as DatabaseError: self.init(error, path: path)
    case let error as SystemError where error.code == ErrorCode.noSpace: self = .diskFull(path: path)
    default: self = .database(path: path, detail: "\(error)")
    }
  }

  private init(_ error: DatabaseError, path: String) {
    let detail = error.message ?? "SQLite error \(error.resultCode.rawValue)"
    self =
      switch error.resultCode.primaryResultCode {
      case .SQLITE_FULL: .diskFull(path: path)
      case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM: .readOnly(path: path)
      case .SQLITE_CORRUPT, .SQLITE_NOTADB: .corrupt(path: path, detail: detail)
      case .SQLITE_BUSY, .SQLITE_LOCKED: .busy(path: path)
      default: .database(path: path, detail: detail)
      }
  }
}
