import LinuxSystem
import Testing

/// An image is written by somebody else: nothing in it may lead out of its root (CVE-2021-30465, CVE-2024-45310).
@Suite struct OpenInRootTests {
  /// A host with a secret beside the root, and links in the root that want it.
  private func withRoot(_ body: (_ host: String, _ root: borrowing OwnedDescriptor) throws -> Void) throws {
    try withScratch { (host: String) throws in
      for directory in ["root/etc", "root/dir/inner", "outside"] {
        try makeDirectories("\(host)/\(directory)")
      }
      try write("host", to: "\(host)/secret")
      try write("image", to: "\(host)/root/secret")
      try write("image", to: "\(host)/root/etc/file")
      for (name, target) in [
        ("absolute", "/secret"), ("relative", "../../../secret"), ("chain", "absolute"),
        ("outdir", "\(host)/outside"),
        ("up", ".."), ("loop", "loop"), ("magic", "/proc/self/root/secret"),
      ] { try link(target, at: "\(host)/root/\(name)") }
      try body(host, try openFile("\(host)/root", [.path, .directory]))
    }
  }

  @Test(arguments: [
    "secret", "/secret", "absolute", "relative", "chain", "../secret", "up/secret", "etc/../../../secret",
  ])
  func everyWayEndsInside(_ path: String) throws {
    try withRoot { (_, root) throws in
      let file = try openInRoot(root, path, .readOnly)
      #expect(String(decoding: try file.readAll(), as: UTF8.self) == "image")
    }
  }

  @Test(arguments: [
    ("loop", ErrorCode.loop), ("missing", ErrorCode.noEntry), ("outdir", ErrorCode.noEntry),
    ("secret/x", ErrorCode.notDirectory),
  ])
  func whatIsNotInsideIsNotThere(_ path: String, _ code: Int32) throws {
    try withRoot { (_, root) throws in
      do {
        _ = try openInRoot(root, path, .readOnly)
        Issue.record("opened \(path)")
      } catch {
        #expect(failure(error).code == code)
        #expect(failure(error).description.contains(path))
      }
    }
  }

