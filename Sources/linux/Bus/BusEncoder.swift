/// Writes values as they travel: little-endian, each aligned to its size from the start of the message (D-Bus
/// Specification, Marshaling).
struct BusEncoder {
  private(set) var bytes: [UInt8] = []

  mutating func align(to size: Int) {
    while bytes.count % size != 0 { bytes.append(0) }
  }

  mutating func append(_ value: BusValue) {
    switch value {
    case .byte(let number): bytes.append(number)
    case .boolean(let flag): append(UInt32(flag ? 1 : 0))
    case .int16(let number): append(UInt16(bitPattern: number))
    case .uint16(let number): append(number)
    case .int32(let number): append(UInt32(bitPattern: number))
    case .uint32(let number): append(number)
    case .int64(let number): append(UInt64(bitPattern: number))
    case .uint64(let number): append(number)
    case .double(let number): append(number.bitPattern)
    case .string(let text), .objectPath(let text):
      append(UInt32(text.utf8.count))
      bytes += Array(text.utf8) + [0]
    case .signature(let text): appendSignature(text)
    case .array(let element, let values): appendArray(element, values)
    case .structure(let members):
      align(to: 8)
      for member in members { append(member) }
    case .variant(let inner):
      appendSignature(inner.signature)
      append(inner)
    }
  }

  mutating func append(_ raw: [UInt8]) { bytes += raw }

  private mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    align(to: Number.bitWidth / 8)
    for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> Number(shift)))
    }
  }

  private mutating func appendSignature(_ text: String) {
    bytes.append(UInt8(truncatingIfNeeded: text.utf8.count))
    bytes += Array(text.utf8) + [0]
  }

  /// The length counts the elements, not the gap before the first.
  private mutating func appendArray(_ element: String, _ values: [BusValue]) {
    append(UInt32(0))
    let length = bytes.count - 4
    align(to: element.utf8.first.flatMap(busAlignment) ?? 1)
    let start = bytes.count
    for value in values { append(value) }
    var size = BusEncoder()
    size.append(UInt32(bytes.count - start))
    bytes.replaceSubrange(length..<length + 4, with: size.bytes)
  }
}
