package import JSONDocument

/// A JSON document that a test changes by paths such as `process.args` or `mounts[1].options`.
package struct ConfigTree: Sendable {
  /// The whole document.
  package var value: JSONValue

  /// Makes a tree of a document.
  package init(_ value: JSONValue) { self.value = value }

  /// The value at a path; nil where there is none. Setting makes the objects on the way; setting nil removes a
  /// member or element; setting the element behind the last appends it.
  package subscript(path: String) -> JSONValue? {
    get {
      steps(path).reduce(Optional(value)) { value, step in
        switch step {
        case .member(let name): value?[name]
        case .element(let index): value?[index]
        }
      }
    }
    set { value = Self.replacing(value, steps(path)[...], newValue) ?? .null }
  }

  /// Appends an element to the array at a path; makes the array if there is none.
  package mutating func append(_ element: JSONValue, to path: String) {
    self[path] = .array((self[path]?.array ?? []) + [element])
  }

  /// Removes the elements of the array at a path that fit.
  package mutating func remove(from path: String, where fits: (JSONValue) -> Bool) {
    self[path] = .array((self[path]?.array ?? []).filter { !fits($0) })
  }

  /// Takes a kind of namespace out of `linux.namespaces`, so that the container shares the caller's.
  package mutating func shareNamespace(_ kind: String) {
    remove(from: "linux.namespaces") { $0["type"]?.string == kind }
  }

  private enum Step {
    case member(String)
    case element(Int)
  }

  private func steps(_ path: String) -> [Step] {
    path.split { $0 == "." || $0 == "[" }.map { part in
      if part.hasSuffix("]"), let index = Int(part.dropLast()) {
        .element(index)
      } else {
        .member(String(part))
      }
    }
  }

  private static func replacing(_ value: JSONValue?, _ steps: ArraySlice<Step>, _ new: JSONValue?)
    -> JSONValue?
  {
    guard let step = steps.first else { return new }
    let rest = steps.dropFirst()
    switch step {
    case .member(let name):
      var object = value?.object ?? JSONObject()
      object[name] = replacing(object[name], rest, new)
      return .object(object)
    case .element(let index):
      var array = value?.array ?? []
      let element = replacing(array.indices.contains(index) ? array[index] : nil, rest, new)
      if let element, index < array.count {
        array[index] = element
      } else if let element {
        array.append(element)
      }
      if element == nil, index < array.count { array.remove(at: index) }
      return .array(array)
    }
  }
}
