/// A number's digits, as Swift describes it. For what each start writes down (a path of a descriptor, a pid): Swift's own
/// description is made for every width and radix, and lies in four places of the standard library that a start would map for
/// nothing else.
package func decimal(_ number: Int) -> String {
  var rest = number.magnitude
  var digits: [UInt8] = []
  repeat {
    digits.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
    rest /= 10
  } while rest > 0
  if number < 0 { digits.append(UInt8(ascii: "-")) }
  digits.reverse()
  return String(decoding: digits, as: UTF8.self)
}
