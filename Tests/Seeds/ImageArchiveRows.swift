import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("Seeds, A.2: commit, tag, save, load, rmi, import, export", .serialized, .requiresRoot)
struct ImageArchiveRows {
  /// What the seeds' `gem install json` is here: a change in the container's own layer, by its shell, on a terminal.
  private func changedContainer(_ s: Seeds) throws -> String {
    let session = try s.terminal("sudo docker run -t -i ubuntu:14.04 /bin/sh")
    try session.type("mkdir -p /gems && echo json > /gems/json; hostname; exit\r")
    #expect(try session.wait().status == 0)
    return try s.line("docker ps -l -q").succeeded().answer
  }

  @Test func row19_20_commitOfAStoppedContainer() async throws {
    try await Seeds.with { (s) async throws in
      let container = try changedContainer(s)
      let commit =
        "sudo docker commit -m \"Added json gem\" -a \"Docker Newbee\" \(container) ouruser/sinatra:v2"
      let id = try s.line(commit).succeeded().answer
      #expect(id.hasPrefix("sha256:") && id.utf8.count == 71, "\(id)")
      #expect(
        try s.line("docker inspect -f '{{.Author}}, {{.Comment}}, {{.Id}}' ouruser/sinatra:v2").succeeded()
          .answer == "Docker Newbee, Added json gem, \(id)")
      #expect(
        try s.line("sudo docker run --rm ouruser/sinatra:v2 cat /gems/json").succeeded().out == "json\n")
      // A container that runs is committed too.
      _ = try s.line("docker run -d --name up ubuntu:14.04 /bin/sh -c 'echo up > /up; sleep 1000' >id")
        .succeeded()
      try eventually("it has written") { try s.line("docker exec up cat /up").out == "up\n" }
      try s.line("docker commit up running").succeeded()
      #expect(try s.line("docker run --rm running cat /up").succeeded().out == "up\n")
    }
  }

  @Test func row15_21_22_tagByShortIDsAndTheListOfOneRepository() async throws {
    try await Seeds.with { (s) async throws in
      let id = try s.line("docker images -q --no-trunc ubuntu:14.04").succeeded().answer
      let hex = id.dropFirst("sha256:".count)
      #expect(try s.line("docker tag ubuntu:14.04 ouruser/sinatra").succeeded().out == "")
      #expect(try s.line("sudo docker tag \(hex.prefix(12)) ouruser/sinatra:devel").succeeded().out == "")
      #expect(try s.line("docker tag \(hex.prefix(4)) 192.168.7.26:5000/test").succeeded().out == "")
      let table = try s.line("sudo docker images ouruser/sinatra").succeeded().lines
      #expect(table[0].hasPrefix("REPOSITORY        TAG "), "\(table)")
      #expect(table.count == 3 && table.dropFirst().allSatisfy { $0.contains(hex.prefix(12)) }, "\(table)")
      #expect(try s.line("sudo docker images").lines.contains { $0.hasPrefix("192.168.7.26:5000/test ") })
      // A beginning that two images have says which it is not.
      try s.f.shell("for i in $(seq 40); do mkdir -p t$i; echo $i >t$i/f; apus import t$i many:$i; done")
        .succeeded()
      let ids = try s.line("docker images -q --no-trunc many").succeeded().lines.map { $0.dropFirst(7) }
      let twice = try #require(
        "0123456789abcdef".first { digit in ids.count { $0.first == digit } > 1 })
      let unclear = try s.line("docker tag \(twice) none")
      #expect(
        unclear.status == 1 && unclear.err.contains("multiple IDs found with provided prefix: \(twice)"),
        "\(unclear)")
    }
  }

  @Test func row25_26_27_saveAndLoadWithTheTags() async throws {
    try await Seeds.with { (s) async throws in
      let id = try s.line("docker images -q --no-trunc ubuntu:14.04").succeeded().answer
      #expect(try s.line("sudo docker save -o ubuntu_14.04.tar ubuntu:14.04").succeeded().out == "")
      for load in ["sudo docker load --input ubuntu_14.04.tar", "sudo docker load < ubuntu_14.04.tar"] {
        try s.line("docker rmi ubuntu:14.04").succeeded()
        #expect(try s.line(load).succeeded().out == "Loaded image: ubuntu:14.04\n")
        #expect(try s.line("docker images -q --no-trunc ubuntu:14.04").answer == id)
      }
      #expect(try s.line("docker run --rm ubuntu:14.04 echo loaded").succeeded().out == "loaded\n")
    }
  }

  @Test func row28_29_rmiTellsAndRefusesWhatIsUsed() async throws {
    try await Seeds.with { (s) async throws in
      try s.line("docker run --name base ubuntu:14.04 touch /new; docker commit base training/sinatra")
        .succeeded()
      let id = try s.line("docker images -q --no-trunc training/sinatra").succeeded().answer
      let layer = try s.line("docker inspect -f '{{index .RootFS.Layers 1}}' training/sinatra").answer
      let container = try s.line("docker run -d training/sinatra sleep 1000 >id; cat id").succeeded().answer
      for state in ["running", "stopped"] {
        let refused = try s.line("sudo docker rmi training/sinatra")
        #expect(refused.status == 1 && refused.out == "", "\(state): \(refused)")
        #expect(
          refused.err.contains("container \(container.prefix(12)) is using its referenced image"),
          "\(state): \(refused)")
        try s.line("docker stop -t 0 \(container)").succeeded()
      }
      try s.line("docker rm $(docker ps -a -q)").succeeded()
      let removed = try s.line("sudo docker rmi training/sinatra").succeeded().lines
      #expect(
        removed == ["Untagged: training/sinatra:latest", "Deleted: \(id)", "Deleted: \(layer)"], "\(removed)")
    }
  }

  @Test func row31_34_35_exportAndImportKeepTheFilesAndDropTheRecords() async throws {
    try await Seeds.with { (s) async throws in
      let container = try changedContainer(s)
      try s.line("docker commit -m kept -c 'ENV A=1' -c 'CMD [\"env\"]' \(container) full:v1").succeeded()
      #expect(try s.line("sudo docker export \(container) > ubuntu.tar").succeeded().out == "")
      #expect(try s.line("tar -tf ubuntu.tar").succeeded().lines.contains("gems/json"))
      let id = try s.line("cat ubuntu.tar | sudo docker import - test/ubuntu:v1.0").succeeded().answer
      #expect(id.hasPrefix("sha256:"))
      #expect(try s.line("docker run --rm test/ubuntu:v1.0 cat /gems/json").succeeded().out == "json\n")
      try s.line("docker save full:v1 > full.tar; docker rmi full:v1; docker load < full.tar").succeeded()
      let history = "docker history --format '{{.Comment}}' -q"
      #expect(try s.line("\(history) full:v1").succeeded().lines.count == 2)
      #expect(try s.line("docker history -q test/ubuntu:v1.0").succeeded().lines.count == 1)
      #expect(try s.line("docker inspect -f '{{.Config.Env}}' full:v1").succeeded().out.contains("A=1"))
      #expect(try s.line("docker inspect -f '{{.Config.Env}}' test/ubuntu:v1.0").succeeded().out == "[]\n")
      // A terminal is no place for a tar.
      let session = try s.terminal("docker export \(container)")
      try session.waitFor("cowardly refusing to export to a terminal")
      #expect(try session.wait().status == 1)
    }
  }

  @Test func row32_33_importFromAnAddressAndADirectory() async throws {
    try await Seeds.with { (s) async throws in
      let tar = Host.testRoot + "/busybox.tar"
      try s.f.shell("mkdir www tree; gzip -c1 \(tar) > www/exampleimage.tgz; tar -C tree -xf \(tar)")
        .succeeded()
      try s.f.write(
        """
        import functools, http.server, sys
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="www")
        server = http.server.HTTPServer(("127.0.0.1", 80), handler)
        open("port", "w").close()
        server.serve_forever()
        """, to: "server.py")
      // A network of its own, in which the seed's host name is this machine's.
      try s.f.write(
        """
        ip link set lo up
        cp /etc/hosts hosts && echo 127.0.0.1 example.com >> hosts && mount --bind hosts /etc/hosts
        python3 server.py 2>log & server=$!
        until [ -e port ]; do kill -0 $server || exit 9; sleep 0.05; done
        sudo docker import http://example.com/exampleimage.tgz example/imagerepo; echo $?
        sudo docker import http://example.com/nothing.tgz example/nothing; echo $?
        kill $server
        """, to: "fetch.sh")
      let fetched = try s.line("unshare -n -m bash fetch.sh").succeeded()
      let lines = fetched.lines
      #expect(lines.count == 3 && lines[0].hasPrefix("sha256:"), "\(fetched)")
      #expect(Array(lines.dropFirst()) == ["0", "1"], "\(fetched)")
      #expect(fetched.err.contains("404") && fetched.err.contains("nothing.tgz"), "\(fetched)")
      #expect(try s.line("docker run --rm example/imagerepo echo fetched").succeeded().out == "fetched\n")
      #expect(
        try s.line("docker history --no-trunc --format '{{.Comment}}' example/imagerepo").answer
          == "Imported from http://example.com/exampleimage.tgz")
      try s.line("sudo docker import tree example/tree").succeeded()
      #expect(try s.line("docker run --rm example/tree echo tree").succeeded().out == "tree\n")
    }
  }

  @Test func row36_anImageHasUpTo127Layers() async throws {
    try await Seeds.with { (s) async throws in
      // An archive as docker writes it: the base's layer and 126 that hold one file each.
      try s.line("docker save ubuntu:14.04 -o base.tar; mkdir base; tar -C base -xf base.tar").succeeded()
      try s.f.write(
        """
        import hashlib, io, json, sys, tarfile
        base = json.load(open("base/manifest.json"))[0]
        config = json.load(open("base/" + base["Config"]))
        layers = [(base["Layers"][0], open("base/" + base["Layers"][0], "rb").read())]
        for number in range(1, int(sys.argv[1])):
          text = io.BytesIO()
          with tarfile.open(fileobj=text, mode="w") as tar:
            entry = tarfile.TarInfo("layer%d" % number)
            tar.addfile(entry)
          layers.append(("layer%d.tar" % number, text.getvalue()))
          config["rootfs"]["diff_ids"].append("sha256:" + hashlib.sha256(text.getvalue()).hexdigest())
        config.pop("history", None)
        files = layers + [("config.json", json.dumps(config).encode())]
        manifest = [{"Config": "config.json", "RepoTags": ["deep:" + sys.argv[1]], "Layers": [n for n, _ in layers]}]
        files.append(("manifest.json", json.dumps(manifest).encode()))
        with tarfile.open("deep.tar", "w") as tar:
          for name, text in files:
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
        """, to: "deep.py")
      #expect(
        try s.line("python3 deep.py 127 && docker load < deep.tar").succeeded().out
          == "Loaded image: deep:127\n")
      #expect(try s.line("docker run --rm deep:127 sh -c 'ls -d /layer* | wc -l'").succeeded().out == "126\n")
      // It is read-only: what is written is the container's.
      try s.line("docker run --name one deep:127 rm /layer126").succeeded()
      #expect(try s.line("docker run --rm deep:127 ls /layer126").succeeded().out == "/layer126\n")
      let more = try s.line("docker commit one deep:more")
      #expect(more.status == 1 && more.err.contains("127 layers"), "\(more)")
      let loaded = try s.line("python3 deep.py 128 && docker load < deep.tar")
      #expect(loaded.status == 1 && loaded.err.contains("127"), "\(loaded)")
    }
  }

  @Test func row44_45_theImagesVolumesAndNoHostPaths() async throws {
    try await Seeds.with { (s) async throws in
      let tar = Host.testRoot + "/busybox.tar"
      try s.line("docker import --change 'VOLUME [\"/data\", \"/logs\"]' \(tar) volumes").succeeded()
      try s.line("docker run --name one volumes true; docker run --name two volumes true").succeeded()
      let of = "docker inspect -f '{{range .Mounts}}{{.Name}} {{end}}'"
      let (one, two) = (try s.line("\(of) one").succeeded().out, try s.line("\(of) two").succeeded().out)
      let names = (one + two).split { " \n".contains($0) }
      #expect(Set(names).count == 4 && names.allSatisfy { $0.utf8.count == 64 }, "\(names)")
      // A path of the host is a path like others there: nothing of the host is bound.
      try s.line("docker import --change 'VOLUME /srv:/data' \(tar) hosts").succeeded()
      #expect(
        try s.line(
          "docker create --name three hosts true; docker inspect -f '{{json .HostConfig.Binds}}' three"
        ).lines
          .last == "null")
    }
  }

  @Test func row55_theStepsOfARun() async throws {
    try await Seeds.with { (s) async throws in
      // The image is looked for first, and nothing comes to be where there is none.
      let missing = try s.line("docker run nosuch true")
      #expect(missing.status == 125 && missing.err.contains("Unable to find image 'nosuch:latest' locally"))
      #expect(try s.line("docker ps -a -q").lines == [])
      let session = try s.terminal("sudo docker run -t -i --name steps ubuntu:14.04 /bin/sh")
      try session.waitFor("# ")
      // A writable layer upon the image's, the program as process 1.
      try session.type("touch /written && test -e /proc/1/exe && echo pid-$$\r")
      try session.waitFor("pid-1\r\n")
      try session.type("exit\r")
      #expect(try session.wait().status == 0)
      #expect(try s.line("docker diff steps").succeeded().lines.contains("A /written"))
      #expect(try s.line("docker run --rm ubuntu:14.04 ls /written").status == 1)
      let told = try s.line(
        "docker events --since 0 --until 0s --filter container=steps --format '{{.Action}}'"
      )
      .succeeded().lines.filter { $0 != "resize" }
      #expect(told == ["create", "attach", "start", "die"], "\(told)")
      #expect(try s.line("docker ps -a --format '{{.Status}}'").answer.hasPrefix("Exited (0) "))
    }
  }
}
