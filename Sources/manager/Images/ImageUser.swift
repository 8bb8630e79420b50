package import LinuxSystem

/// Who a container's process runs as.
package struct ImageUser: Sendable, Equatable {
  /// The user id.
  package let userID: UInt32
  /// The primary group's id.
  package let groupID: UInt32
  /// The supplementary groups: the primary one first, so that it cannot be shed to get past a file that denies it
  /// (CVE-2022-36109), then those of `/etc/group` unless a group was named.
  package let additionalGroups: [UInt32]
  /// The home directory; `/` when `/etc/passwd` does not say.
  package let home: String

  /// The largest id that docker takes.
  static let largestID: UInt32 = 2_147_483_647

  /// Decides who `specification` means, as docker does (github.com/moby/sys/user, GetExecUser).
  ///
  /// A number is an id and need not exist; a name must. The group comes from `passwd` unless it is named.
  /// - Parameters:
  ///   - specification: `user`, `uid`, `user:group`, `:group` …; empty is root.
  ///   - groups: further groups by name or number, of which only a name must exist.
  ///   - passwd: the bytes of the image's `/etc/passwd` (passwd(5)); empty when there is none.
  ///   - group: likewise `/etc/group` (group(5)).
  /// - Throws: `ImageUserError`, in docker's words.
  package static func resolve(
    _ specification: String, groups: [String] = [], passwd: [UInt8], group: [UInt8]
  ) throws(ImageUserError) -> ImageUser {
    let parts = specification.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let user = parts.first.map(String.init) ?? ""
    let account = Account.first(in: passwd) { account in
      if user.isEmpty { return account.userID == 0 }
      return isNumber(user) ? account.userID == UInt32(user) : account.name == Array(user.utf8)
    }
    let userID: UInt32
    if let account { userID = account.userID } else { userID = try id(user, else: .noSuchUser(user)) }
    let groupName = parts.count == 2 ? String(parts[1]) : ""
    var groupID = account?.groupID ?? 0
    var others: [UInt32] = []
    if !groupName.isEmpty {
      let named = Group.all(in: group) { group in
        isNumber(groupName) ? group.groupID == UInt32(groupName) : group.name == Array(groupName.utf8)
      }
      if let first = named.first {
        groupID = first.groupID
      } else {
        groupID = try id(groupName, else: .noSuchGroup(groupName))
      }
    } else if let account, !account.name.isEmpty {
      others = Group.all(in: group) { $0.members.contains(account.name) }.map(\.groupID)
    }
    for name in groups {
      let named = Group.all(in: group) { $0.name == Array(name.utf8) }
      if let first = named.first {
        others.append(first.groupID)
      } else {
        others.append(try id(name, else: .noSuchAddedGroup(name)))
      }
    }
    var seen: Set<UInt32> = [groupID]
    return ImageUser(
      userID: userID, groupID: groupID,
      additionalGroups: [groupID] + others.filter { seen.insert($0).inserted },
      home: account.map(\.home).flatMap { $0.isEmpty ? nil : $0 } ?? "/")
  }

  private static func isNumber(_ text: String) -> Bool {
    let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : Substring(text)
    return !digits.isEmpty && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// The number that `text` is, for an id without an entry; nothing is root.
  private static func id(_ text: String, else missing: ImageUserError) throws(ImageUserError) -> UInt32 {
    if text.isEmpty { return 0 }
    guard isNumber(text) else { throw missing }
    guard let id = UInt32(text), id <= largestID else { throw .outOfRange }
    return id
  }
}

extension ImageUser {
  /// The most that is read of `/etc/passwd` and of `/etc/group`, in bytes.
  package static let largestFile = 16 << 20

  /// Decides who `specification` means in an image, with further groups; see the other `resolve`.
  /// - Parameter root: the mounted root file system, opened. It is hostile: its files are opened without leaving it,
  ///   must be regular, and are read up to `largestFile` bytes.
  /// - Throws: `ImageUserError`.
  package static func resolve(
    _ specification: String, groups: [String] = [], inRoot root: borrowing OwnedDescriptor
  ) throws(ImageUserError) -> ImageUser {
    try resolve(
      specification, groups: groups, passwd: try accounts(root, "/etc/passwd"),
      group: try accounts(root, "/etc/group"))
  }

  /// The file's bytes; none when it is not there, as docker takes it.
  private static func accounts(
    _ root: borrowing OwnedDescriptor, _ path: String
  ) throws(ImageUserError) -> [UInt8] {
    do throws(SystemError) {
      // Non-blocking: a FIFO in its place must not hold the engine.
      let file = try openInRoot(root, path, [.readOnly, .nonBlocking, .noControllingTerminal])
      if try fileStatus(of: file).kind == .regular { return try file.readAll(limit: largestFile) }
    } catch {
      if error.code == ErrorCode.noEntry || error.code == ErrorCode.notDirectory { return [] }
      throw .unreadable(path: path, reason: error.reason)
    }
    throw .unreadable(path: path, reason: "not a regular file")
  }
}

/// Why nobody could be found; docker's words where it has some.
package enum ImageUserError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A name that `/etc/passwd` does not have.
  case noSuchUser(String)
  /// A name that `/etc/group` does not have.
  case noSuchGroup(String)
  /// The same of a group that the user is to be in as well.
  case noSuchAddedGroup(String)
  /// A number that is no id.
  case outOfRange
  /// One of the two files is there but cannot be used.
  case unreadable(path: String, reason: String)

  /// One line.
  package var description: String {
    switch self {
    case .noSuchUser(let name): "unable to find user \(name): no matching entries in passwd file"
    case .noSuchGroup(let name): "unable to find group \(name): no matching entries in group file"
    case .noSuchAddedGroup(let name): "Unable to find group \(name): no matching entries in group file"
    case .outOfRange: "uids and gids must be in range 0-\(ImageUser.largestID)"
    case .unreadable(let path, let reason): "the image's \"\(path)\": \(reason)"
    }
  }
}

