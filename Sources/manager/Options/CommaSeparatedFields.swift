/// One line of comma separated values: a field may stand in double quotes, a quote in it is doubled (RFC 4180, as Go's
/// encoding/csv reads `--mount` and `--gpus` for docker).
/// - Parameter problem: makes the refusal of the flag that has the line.
func commaSeparatedFields(
  _ line: String, _ problem: (String) -> OptionError
) throws(OptionError) -> [String] {
  var (found, field) = ([String](), "")
  var (quotes, closed) = (false, false)
  let characters = Array(line.unicodeScalars)
  var index = 0
  while index < characters.count {
    let character = characters[index]
    if quotes, character == "\"" {
      if index + 1 < characters.count, characters[index + 1] == "\"" {
        field.unicodeScalars.append(character)
        index += 1
      } else {
        (quotes, closed) = (false, true)
      }
    } else if !quotes, character == "," {
      found.append(field)
      (field, closed) = ("", false)
    } else if !quotes, !closed, character == "\"", field.isEmpty {
      quotes = true
    } else if closed || (!quotes && character == "\"") {
      throw problem("a quote in the middle of a field; put the whole field into quotes")
    } else {
      field.unicodeScalars.append(character)
    }
    index += 1
  }
  guard !quotes else { throw problem("a quote is not closed") }
  return found + [field]
}