  @Test(arguments: ["secret", "etc/file", "etc/../secret", "inside", "dir/back/secret", "."])
  func insideFollowsWhatStaysInside(_ path: String) throws {
    try withRoot { (host, root) throws in
      try link("etc/file", at: "\(host)/root/inside")
      try link("..", at: "\(host)/root/dir/back")
      let file = try openInside(root, path, .path)
      let parent = try fileStatus("\(host)/root")
      #expect(try fileStatus(of: file).device == parent.device)
      if path != "." {
        #expect(
          String(decoding: try openFile(file.procPath(), .readOnly).readAll(), as: UTF8.self) == "image")
      }
    }
  }

  // Not even in the root, as `openInRoot` has it: an absolute link means another place than where it is followed.
  @Test(arguments: ["absolute", "relative", "chain", "up/secret", "../secret", "/secret", "outdir", "dir/x"])
  func insideLeadsNowhereElse(_ path: String) throws {
    try withRoot { (host, root) throws in
      try link("../../outside", at: "\(host)/root/dir/x")
      do {
        _ = try openInside(root, path, .path)
        Issue.record("opened \(path)")
      } catch { #expect(failure(error).code == ErrorCode.crossDevice) }
    }
  }

  @Test func magicLinksAreRefused() throws {
    let root = try openFile("/", [.path, .directory])
    do {
      _ = try openInRoot(root, "/proc/self/fd/0", .path)
      Issue.record("followed a magic link")
    } catch { #expect(failure(error).code == ErrorCode.loop) }
  }

  @Test func beneathTakesNoLinkAtAll() throws {
    try withRoot { (_, root) throws in
      _ = try openBeneath(root, "etc/file", .readOnly)
      for (path, code) in [
        ("absolute", ErrorCode.loop), ("../secret", ErrorCode.crossDevice),
        ("/secret", ErrorCode.crossDevice),
      ] {
        do {
          _ = try openBeneath(root, path, .readOnly)
          Issue.record("opened \(path)")
        } catch { #expect(failure(error).code == code, "\(path)") }
      }
    }
  }

  @Test func beneathCrossesNoMount() throws {
    do {
      _ = try openBeneath(try openFile("/", [.path, .directory]), "proc/self", .path)
      Issue.record("crossed into /proc")
    } catch { #expect([ErrorCode.crossDevice, ErrorCode.loop].contains(failure(error).code)) }
  }

  // A directory that is swapped for a link between two looks.
  @Test func aSwappedDirectoryStaysInside() throws {
    try withRoot { (host, root) throws in
      let before = try openInRoot(root, "dir", [.path, .directory])
      try renameFile("\(host)/root/dir", to: "\(host)/root/old")
      try link("\(host)/outside", at: "\(host)/root/dir")
      try write("found", to: "\(host)/root/old/inner/file")
      // What was opened is still what it was.
      #expect(try fileStatus(of: try openFile("inner/file", in: before, .path)).kind == .regular)
      _ = try makeDirectoriesInRoot(root, "/old/inner/more")
      // The link's target is looked for inside, where it is made.
      _ = try makeDirectoriesInRoot(root, "/dir/made")
      #expect(fileExists("\(host)/root\(host)/outside/made"))
      #expect(try listDirectory("\(host)/outside") == [])
    }
  }

  @Test func directoriesAreMadeInside() throws {
    try withRoot { (host, root) throws in
      for path in ["/a/b/c", "x/./y", "up/z", "../../w", "etc/../v"] {
        let made = try makeDirectoriesInRoot(root, path)
        #expect(try fileStatus(of: made).kind == .directory)
      }
      for path in ["a/b/c", "x/y", "z", "w", "v"] { #expect(fileExists("\(host)/root/\(path)"), "\(path)") }
      #expect(try listDirectory(host) == ["outside", "root", "secret"])
      // Once more: everything is there.
      _ = try makeDirectoriesInRoot(root, "/a/b/c")
    }
  }

  @Test func aFileInTheWayIsNoDirectory() throws {
    try withRoot { (_, root) throws in
      do {
        _ = try makeDirectoriesInRoot(root, "/etc/file/x")
        Issue.record("made a directory below a file")
      } catch {
        #expect(failure(error).code == ErrorCode.notDirectory)
        #expect(failure(error).description.contains("/etc/file"))
      }
    }
  }

  @Test func filesAreMadeInsideAndNeverThroughALink() throws {
    try withRoot { (host, root) throws in
      _ = try makeFileInRoot(root, "/new/deep/file")
      #expect(try text("\(host)/root/new/deep/file") == "")
      // What is there stays as it is.
      _ = try makeFileInRoot(root, "/etc/file")
      #expect(try text("\(host)/root/etc/file") == "image")
      try link("\(host)/outside/planted", at: "\(host)/root/etc/broken")
      _ = try makeFileInRoot(root, "/etc/broken")
      #expect(fileExists("\(host)/root\(host)/outside/planted"))
      #expect(try listDirectory("\(host)/outside") == [])
    }
  }

  // What runc does, too: images have /var/run -> ../run, /etc/mtab -> /proc/mounts and the like, with nothing there yet.
  @Test(arguments: [
    ("one/x", "/nosuch", "nosuch/x"), ("one", "nosuch/deep", "nosuch/deep"),
    ("one/x", "../../../above", "above/x"),
    ("one/x", "dir/../new", "new/x"), ("one", "two", "three"), ("one/../x", "/nosuch/deep", "nosuch/x"),
  ])
  func aLinkToNothingGetsWhatItLeadsTo(_ path: String, _ target: String, _ made: String) throws {
    try withRoot { (host, root) throws in
      try link(target, at: "\(host)/root/one")
      try link("/three", at: "\(host)/root/two")
      _ = try makeDirectoriesInRoot(root, path)
      #expect(try fileStatus("\(host)/root/\(made)").kind == .directory)
      _ = try makeFileInRoot(root, "\(path)/file")
      #expect(try fileStatus("\(host)/root/\(made)/file").kind == .regular)
      #expect(try listDirectory(host) == ["outside", "root", "secret"])
    }
  }

  @Test func linksToNothingThatLeadInCirclesAreLeft() throws {
    try withRoot { (host, root) throws in
      // Each step makes a link of it that is not there yet, and never comes to an end.
      try link("b/../a/x", at: "\(host)/root/a")
      for make in [true, false] {
        do {
          _ = make ? try makeDirectoriesInRoot(root, "a") : try makeFileInRoot(root, "a")
          Issue.record("came to an end")
        } catch { #expect(failure(error).code == ErrorCode.loop) }
      }
    }
  }

  @Test(arguments: [
    ("/a/b", "/a", "b"), ("/a/b/", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("/", "/", ""),
    ("a/b", "a", "b"),
    ("a//", ".", "a"),
  ])
  func pathsComeApart(_ path: String, _ directory: String, _ name: String) {
    let parts = splitPath(path)
    #expect(parts.directory == directory && parts.name == name)
  }
}