/// A line of passwd(5).
private struct Account {
  let name: [UInt8]
  let userID: UInt32
  let groupID: UInt32
  let home: String

  /// The first line that counts, where several do. A line whose ids are no numbers is nobody: never taken for 0.
  static func first(in file: [UInt8], where matches: (Account) -> Bool) -> Account? {
    for fields in lines(of: file) where fields.count >= 4 {
      guard let userID = id(fields[2]), let groupID = id(fields[3]) else { continue }
      let account = Account(
        name: fields[0], userID: userID, groupID: groupID,
        home: fields.count > 5 ? String(decoding: fields[5], as: UTF8.self) : "")
      if matches(account) { return account }
    }
    return nil
  }
}

/// A line of group(5).
private struct Group {
  let name: [UInt8]
  let groupID: UInt32
  let members: [[UInt8]]

  static func all(in file: [UInt8], where matches: (Group) -> Bool) -> [Group] {
    lines(of: file).compactMap { fields in
      guard fields.count >= 3, let groupID = id(fields[2]) else { return nil }
      let members = fields.count > 3 ? fields[3].split(separator: UInt8(ascii: ",")).map { Array($0) } : []
      let group = Group(name: fields[0], groupID: groupID, members: members)
      return matches(group) ? group : nil
    }
  }
}

/// The fields of each line. Bytes, not characters: a line ends at a newline and at nothing that Unicode takes for one,
/// and names are the same only when their bytes are.
private func lines(of file: [UInt8]) -> [[[UInt8]]] {
  file.split(separator: UInt8(ascii: "\n")).map { line in
    let blanks = Array(" \t\r".utf8)
    let text = line.drop { blanks.contains($0) }
    return text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map { Array($0) }
  }
}

private func id(_ field: [UInt8]) -> UInt32? {
  UInt32(String(decoding: field, as: UTF8.self)).flatMap { $0 <= ImageUser.largestID ? $0 : nil }
}
