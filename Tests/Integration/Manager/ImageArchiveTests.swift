import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus save, load, tag, history, image prune", .serialized, .requiresRoot)
struct ImageArchiveTests {
  @Test func severalImagesGoAndComeBackWithTheirDigests() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.makeSecondImage()
      let digests = try f.digests(["busybox", "two:v1"])
      let file = f.directory + "/images.tar"
      try f.apus("save", "-o", file, "busybox", "two:v1").succeeded()
      let names = try f.run("tar", ["-tf", file]).succeeded().lines
      #expect(names.prefix(2) == ["blobs/", "blobs/sha256/"])
      #expect(names.suffix(4) == ["index.json", "manifest.json", "oci-layout", "repositories"])
      try f.run("sh", ["-c", "apus save busybox two:v1 | cmp - \(file)"]).succeeded()
      try f.removeImages()
      let loaded = try f.apus("load", "-i", file).succeeded()
      #expect(loaded.lines == ["Loaded image: busybox:latest", "Loaded image: two:v1"])
      #expect(try f.digests(["busybox", "two:v1"]) == digests)
      #expect(try f.apus("run", "--rm", "two:v1", "cat", "/new/file").out == "hi\n")
      // Again, with an OCI archive, which has no list of docker's.
      try f.apus("save", "--format", "oci-archive", "-o", file, "two:v1").succeeded()
      try f.removeImages()
      #expect(try f.apus("load", "-q", "-i", file).succeeded().lines == ["Loaded image: two:v1"])
      #expect(try f.digests(["two:v1"]) == Array(digests.dropFirst()))
      // By id, no names come along.
      let id = try f.apus("images", "-q", "two:v1").answer
      try f.apus("save", "-o", file, id).succeeded()
      try f.removeImages()
      #expect(try f.apus("load", "-i", file).succeeded().answer.hasPrefix("Loaded image ID: sha256:\(id)"))
    }
  }

  @Test(arguments: ["gzip", "zstd", "xz", "bzip2"]) func aCompressedArchiveIsToldByItsContent(
    _ program: String
  )
    async throws
  {
    try await Fixture.withBusybox { (f) async throws in
      try f.shell("apus save busybox | \(program) -c > a && apus rmi busybox").succeeded()
      #expect(try f.shell("apus load < a").succeeded().answer == "Loaded image: busybox:latest")
      #expect(try f.apus("run", "--rm", "busybox", "echo", "hi").out == "hi\n")
    }
  }

  @Test func anArchiveOfAnOlderDockerIsRead() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.makeSecondImage()
      let id = try f.inspect(".Id", of: "two:v1")
      // As docker 1.10 to 24 have it: a directory a layer, one of them a link to another's.
      try f.shell(
        """
        mkdir n o && apus save two:v1 | tar -C n -xf - && cd n
        python3 - <<'END'
        import json, os, shutil
        image = json.load(open('manifest.json'))[0]
        layers = []
        for number, layer in enumerate(image['Layers']):
            os.makedirs(f'../o/{number}')
            shutil.copy(layer, f'../o/{number}/layer.tar')
            layers.append(f'{number}/layer.tar')
        os.makedirs('../o/x'); os.rename('../o/1/layer.tar', '../o/x/layer.tar')
        os.symlink('../x/layer.tar', '../o/1/layer.tar')
        name = image['Config'].split('/')[-1] + '.json'
        shutil.copy(image['Config'], '../o/' + name)
        json.dump([{'Config': name, 'RepoTags': ['two:v1'], 'Layers': layers}], open('../o/manifest.json', 'w'))
        END
        tar -C ../o -cf ../old.tar .
        """
      ).succeeded()
      try f.removeImages()
      #expect(try f.apus("load", "-i", f.directory + "/old.tar").succeeded().answer == "Loaded image: two:v1")
      #expect(try f.inspect(".Id", of: "two:v1") == id)
      #expect(try f.apus("run", "--rm", "two:v1", "cat", "/new/file").out == "hi\n")
    }
  }

  // One index for all platforms as skopeo and docker write it, and none of their own as others do.
  @Test(arguments: [true, false]) func ofSeveralPlatformsTheMachinesIsTaken(nested: Bool) async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.inspect(".Id", of: "busybox")
      let own = try f.inspect(".Architecture", of: "busybox")
      try f.shell(
        """
        set -e
        mkdir t && apus save busybox | tar -C t -xf - && cd t && rm manifest.json
        cat > ../add.py <<'END'
        import hashlib, json
        def put(value):
            data = json.dumps(value).encode()
            digest = hashlib.sha256(data).hexdigest()
            open('blobs/sha256/' + digest, 'wb').write(data)
            return {'digest': 'sha256:' + digest, 'size': len(data)}
        def get(digest): return json.load(open('blobs/' + digest.replace(':', '/')))
        index = json.load(open('index.json'))
        own = index['manifests'][0]
        manifest = get(own['digest'])
        config = get(manifest['config']['digest'])
        names = own.get('annotations', {})
        all = []
        for name in ['s390x', 'riscv64']:
            config['architecture'] = name
            manifest['config'].update(put(config))
            all.append({'mediaType': own['mediaType'], **put(manifest), 'platform': {'os': 'linux', 'architecture': name}})
        all.insert(1, {**own, 'platform': {'os': 'linux', 'architecture': '\(own)'}})
        # What docker's builder adds about the image.
        all.append({**put({'no': 'manifest'}), 'mediaType': own['mediaType'], 'platform': {'os': 'unknown', 'architecture': 'unknown'}})
        if \(nested ? 1 : 0):
            inner = {'schemaVersion': 2, 'mediaType': 'application/vnd.oci.image.index.v1+json', 'manifests': all}
            all = [{'mediaType': inner['mediaType'], **put(inner)}]
        for entry in all: entry['annotations'] = names
        json.dump({'schemaVersion': 2, 'manifests': all}, open('index.json', 'w'))
        END
        python3 ../add.py && tar -cf ../all .
        """
      ).succeeded()
      try f.removeImages()
      let file = f.directory + "/all"
      try f.apus("load", "-i", file, "--platform", "linux/ppc64le")
        .expectFailure(1, "has no image for linux/ppc64le, only for linux/s390x, linux/\(own), linux/riscv64")
      #expect(try f.apus("load", "-i", file).succeeded().answer == "Loaded image: busybox:latest")
      #expect(try f.apus("images", "-q", "--no-trunc").lines == [id])
      #expect(try f.inspect(".Architecture", of: "busybox") == own)
      #expect(try f.apus("load", "--platform", "linux/riscv64", "-i", file).succeeded().lines.count == 1)
      #expect(try f.inspect(".Architecture", of: "busybox") == "riscv64")
    }
  }

  /// As some builders write it; docker takes it for this machine's.
  @Test func anImageThatDoesNotSayWhatItIsForIsForThisMachine() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let own = try f.inspect(".Architecture", of: "busybox")
      try f.shell(
        """
        set -e
        cp \(Host.testRoot)/busybox.tar layer.tar
        digest=$(sha256sum < layer.tar | cut -d' ' -f1)
        echo '{"os":"","rootfs":{"type":"layers","diff_ids":["sha256:'$digest'"]},"config":{"Cmd":["true"]}}' > bare.json
        echo '[{"Config":"bare.json","RepoTags":["bare:1"],"Layers":["layer.tar"]}]' > manifest.json
        tar cf bare.tar bare.json manifest.json layer.tar
        apus load -q -i bare.tar
        """
      ).succeeded()
      #expect(try f.inspect(".Os}}/{{.Architecture", of: "bare:1") == "linux/\(own)")
      #expect(try f.inspect(".Created", of: "bare:1") == "0001-01-01T00:00:00Z")
      #expect(try f.apus("images", "--format", "{{.CreatedSince}}", "bare").succeeded().out == "N/A\n")
      try f.apus("run", "--rm", "bare:1").succeeded()
      try f.shell("apus save bare:1 > again && apus rmi bare:1 && apus load -i again").succeeded()
      try f.apus("run", "--rm", "--platform", "linux/\(own)", "bare:1").succeeded()
    }
  }

  @Test func whatIsDamagedOrForeignLeavesNothingBehind() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.shell(
        "apus save busybox > a && apus rmi busybox && head -c 1000000 a > cut && echo x > text && : > empty"
      )
      .succeeded()
      // One byte of a layer's file.
      try f.shell("cp a flip && printf X | dd of=flip bs=1 seek=900000 conv=notrunc").succeeded()
      for (file, words) in [
        ("cut", "the archive is cut off or damaged"), ("text", "not an archive of images"),
        ("empty", "is empty"),
        ("flip", "its content has the digest"), ("nosuch", "no such file or directory"),
      ] {
        try f.apus("load", "-i", "\(f.directory)/\(file)").expectFailure(1, words)
      }
      try f.apus("load", "-i", f.directory + "/a", "--platform", "linux/s390x").expectFailure(
        1, "has no image for linux/s390x")
      try f.apus("load", "-i", Host.testRoot + "/busybox.tar").expectFailure(
        1, "holds neither manifest.json nor index.json")
      for name in ["tmp", "layers", "content/blobs/sha256"] {
        #expect(try listDirectory("\(f.root)/\(name)") == [], "\(name)")
      }
      try f.apus("save", "busybox").expectFailure(1, "No such image: busybox:latest")
      try f.apus("save", "-o", "/nosuch/file", "busybox").expectFailure(1, "invalid output path")
    }
  }

  @Test func aFullDiskLeavesEverythingAsItWas() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.makeSecondImage()
      try f.shell("apus save two:v1 > a").succeeded()
      let small = try f.path("small/root")
      try makeDirectory(small)
      try f.shell("mount -t tmpfs -o size=3m none '\(small)'").succeeded()
      f.atEnd("unmount") { try unmountLazily(small) }
      let options = ["--root", small, "--run-root", f.directory + "/small/run"]
      for command in [["load", "-i", "a"], ["import", Host.testRoot + "/busybox.tar", "x"]] {
        let outcome = try f.run("apus", options + command)
        #expect(
          outcome.status == 1 && outcome.complaint.lowercased().contains("no space left on device"),
          "\(outcome)")
        #expect(try f.run("apus", options + ["images", "-q"]).succeeded().lines == [])
        for name in ["tmp", "layers", "content/blobs/sha256"] {
          #expect(try listDirectory("\(small)/\(name)") == [], "\(command) \(name)")
        }
      }
    }
  }

  @Test func aKilledLoadIsSwept() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.makeSecondImage()
      try f.shell("apus save two:v1 > a").succeeded()
      try f.removeImages()
      for milliseconds in stride(from: 5, through: 120, by: 23) {
        let load = try f.start("apus", ["load", "-i", f.directory + "/a"])
        sleep(milliseconds: milliseconds)
        try load.kill()
      }
      try f.apus("load", "-i", f.directory + "/a").succeeded()
      #expect(try f.apus("run", "--rm", "two:v1", "cat", "/new/file").out == "hi\n")
      #expect(try listDirectory(f.root + "/tmp") == [])
      #expect(try listDirectory(f.root + "/layers").count == 2)
      #expect(try listDirectory(f.root + "/content/blobs/sha256").count == 4)
    }
  }

  @Test func tagsAreGivenByTheBeginningOfAnID() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.apus("images", "-q").answer
      #expect(try f.apus("tag", String(id.prefix(4)), "192.168.7.26:5000/test").succeeded().out == "")
      #expect(try f.apus("images", "-q", "192.168.7.26:5000/test").answer == id)
      try f.apus("tag", "nosuch", "x").expectFailure(1, "No such image: nosuch:latest")
      try f.apus("tag", "busybox", "Big").expectFailure(1, "must be lowercase")
      try f.apus("tag", "busybox", "sha256:abc").expectFailure(1, "refusing to create an ambiguous tag")
      try f.apus("rmi", id).expectFailure(
        1, "(must be forced) - image is referenced in multiple repositories")
      let outcome = try f.apus("rmi", "-f", "--no-prune", id).succeeded()
      #expect(
        outcome.lines.prefix(2) == ["Untagged: 192.168.7.26:5000/test:latest", "Untagged: busybox:latest"])
    }
  }

  @Test func historyIsDockers() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.makeSecondImage()
      let id = try f.apus("images", "-q", "two:v1").answer
      let lines = try f.apus("history", "two:v1").succeeded().lines
      #expect(lines[0].split { $0 == " " } == ["IMAGE", "CREATED", "CREATED", "BY", "SIZE", "COMMENT"])
      #expect(lines[1].hasPrefix(id) && lines[1].hasSuffix("a remark"), "\(lines)")
      #expect(lines[2].hasPrefix("<missing>") && lines[2].hasSuffix("Imported from -"), "\(lines)")
      #expect(try f.apus("history", "-q", "two:v1").lines == [id, "<missing>"])
      let raw = try f.apus("history", "--human=false", "--no-trunc", "two:v1").succeeded().lines
      #expect(raw[0].contains("CREATED AT") && raw[1].contains(" 3  "), "\(raw)")
      #expect(
        try f.apus("history", "--format", "{{.Comment}}", "two:v1").lines == ["a remark", "Imported from -"])
    }
  }

  @Test func pruneTakesWhatNobodyUses() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.makeSecondImage()
      let id = try f.apus("images", "-q", "two:v1").answer
      try f.apus("tag", "busybox", "two:v1").succeeded()
      #expect(
        try f.apus("image", "prune", "-f", "--filter", "label=none").succeeded().answer
          == "Total reclaimed space: 0B")
      let outcome = try f.apus("image", "prune", "--force").succeeded()
      #expect(
        outcome.lines.first == "Deleted Images:" && outcome.out.contains("deleted: sha256:\(id)"),
        "\(outcome)")
      try f.apus("run", "--name", "user", "busybox", "true").succeeded()
      #expect(try f.apus("image", "prune", "-af").succeeded().answer == "Total reclaimed space: 0B")
      try f.apus("rm", "user").succeeded()
      #expect(try f.apus("image", "prune", "-af").succeeded().out.contains("untagged: busybox:latest"))
      #expect(try listDirectory(f.root + "/layers") == [])
    }
  }
}

extension Fixture {
  /// Makes the image `two:v1` of two layers.
  func makeSecondImage() throws {
    try apus("run", "--name", "second", "busybox", "sh", "-c", "mkdir /new; echo hi > /new/file; rm /bin/vi")
      .succeeded()
    try apus("commit", "-m", "a remark", "second", "two:v1").succeeded()
    try apus("rm", "second").succeeded()
  }

  /// The digests of images' manifests.
  func digests(_ names: [String]) throws -> [String] {
    try names.map { try apus("inspect", "-f", "{{json .RepoDigests}}", $0).succeeded().answer }
  }

  /// Removes every image.
  func removeImages() throws { try apus("image", "prune", "-af").succeeded() }
}
