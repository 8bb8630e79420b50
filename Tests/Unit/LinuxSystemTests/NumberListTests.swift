import LinuxSystem
import Testing

@Suite struct NumberListTests {
  @Test(
    arguments: [
      ("0", [0], [1], "0"), ("0-3,7", [0, 1, 2, 3, 7], [0x8f], "0-3,7"), ("5,3-3,3", [3, 5], [0x28], "3,5"),
      ("64", [64], [0, 1], "64"), ("63-65", [63, 64, 65], [1 << 63, 3], "63-65"),
    ] as [(String, [Int], [UInt64], String)])
  func isRead(_ text: String, _ numbers: [Int], _ mask: [UInt64], _ again: String) throws {
    let list = try #require(NumberList(text))
    #expect(list.numbers == numbers)
    #expect(list.mask == mask)
    #expect(list.description == again)
  }

  @Test(arguments: [
    "", ",", "1,", "1-", "-1", "3-1", "a", "1-2-3", " 1", "+1", "65536", "99999999999999999999", "٣",
  ])
  func isNone(_ text: String) { #expect(NumberList(text) == nil) }
}
