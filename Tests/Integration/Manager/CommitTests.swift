import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus commit, diff, export", .serialized, .requiresRoot)
struct CommitTests {
  /// What must survive: see the test below.
  private static let making = """
    mkdir -p /x/deep /x/opaque; cd /x
    echo su > su; chown 12:34 su; chmod 6755 su; ln su hard; ln -s ../su deep/soft; ln -s /nowhere dead
    mkfifo pipe; chmod 640 pipe; mknod null c 1 3; chown 5:6 null
    dd if=/dev/zero of=sparse bs=1 count=0 seek=3000000; echo end >> sparse
    touch "$(printf 'caf\\351')" "$(printf 'a b\\nc')"; touch -d '2001-02-03 04:05:06' old; chmod 1777 deep
    name=$(printf 'n%.0s' $(seq 200)); mkdir -p $name/$name; echo long > $name/$name/file
    rm -r /usr; mkdir /usr; echo new > /usr/only; rm /bin/vi; chmod 700 /home
    """

  @Test func everythingSurvivesCommitSaveLoadAndRun() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--name", "box", "busybox", "sh", "-c", Self.making).succeeded()
      let upper = "\(f.root)/containers/\(try f.inspect(".Id", of: "box"))/upper"
      try setExtendedAttribute("user.note", Array("x".utf8), of: Array("\(upper)/x/su".utf8))
      // Version 2, effective, cap_net_raw (linux/capability.h, vfs_cap_data).
      let capability: [UInt8] = [1, 0, 0, 2, 0, 0x20] + [UInt8](repeating: 0, count: 14)
      try setExtendedAttribute("security.capability", capability, of: Array("\(upper)/x/old".utf8))
      let id = try f.apus("commit", "box", "kept").succeeded().answer
      try f.apus("run", "--name", "before", "kept", "true").succeeded()
      let before = try f.fingerprint(of: "before")
      try f.apus("rm", "before", "box").succeeded()
      try f.shell("apus save kept > a").succeeded()
      try f.removeImages()
      try f.apus("load", "-i", f.directory + "/a").succeeded()
      #expect(try f.inspect(".Id", of: "kept") == id)
      try f.apus("run", "--name", "after", "kept", "true").succeeded()
      let after = try f.fingerprint(of: "after")
      #expect(before == after)
      for words in [
        "caf", "-rwsr-sr-x", "prw-r-----", "crw", "2001-02-03", "3000004", "user.note", "security.capability",
      ] {
        #expect(after.contains(words), "\(words) is not in \(after)")
      }
      #expect(try f.apus("run", "--rm", "kept", "ls", "/usr").out == "only\n")
      #expect(try f.apus("run", "--rm", "kept", "ls", "/bin/vi").status != 0)
      #expect(
        try f.apus("run", "--rm", "kept", "stat", "-c", "%h %a", "/x/hard", "/home").out == "2 6755\n1 700\n")
      try f.apus("rm", "after").succeeded()
    }
  }

  @Test func aRunningContainerStandsStillOnlyMeanwhile() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let volume = splitPath(try f.path("volume/hidden")).directory
      _ = try f.sleeper("--name", "box", "-v", "\(volume):/v")
      try f.apus("exec", "box", "sh", "-c", "echo x > /kept").succeeded()
      let id = try f.apus(
        "commit", "-a", "me", "-m", "why", "-c", "CMD [\"cat\", \"/kept\"]", "-c", "ENV A=1", "box", "new"
      ).succeeded().answer
      #expect(id.hasPrefix("sha256:") && id.count == 71)
      #expect(try f.apus("run", "--rm", "new").out == "x\n")
      #expect(try f.apus("run", "--rm", "new", "sh", "-c", "echo $A").out == "1\n")
      #expect(try f.inspect(".Author", of: "new") == "me")
      try f.apus("commit", "--no-pause", "box").succeeded()
      // It goes on.
      try f.apus("exec", "box", "true").succeeded()
      // Killed while it holds: somebody lets go.
      let commit = try f.start("apus", ["commit", "box", "never"])
      sleep(milliseconds: 30)
      try commit.kill()
      try eventually("it goes on") { try f.apus("exec", "box", "true").status == 0 }
      try f.apus("stop", "box").succeeded()
      try f.apus("commit", "box", "stopped").succeeded()
      try f.apus("commit", "-c", "RUN x", "box").expectFailure(125, "RUN is not a valid change command")
      try f.apus("commit", "nosuch").expectFailure(1, "No such container: nosuch")
      try f.apus("rm", "box").succeeded()
    }
  }

  @Test func diffTellsWhatWasAddedChangedAndDeleted() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus(
        "run", "--name", "box", "busybox", "sh", "-c",
        "mkdir /new; touch /new/f; rm /bin/vi; chmod 700 /home; cat /etc/passwd >/dev/null; echo x >> /etc/group"
      )
      .succeeded()
      #expect(
        try f.apus("diff", "box").succeeded().lines == [
          "C /bin", "D /bin/vi", "C /etc", "C /etc/group", "C /home", "A /new", "A /new/f",
        ])
      try f.apus("rm", "box").succeeded()
    }
  }

  @Test func anExportIsTheWholeTreeRunningOrNot() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let volume = try f.path("volume/hidden")
      _ = try f.sleeper("--name", "box", "-v", "\(splitPath(volume).directory):/v")
      try f.apus("exec", "box", "sh", "-c", "echo x > /new; rm /bin/vi").succeeded()
      try f.shell("apus export box > running.tar").succeeded()
      try f.apus("stop", "box").succeeded()
      try f.apus("export", "-o", f.directory + "/stopped.tar", "box").succeeded()
      for name in ["running", "stopped"] {
        let names = try f.run("tar", ["-tf", "\(f.directory)/\(name).tar"]).succeeded().lines
        #expect(names.contains("new") && names.contains("bin/sh") && !names.contains("bin/vi"))
        #expect(!names.contains("v/hidden"))
      }
      try f.apus("import", f.directory + "/stopped.tar", "again").succeeded()
      #expect(try f.apus("run", "--rm", "again", "cat", "/new").out == "x\n")
      try f.apus("rm", "box").succeeded()
      #expect(try f.mounts() == [])
    }
  }

  @Test func manyLayersAreStackedAndOneTooManyIsRefused() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let adding = """
        import hashlib, io, json, sys, tarfile
        def put(data):
            digest = hashlib.sha256(data).hexdigest()
            open('l/blobs/sha256/' + digest, 'wb').write(data)
            return {'digest': 'sha256:' + digest, 'size': len(data)}
        index = json.load(open('l/index.json'))
        get = lambda d: json.load(open('l/blobs/sha256/' + d['digest'][7:]))
        manifest = get(index['manifests'][0])
        config = get(manifest['config'])
        for number in range(int(sys.argv[1]) - 1):
            tar = io.BytesIO()
            with tarfile.open(fileobj=tar, mode='w') as archive: archive.addfile(tarfile.TarInfo(f'layer-{number}'))
            layer = put(tar.getvalue())
            config['rootfs']['diff_ids'].append(layer['digest'])
            manifest['layers'].append(dict(layer, mediaType='application/vnd.oci.image.layer.v1.tar'))
        manifest['config'].update(put(json.dumps(config).encode()))
        index['manifests'][0].update(put(json.dumps(manifest).encode()))
        json.dump(index, open('l/index.json', 'w'))
        """
      try f.write(adding, to: "add.py")
      for count in [127, 128] {
        try f.shell(
          """
          set -e; cd '\(f.directory)'; rm -rf l; mkdir l
          apus save --format oci-archive busybox | tar -C l -xf -
          python3 add.py \(count); tar -C l -cf \(count).tar .
          """
        ).succeeded()
      }
      try f.apus("load", "-i", f.directory + "/128.tar").expectFailure(1, "has 128 layers; 127 are the most")
      try f.apus("load", "-i", f.directory + "/127.tar", within: .seconds(60)).succeeded()
      #expect(try f.apus("run", "--rm", "busybox", "sh", "-c", "ls -d /layer-* | wc -l").out == "126\n")
      try f.apus("run", "--name", "box", "busybox", "touch", "/more").succeeded()
      try f.apus("commit", "box").expectFailure(1, "has 127 layers, the most that an image can have")
      try f.shell("apus export box | apus import - flat").succeeded()
      try f.apus("rm", "box").succeeded()
    }
  }
}

extension Fixture {
  /// Every file of a container's tree with all that is known of it, and a hash of its content.
  fileprivate func fingerprint(of container: String) throws -> String {
    let tree = try path("tree-\(container)")
    try makeDirectory(tree)
    try shell("apus export \(container) | tar --xattrs --xattrs-include='*' -C '\(tree)' -xpf -").succeeded()
    return try shell(
      """
      cd '\(tree)' && find . -path ./proc -prune -o -path ./sys -prune -o -path ./dev -prune -o -path ./etc -prune -o \
        -mindepth 1 -printf '%P|%M|%U:%G|%s|%n|%l|%TY-%Tm-%Td %TH:%TM:%TS\\n' | sort
      find . -type f | sort | xargs -d '\\n' sha256sum | cut -c1-64
      getfattr -R -h -d -m - . 2>/dev/null | grep -v '^$'
      """
    ).succeeded().out
  }
}
