internal import CLibmnl

extension NFTExpression {
  /// Appends it as an element of a rule's list (linux/netfilter/nf_tables.h).
  func put(into batch: inout NetlinkBatch) {
    batch.nest(NFTA_LIST_ELEM) { batch in
      batch.put(NFTA_EXPR_NAME, text: name)
      batch.nest(NFTA_EXPR_DATA) { putData(into: &$0) }
    }
  }

  private var name: String {
    switch self {
    case .load(.destinationType, _): "fib"
    case .load(.connectionState, _), .load(.connectionStatus, _): "ct"
    case .load: "meta"
    case .payload: "payload"
    case .compare: "cmp"
    case .mask: "bitwise"
    case .lookup: "lookup"
    case .destinationNAT: "nat"
    case .masquerade: "masq"
    case .verdict: "immediate"
    }
  }

  private func putData(into batch: inout NetlinkBatch) {
    switch self {
    case .load(let fact, let register): fact.put(into: &batch, register)
    case .payload(let header, let offset, let length, let register):
      batch.put(NFTA_PAYLOAD_DREG, wire: Self.register(register))
      batch.put(NFTA_PAYLOAD_BASE, wire: header.rawValue)
      batch.put(NFTA_PAYLOAD_OFFSET, wire: offset)
      batch.put(NFTA_PAYLOAD_LEN, wire: length)
    case .compare(let register, let comparison, let value):
      batch.put(NFTA_CMP_SREG, wire: Self.register(register))
      batch.put(NFTA_CMP_OP, wire: comparison.number.rawValue)
      batch.nest(NFTA_CMP_DATA) { $0.put(NFTA_DATA_VALUE, value) }
    case .mask(let register, let mask):
      batch.put(NFTA_BITWISE_SREG, wire: Self.register(register))
      batch.put(NFTA_BITWISE_DREG, wire: Self.register(register))
      batch.put(NFTA_BITWISE_LEN, wire: UInt32(mask.count))
      batch.nest(NFTA_BITWISE_MASK) { $0.put(NFTA_DATA_VALUE, mask) }
      batch.nest(NFTA_BITWISE_XOR) { $0.put(NFTA_DATA_VALUE, mask.map { _ in 0 }) }
    case .lookup(let set, let key, let into, let isAbsent):
      batch.put(NFTA_LOOKUP_SET, text: set)
      batch.put(NFTA_LOOKUP_SREG, wire: Self.register(key))
      if let into { batch.put(NFTA_LOOKUP_DREG, wire: Self.register(into)) }
      if isAbsent { batch.put(NFTA_LOOKUP_FLAGS, wire: UInt32(NFT_LOOKUP_F_INV.rawValue)) }
    case .destinationNAT(let family, let address, let port):
      batch.put(NFTA_NAT_TYPE, wire: NFT_NAT_DNAT.rawValue)
      batch.put(NFTA_NAT_FAMILY, wire: UInt32(family.rawValue))
      batch.put(NFTA_NAT_REG_ADDR_MIN, wire: Self.register(address))
      batch.put(NFTA_NAT_REG_PROTO_MIN, wire: Self.register(port))
    case .masquerade: break
    case .verdict(let verdict):
      batch.put(NFTA_IMMEDIATE_DREG, wire: NFT_REG_VERDICT.rawValue)
      batch.nest(NFTA_IMMEDIATE_DATA) { batch in
        batch.nest(NFTA_DATA_VERDICT) { verdict.put(into: &$0) }
      }
    }
  }

  /// The registers of four bytes begin at 8; the first four numbers are the same memory in pieces of sixteen, which is how
  /// nft(8) names those that begin there, and how what it lists compares with what it made.
  static func register(_ number: Int) -> UInt32 {
    number % 4 == 0 ? NFT_REG_1.rawValue + UInt32(number / 4) : NFT_REG32_00.rawValue + UInt32(number)
  }
}

extension NFTExpression.Fact {
  func put(into batch: inout NetlinkBatch, _ register: Int) {
    let register = NFTExpression.register(register)
    switch self {
    case .inputName, .outputName, .family, .protocolNumber:
      batch.put(NFTA_META_DREG, wire: register)
      batch.put(NFTA_META_KEY, wire: metaKey.rawValue)
    case .destinationType:
      batch.put(NFTA_FIB_DREG, wire: register)
      batch.put(NFTA_FIB_RESULT, wire: NFT_FIB_RESULT_ADDRTYPE.rawValue)
      batch.put(NFTA_FIB_FLAGS, wire: NFTA_FIB_F_DADDR.rawValue)
    case .connectionState:
      batch.put(NFTA_CT_DREG, wire: register)
      batch.put(NFTA_CT_KEY, wire: NFT_CT_STATE.rawValue)
    case .connectionStatus:
      batch.put(NFTA_CT_DREG, wire: register)
      batch.put(NFTA_CT_KEY, wire: NFT_CT_STATUS.rawValue)
    }
  }

  private var metaKey: nft_meta_keys {
    switch self {
    case .inputName: NFT_META_IIFNAME
    case .outputName: NFT_META_OIFNAME
    case .family: NFT_META_NFPROTO
    default: NFT_META_L4PROTO
    }
  }
}

extension NFTVerdict {
  func put(into batch: inout NetlinkBatch) {
    switch self {
    case .accept: batch.put(NFTA_VERDICT_CODE, wire: UInt32(NF_ACCEPT))
    case .drop: batch.put(NFTA_VERDICT_CODE, wire: UInt32(NF_DROP))
    case .leave: batch.put(NFTA_VERDICT_CODE, wire: UInt32(bitPattern: NFT_RETURN.rawValue))
    case .jump(let chain):
      batch.put(NFTA_VERDICT_CODE, wire: UInt32(bitPattern: NFT_JUMP.rawValue))
      batch.put(NFTA_VERDICT_CHAIN, text: chain)
    }
  }
}

extension NFTComparison {
  var number: nft_cmp_ops {
    switch self {
    case .equal: NFT_CMP_EQ
    case .notEqual: NFT_CMP_NEQ
    case .less: NFT_CMP_LT
    case .atMost: NFT_CMP_LTE
    case .more: NFT_CMP_GT
    case .atLeast: NFT_CMP_GTE
    }
  }
}
