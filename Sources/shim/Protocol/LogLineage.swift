/// Which file of a log another one follows: the shim notes it with each rotation, and a reader that has fallen behind
/// knows by it whether a file came between that is not there any more.
///
/// An extended attribute of the younger file, the inode of the older one in decimal (xattr(7)). A file system that has none
/// keeps none, and the question stays open.
package enum LogLineage {
  /// The attribute's name.
  package static let attribute = "user.apus.follows"

  /// The attribute's value.
  package static func value(inode: UInt64) -> [UInt8] { Array("\(inode)".utf8) }

  /// The inode that a value names; nil when it is not one of ours.
  package static func inode(of value: [UInt8]) -> UInt64? { UInt64(String(decoding: value, as: UTF8.self)) }
}
