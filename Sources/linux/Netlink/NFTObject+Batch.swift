internal import CLibmnl

extension NetlinkBatch {
  /// A transaction on a table: between a message that begins it and one that ends it.
  package init(transaction objects: [NFTObject], table: String, family: NFTFamily) {
    self.init()
    frame(NFNL_MSG_BATCH_BEGIN)
    for (number, object) in objects.enumerated() {
      put(object, table, family, setID: UInt32(number + 1))
    }
    // The kernel answers with every error, and with this when there is none.
    if !objects.isEmpty { acknowledgeLast() }
    frame(NFNL_MSG_BATCH_END)
  }

  /// Begins a message of nf_tables' (struct nfgenmsg).
  mutating func nft(_ type: nf_tables_msg_types, flags: Int32 = 0, family: NFTFamily?) {
    message(
      Int32(NFNL_SUBSYS_NFTABLES) << 8 | Int32(type.rawValue), flags: flags,
      fixed: [family?.rawValue ?? 0, UInt8(NFNETLINK_V0), 0, 0])
  }

  private mutating func frame(_ type: Int32) {
    message(type, flags: 0, fixed: [0, UInt8(NFNETLINK_V0)] + wireBytes(UInt16(NFNL_SUBSYS_NFTABLES)))
  }

  private mutating func put(_ object: NFTObject, _ table: String, _ family: NFTFamily, setID: UInt32) {
    switch object {
    case .table(let name, let family):
      nft(NFT_MSG_NEWTABLE, flags: NLM_F_CREATE, family: family)
      put(NFTA_TABLE_NAME, text: name)
    case .absentTable(let name, let family):
      nft(NFT_MSG_DELTABLE, family: family)
      put(NFTA_TABLE_NAME, text: name)
    case .chain(let name, let hook):
      nft(NFT_MSG_NEWCHAIN, flags: NLM_F_CREATE, family: family)
      put(NFTA_CHAIN_TABLE, text: table)
      put(NFTA_CHAIN_NAME, text: name)
      if let hook { put(hook, family) }
    case .set(let set):
      nft(NFT_MSG_NEWSET, flags: NLM_F_CREATE, family: family)
      put(NFTA_SET_TABLE, text: table)
      put(set, id: setID)
    case .flush(let chain):
      nft(NFT_MSG_DELRULE, family: family)
      put(NFTA_RULE_TABLE, text: table)
      put(NFTA_RULE_CHAIN, text: chain)
    case .rule(let chain, let expressions):
      nft(NFT_MSG_NEWRULE, flags: NLM_F_CREATE | NLM_F_APPEND, family: family)
      put(NFTA_RULE_TABLE, text: table)
      put(NFTA_RULE_CHAIN, text: chain)
      nest(NFTA_RULE_EXPRESSIONS) { batch in
        for expression in expressions { expression.put(into: &batch) }
      }
    case .elements(let set, let elements):
      put(elements, of: set, NFT_MSG_NEWSETELEM, NLM_F_CREATE, table, family)
    case .absentElements(let set, let elements):
      put(elements, of: set, NFT_MSG_DELSETELEM, 0, table, family)
    }
  }

  private mutating func put(_ hook: NFTHook, _ family: NFTFamily) {
    nest(NFTA_CHAIN_HOOK) { batch in
      batch.put(NFTA_HOOK_HOOKNUM, wire: hook.place.rawValue)
      batch.put(NFTA_HOOK_PRIORITY, wire: UInt32(bitPattern: hook.priority))
    }
    put(NFTA_CHAIN_POLICY, wire: UInt32(NF_ACCEPT))
    put(NFTA_CHAIN_TYPE, text: hook.type)
  }

  private mutating func put(_ set: NFTSet, id: UInt32) {
    var flags: UInt32 = 0
    if set.isInterval { flags |= NFT_SET_INTERVAL.rawValue }
    // Where parts are compared whole, one long key will do.
    if set.isInterval, set.key.count > 1 { flags |= NFT_SET_CONCAT.rawValue }
    if !set.value.isEmpty { flags |= NFT_SET_MAP.rawValue }
    put(NFTA_SET_NAME, text: set.name)
    put(NFTA_SET_FLAGS, wire: flags)
    put(NFTA_SET_KEY_TYPE, wire: Self.typeNumber(set.key))
    put(NFTA_SET_KEY_LEN, wire: Self.size(set.key))
    if !set.value.isEmpty {
      put(NFTA_SET_DATA_TYPE, wire: Self.typeNumber(set.value))
      put(NFTA_SET_DATA_LEN, wire: Self.size(set.value))
    }
    put(NFTA_SET_ID, wire: id)
    // Tells nft(8) that names stand in the machine's order of bytes (libnftnl, udata: NFTNL_UDATA_SET_KEYBYTEORDER).
    if set.key == [.interfaceName] { put(NFTA_SET_USERDATA, [0, 4] + machineBytes(UInt32(1))) }
    guard set.isInterval, set.key.count > 1 else { return }
    nest(NFTA_SET_DESC) { batch in
      batch.nest(NFTA_SET_DESC_CONCAT) { batch in
        for type in set.key {
          batch.nest(NFTA_LIST_ELEM) { $0.put(NFTA_SET_FIELD_LEN, wire: UInt32(type.size)) }
        }
      }
    }
  }

  private mutating func put(
    _ elements: [NFTElement], of set: NFTSet, _ type: nf_tables_msg_types, _ flags: Int32, _ table: String,
    _ family: NFTFamily
  ) {
    // The list is an attribute, whose length has 16 bits.
    for start in stride(from: 0, to: elements.count, by: 256) {
      nft(type, flags: flags, family: family)
      put(NFTA_SET_ELEM_LIST_TABLE, text: table)
      put(NFTA_SET_ELEM_LIST_SET, text: set.name)
      nest(NFTA_SET_ELEM_LIST_ELEMENTS) { batch in
        for element in elements[start..<min(start + 256, elements.count)] { batch.put(element) }
      }
    }
  }

  private mutating func put(_ element: NFTElement) {
    nest(NFTA_LIST_ELEM) { batch in
      if element.isEnd { batch.put(NFTA_SET_ELEM_FLAGS, wire: NFT_SET_ELEM_INTERVAL_END.rawValue) }
      batch.nest(NFTA_SET_ELEM_KEY) { $0.put(NFTA_DATA_VALUE, element.key) }
      if let end = element.keyEnd { batch.nest(NFTA_SET_ELEM_KEY_END) { $0.put(NFTA_DATA_VALUE, end) } }
      if let value = element.value {
        batch.nest(NFTA_SET_ELEM_DATA) { $0.put(NFTA_DATA_VALUE, value) }
      }
    }
  }

  /// nft(8) puts six bits for each part into the number (nftables, include/datatype.h, TYPE_BITS).
  private static func typeNumber(_ types: [NFTType]) -> UInt32 { types.reduce(0) { $0 << 6 | $1.rawValue } }

  private static func size(_ types: [NFTType]) -> UInt32 {
    UInt32(types.count == 1 ? types[0].size : types.reduce(0) { $0 + $1.paddedSize })
  }
}
