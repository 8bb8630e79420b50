internal import CLibmnl
internal import LinuxSystem

/// A chain that packets enter from a hook, whosever it is.
package struct NFTBaseChain: Sendable, Equatable {
  package let family: UInt8
  package let table: String
  package let name: String
  package let type: String
  package let place: UInt32
  package let priority: Int32
  /// Whether what no rule accepts is dropped.
  package let isClosed: Bool
}

extension NetlinkSocket {
  /// Performs a transaction on a table: all of it or nothing.
  /// - Throws: `NetlinkError` with the first thing that the kernel refused.
  package mutating func commit(
    _ objects: [NFTObject], table: String, family: NFTFamily
  ) throws(NetlinkError) {
    guard !objects.isEmpty else { return }
    try performTransaction(
      NetlinkBatch(transaction: objects, table: table, family: family), "change nf_tables", table)
  }

  /// Removes a table with all that is in it.
  /// - Returns: whether there was one.
  @discardableResult
  package mutating func deleteTable(_ name: String, _ family: NFTFamily) throws(NetlinkError) -> Bool {
    do throws(NetlinkError) { try commit([.absentTable(name, family)], table: name, family: family) } catch {
      if error.code == ErrorCode.noEntry { return false }
      throw error
    }
    return true
  }

  /// Whether there is a table of this name.
  package mutating func hasTable(_ name: String, _ family: NFTFamily) throws(NetlinkError) -> Bool {
    var batch = NetlinkBatch()
    batch.nft(NFT_MSG_GETTABLE, family: family)
    batch.put(NFTA_TABLE_NAME, text: name)
    do throws(NetlinkError) { return try !list(batch, "find nf_tables table", name).isEmpty } catch {
      if error.code == ErrorCode.noEntry { return false }
      throw error
    }
  }

  /// Whether a chain is there and has rules.
  package mutating func hasRules(
    inChain chain: String, _ table: String, _ family: NFTFamily
  ) throws(NetlinkError) -> Bool {
    var batch = NetlinkBatch()
    batch.nft(NFT_MSG_GETRULE, flags: NLM_F_ROOT | NLM_F_MATCH, family: family)
    batch.put(NFTA_RULE_TABLE, text: table)
    batch.put(NFTA_RULE_CHAIN, text: chain)
    do throws(NetlinkError) { return try !list(batch, "list nf_tables rules", table).isEmpty } catch {
      if error.code == ErrorCode.noEntry { return false }
      throw error
    }
  }

  /// The elements of a set, in no order.
  /// - Throws: `NetlinkError`; ENOENT when there is no such set.
  package mutating func elements(
    of set: NFTSet, table: String, family: NFTFamily
  ) throws(NetlinkError) -> [NFTElement] {
    var batch = NetlinkBatch()
    batch.nft(NFT_MSG_GETSETELEM, flags: NLM_F_ROOT | NLM_F_MATCH, family: family)
    batch.put(NFTA_SET_ELEM_LIST_TABLE, text: table)
    batch.put(NFTA_SET_ELEM_LIST_SET, text: set.name)
    return try list(batch, "list nf_tables set", set.name).flatMap { reply in
      reply.attributes(after: 4).inside(NFTA_SET_ELEM_LIST_ELEMENTS).values.compactMap {
        let found = Attributes($0[...])
        guard let key = found.inside(NFTA_SET_ELEM_KEY)[NFTA_DATA_VALUE] else { return nil }
        let flags = UInt32(found.wire(NFTA_SET_ELEM_FLAGS) ?? 0)
        return NFTElement(
          key: key, keyEnd: found.inside(NFTA_SET_ELEM_KEY_END)[NFTA_DATA_VALUE],
          value: found.inside(NFTA_SET_ELEM_DATA)[NFTA_DATA_VALUE],
          isEnd: flags & NFT_SET_ELEM_INTERVAL_END.rawValue != 0)
      }
    }
  }

  /// The chains of all tables that packets enter by themselves: what else has a say about them.
  package mutating func baseChains() throws(NetlinkError) -> [NFTBaseChain] {
    var batch = NetlinkBatch()
    batch.nft(NFT_MSG_GETCHAIN, flags: NLM_F_ROOT | NLM_F_MATCH, family: nil)
    return try list(batch, "list nf_tables chains").compactMap { reply in
      let found = reply.attributes(after: 4)
      let hook = found.inside(NFTA_CHAIN_HOOK)
      guard let place = hook.wire(NFTA_HOOK_HOOKNUM), let table = found.text(NFTA_CHAIN_TABLE),
        let name = found.text(NFTA_CHAIN_NAME)
      else { return nil }
      return NFTBaseChain(
        family: reply.body[0], table: table, name: name, type: found.text(NFTA_CHAIN_TYPE) ?? "",
        place: UInt32(place),
        priority: Int32(truncatingIfNeeded: hook.wire(NFTA_HOOK_PRIORITY) ?? 0),
        isClosed: found.wire(NFTA_CHAIN_POLICY) == UInt64(NF_DROP))
    }
  }

  /// The names of a table's chains.
  package mutating func chainNames(inTable table: String, family: UInt8) throws(NetlinkError) -> [String] {
    var batch = NetlinkBatch()
    batch.nft(NFT_MSG_GETCHAIN, flags: NLM_F_ROOT | NLM_F_MATCH, family: nil)
    return try list(batch, "list nf_tables chains").compactMap { reply in
      let found = reply.attributes(after: 4)
      guard reply.body[0] == family, found.text(NFTA_CHAIN_TABLE) == table else { return nil }
      return found.text(NFTA_CHAIN_NAME)
    }
  }

  /// Which of these devices' names stand in some rule of a table, whatever the rule says of them.
  package mutating func names(
    _ names: [String], inRulesOf table: String, family: UInt8
  ) throws(NetlinkError) -> [String] {
    var batch = NetlinkBatch()
    batch.nft(NFT_MSG_GETRULE, flags: NLM_F_ROOT | NLM_F_MATCH, family: nil)
    batch.put(NFTA_RULE_TABLE, text: table)
    var found: Set<String> = []
    for reply in try list(batch, "list nf_tables rules", table) where reply.body[0] == family {
      for name in names where !found.contains(name) {
        // As it is compared with: its bytes and a zero, or without it where more than one device is meant.
        if reply.body.contains(run: Array(name.utf8)) { found.insert(name) }
      }
    }
    return names.filter { found.contains($0) }
  }
}

extension [UInt8] {
  fileprivate func contains(run: [UInt8]) -> Bool {
    guard let first = run.first, count >= run.count else { return false }
    return (0...(count - run.count)).contains { start in
      self[start] == first && self[start..<(start + run.count)].elementsEqual(run)
    }
  }
}
