/// Shares 2 to 262144 as a weight 1 to 10000, on the curve on which the two defaults, 1024 and 100, meet: the power of ten
/// whose exponent is `(l² + 125 l) / 612 - 7 / 34`, `l` being the logarithm of the shares to base 2, rounded up (runc
/// since 1.3.2 and crun since 1.23; github.com/kubernetes/kubernetes/issues/131216 says why the straight line between the
/// ends, which gave 39 for 1024, was given up).
func cpuWeight(shares: UInt64) -> UInt64 {
  let length = binaryLogarithm(Double(shares))
  let exponent = (length * length + 125 * length) / 612 - 7.0 / 34
  // What is a whole number but for the last digits of the arithmetic is one.
  return UInt64((powerOfTen(exponent) - 1e-6).rounded(.up))
}

/// Of a number from 1 up. The part behind the point digit by digit: squaring doubles a logarithm.
private func binaryLogarithm(_ number: Double) -> Double {
  var (result, rest, digit) = (Double(number.exponent), number.significand, 0.5)
  for _ in 0..<50 {
    rest *= rest
    if rest >= 2 {
      rest /= 2
      result += digit
    }
    digit /= 2
  }
  return result
}

/// e to the power of `exponent · ln 10` by its series, after halving the exponent until that converges fast.
private func powerOfTen(_ exponent: Double) -> Double {
  let small = exponent * 2.302585092994046 / 1024
  var (sum, term) = (1.0, 1.0)
  for index in 1...12 {
    term *= small / Double(index)
    sum += term
  }
  for _ in 0..<10 { sum *= sum }
  return sum
}
