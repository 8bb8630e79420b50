internal import Firewall
internal import LinuxSystem
internal import Netlink

/// Removes elements, all at once; those that are gone already are no failure.
func removeElements(_ elements: [(NFTSet, [NFTElement])], table: String, family: NFTFamily) throws {
  var rules = try NetlinkSocket(.netfilter)
  do throws(NetlinkError) {
    try rules.commit(NetworkRules.removing(elements), table: table, family: family)
  } catch {
    guard error.isAboutAbsence else { throw error }
    try removePresentElements(elements, table: table, family: family)
  }
}

/// Removes those elements that are there with their values: where some are gone, the kernel refuses to remove any. Asking
/// for all is one question; trying each would be a transaction that fails for each that is gone, and the kernel waits
/// for its readers at the end of every one (nf_tables_api.c, __nf_tables_abort): 20 ms for each of ten thousand ports.
func removePresentElements(
  _ elements: [(NFTSet, [NFTElement])], table: String, family: NFTFamily
) throws {
  // A socket of its own: what the kernel says of a transaction that failed may still lie in another.
  var rules = try NetlinkSocket(.netfilter)
  // Somebody who knows of no lock may remove them as well.
  for _ in 0..<8 {
    var present: [NFTSet: Set<NFTElement>] = [:]
    for set in Set(elements.map(\.0)) {
      do throws(NetlinkError) {
        present[set] = Set(try rules.elements(of: set, table: table, family: family))
      } catch { guard error.isAboutAbsence else { throw error } }
    }
    // Both ends of a range stand or fall together.
    let rest = elements.filter { set, wanted in wanted.allSatisfy { present[set]?.contains($0) == true } }
    do throws(NetlinkError) {
      return try rules.commit(NetworkRules.removing(rest), table: table, family: family)
    } catch {
      guard error.isAboutAbsence else { throw error }
      rules = try NetlinkSocket(.netfilter)
    }
  }
  throw NetlinkError("remove elements from nf_tables", table, code: ErrorCode.busy)
}

extension NetlinkError {
  /// Something is not there; of more refusals than the socket has room for, ENOBUFS is all that is heard.
  var isAboutAbsence: Bool { code == ErrorCode.noEntry || code == ErrorCode.noBuffers }
}
