import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

/// features.md A.9, by the seeds' own command lines: a database that exposes 5432, and web applications linked to it.
@Suite("Seeds, A.9: links", .serialized, .requiresRoot)
struct LinkRows {
  /// `training/postgres` answers on 5432, `training/webapp` has a `python` that sleeps until it is told to go.
  private static func with(
    _ test: String = #function, _ body: (Seeds) async throws -> Void
  ) async throws {
    try await Fixture.withNetworks(test) { f, _ in
      let seeds = try Seeds(f)
      let loop = "trap 'exit 0' TERM; while :; do sleep 0.05; done"
      let answer = "nc -ll -p 5432 -e echo postgres & \(loop)"
      try f.write("#!/bin/sh\n\(loop)\n", to: "python", mode: 0o755)
      try seeds.line(
        """
        set -e; tar=\(Host.testRoot)/busybox.tar
        docker import -c 'EXPOSE 5432' -c 'ENV PG_VERSION=9.3' -c "CMD \(answer)" $tar training/postgres
        docker create --name made busybox true; docker cp \(f.path("python")) made:/bin/python
        docker commit -c 'EXPOSE 5000' -c 'ENV APP=web' made training/webapp; docker rm made
        """
      ).succeeded()
      try await body(seeds)
    }
  }

  private static let database = "docker run -d --network bridge --name db training/postgres"
  private static let web =
    "docker run -d -P --network bridge --name web --link db:db training/webapp python app.py"

  /// What a program in a container finds in its environment about an alias.
  private static func variables(_ s: Seeds, _ prefix: String, _ options: String) throws -> [String] {
    try s.line("docker run --rm --network bridge \(options) training/webapp env").succeeded().lines
      .filter { $0.hasPrefix(prefix) }
  }

  private static func address(_ s: Seeds, _ name: String = "db") throws -> String {
    try s.f.inspect(".NetworkSettings.Networks.bridge.IPAddress", of: name)
  }

  private static func hosts(_ s: Seeds, _ name: String = "web") throws -> [String] {
    try s.line("docker exec \(name) cat /etc/hosts").succeeded().lines
  }

  @Test func row136_theSourceIsPingedByItsName() async throws {
    try await Self.with { (s) async throws in
      try s.line(Self.database).succeeded()
      let address = try Self.address(s)
      let session = try s.terminal(
        "docker run -t -i --rm --network bridge --link db:db training/webapp /bin/sh")
      try session.waitFor("# ")
      try session.type("ping -c 3 db\r")
      try session.waitFor("3 packets transmitted, 3 packets received")
      let shown = session.text
      #expect(shown.contains("PING db (\(address)): 56 data bytes"), "\(shown)")
      for number in 0..<3 {
        #expect(shown.contains("64 bytes from \(address): seq=\(number) ttl=64 "), "\(shown)")
      }
      try session.type("exit\r")
      #expect(try session.wait().status == 0)
      // By each of its names.
      let id = try s.line("docker inspect -f '{{.Id}}' db").succeeded().answer.prefix(12)
      try s.line(
        "docker run --rm --network bridge --link db:webdb training/webapp sh -c "
          + "'for name in webdb \(id) db; do ping -c 1 -W 5 $name || exit; done'"
      ).succeeded()
    }
  }

  @Test func row138_139_140_aSourceIsNamedByNameOrIDAndHasAnAlias() async throws {
    try await Self.with { (s) async throws in
      let id = try s.line(Self.database).succeeded().answer
      for (value, alias) in [
        ("db:webdb", "webdb"), ("\(id):x", "x"), ("\(id.prefix(12)):y", "y"), ("db", "db"), ("/db:z", "z"),
      ] {
        try s.line(
          "docker run -d -P --network bridge --name web --link \(value) training/webapp python app.py"
        ).succeeded()
        let links = try s.line(#"docker inspect -f "{{ .HostConfig.Links }}" web"#).succeeded().answer
        #expect(links == "[/db:/web/\(alias)]")
        try s.line("docker rm -f web").succeeded()
      }
    }
  }

  @Test func row141_aSourceNeedsNoPublishedPort() async throws {
    try await Self.with { (s) async throws in
      try s.line(Self.database).succeeded()
      try s.line(Self.web).succeeded()
      try eventually("the database answers") {
        try s.line("docker exec web nc -w 2 db 5432 </dev/null").out == "postgres\n"
      }
      #expect(try s.f.inspect("json .NetworkSettings.Ports", of: "db").contains("HostPort") == false)
    }
  }

  @Test func row142_143_144_145_146_theVariablesOfALink() async throws {
    try await Self.with { (s) async throws in
      try s.line("echo FILE=f >vars").succeeded()
      try s.line(
        "docker run -d --network bridge --name db -e PASS=secret --env-file vars training/postgres"
      ).succeeded()
      let address = try Self.address(s)
      #expect(
        try Self.variables(s, "WEBDB_", "--name web --link db:webdb") == [
          "WEBDB_PORT=tcp://\(address):5432", "WEBDB_PORT_5432_TCP=tcp://\(address):5432",
          "WEBDB_PORT_5432_TCP_ADDR=\(address)", "WEBDB_PORT_5432_TCP_PORT=5432",
          "WEBDB_PORT_5432_TCP_PROTO=tcp", "WEBDB_NAME=/web/webdb", "WEBDB_ENV_FILE=f",
          "WEBDB_ENV_PASS=secret", "WEBDB_ENV_PG_VERSION=9.3",
        ])
      // Four ports, of which the lowest of TCP is the first, and three that follow each other.
      try s.line(
        "docker run -d --network bridge --name four --expose 22/udp --expose 8080-8081 training/postgres"
      ).succeeded()
      let four = try Self.variables(s, "F_PORT", "--link four:f")
      #expect(four.count { $0.contains("_ADDR=") } == 4)
      #expect(four.count { $0.contains("_PROTO=") } == 4)
      #expect(four.first == "F_PORT=tcp://\(try Self.address(s, "four")):5432")
      #expect(four.contains("F_PORT_8080_TCP_PORT_END=8081"))
    }
  }

  @Test func row147_whatLeaksCanBeLeftOut() async throws {
    try await Self.with { (s) async throws in
      try s.line("docker run -d --network bridge --name db -e PASS=secret training/postgres").succeeded()
      #expect(try Self.variables(s, "DB_ENV_PASS", "--link db") == ["DB_ENV_PASS=secret"])
      #expect(try Self.variables(s, "DB_ENV_", "--link db --link-env ports") == [])
      #expect(try Self.variables(s, "DB_PORT=", "--link db --link-env ports").count == 1)
      #expect(try Self.variables(s, "DB_", "--link db --link-env none") == [])
      // What was chosen when it was made holds at each start.
      try s.line("APUS_LINK_ENV=ports \(Self.web)").succeeded()
      try s.line("docker restart web").succeeded()
      let told = try s.line("docker exec web env").succeeded().lines
      #expect(told.contains("DB_NAME=/web/db") && !told.contains { $0.hasPrefix("DB_ENV_") })
      #expect(
        try s.line("APUS_LINK_ENV=some docker create --link db busybox").complaint
          .contains("APUS_LINK_ENV"))
    }
  }

  @Test func row148_149_theAliasInCapitalsAndTheRightPort() async throws {
    try await Self.with { (s) async throws in
      try s.line(Self.database).succeeded()
      let address = try Self.address(s)
      let lines = try Self.variables(s, "DB", "--name web2 --link db:db --link db:db1 --link db:my-db")
      #expect(lines.contains("DB_NAME=/web2/db") && lines.contains("DB1_NAME=/web2/db1"))
      #expect(lines.contains("DB_PORT_5432_TCP=tcp://\(address):5432"))
      #expect(
        try Self.variables(s, "MY_DB_NAME", "--name web2 --link db:my-db") == ["MY_DB_NAME=/web2/my-db"])
      // What the user says of a variable counts.
      #expect(
        try Self.variables(s, "DB_P", "--link db -e DB_PORT=mine -e DB_PORT_5432_TCP").prefix(1)
          == ["DB_PORT=mine"])
      // It is nobody's but the process's.
      try s.line(Self.web).succeeded()
      #expect(try s.f.inspect("json .Config.Env", of: "web").contains("DB_") == false)
    }
  }

  @Test func row150_151_theHostsFileHasAliasHostnameAndName() async throws {
    try await Self.with { (s) async throws in
      let id = try s.line(Self.database).succeeded().answer
      let address = try Self.address(s)
      let session = try s.terminal(
        "docker run -t -i --rm --network bridge --link db:webdb training/webapp /bin/sh")
      try session.waitFor("# ")
      try session.type("tr '\\t' ' ' </etc/hosts\r")
      try session.waitFor("\(address) webdb \(id.prefix(12)) db")
      try session.type("exit\r")
      #expect(try session.wait().status == 0)
      let same = try s.line("docker run --rm --network bridge --link db:db training/webapp cat /etc/hosts")
      #expect(same.lines.contains("\(address)\tdb \(id.prefix(12))"), "\(same)")
      #expect(same.lines.contains { $0.hasPrefix("172.17.0.") && $0.split(separator: "\t").count == 2 })
    }
  }

  @Test func row152_153_hostsFilesFollowTheSourceAndVariablesDoNot() async throws {
    try await Self.with { (s) async throws in
      let id = try s.line(Self.database).succeeded().answer
      try s.line(Self.web).succeeded()
      let old = try Self.address(s)
      #expect(try Self.hosts(s).contains("\(old)\tdb \(id.prefix(12))"))
      #expect(try s.line("docker restart db").succeeded().out == "db\n")
      #expect(try Self.hosts(s).contains("\(try Self.address(s))\tdb \(id.prefix(12))"))
      // Its address is somebody else's when it comes back.
      try s.line("docker stop db").succeeded()
      #expect(try !Self.hosts(s).contains { $0.contains("\tdb ") })
      try s.line("docker run -d --network bridge --ip \(old) --name other training/webapp python app.py")
        .succeeded()
      try s.line("docker start db").succeeded()
      let new = try Self.address(s)
      #expect(new != old)
      #expect(try Self.hosts(s).filter { $0.contains("\tdb ") } == ["\(new)\tdb \(id.prefix(12))"])
      try eventually("the database answers by its name") {
        try s.line("docker exec web nc -w 2 db 5432 </dev/null").out == "postgres\n"
      }
      let first = try s.line("docker exec web cat /proc/1/environ | tr '\\0' '\\n'").succeeded().lines
      #expect(first.contains("DB_PORT_5432_TCP_ADDR=\(old)"))
      // A container that is linked now is told both.
      #expect(
        try Self.variables(s, "DB_PORT_5432_TCP_ADDR", "--link db:db") == ["DB_PORT_5432_TCP_ADDR=\(new)"])
      // And so is one that was, when it starts.
      try s.line("docker restart web").succeeded()
      let then = try s.line("docker exec web cat /proc/1/environ | tr '\\0' '\\n'").succeeded().lines
      #expect(then.contains("DB_PORT_5432_TCP_ADDR=\(new)"))
    }
  }

  @Test func row154_theFirstProcessHasTheVariables() async throws {
    try await Self.with { (s) async throws in
      try s.line(Self.database).succeeded()
      try s.line(Self.web).succeeded()
      let first = try s.line("docker exec web cat /proc/1/environ | tr '\\0' '\\n'").succeeded().lines
      #expect(first.contains("DB_NAME=/web/db"))
      // A daemon that scrubs them, as sshd does, leaves none.
      #expect(try !s.line("docker exec web env -i /bin/env").out.contains("DB_"))
    }
  }

  @Test func row155_manyToOneAndOneToMany() async throws {
    try await Self.with { (s) async throws in
      try s.line(Self.database).succeeded()
      try s.line("docker run -d --network bridge --name cache --expose 6379 training/webapp python app.py")
        .succeeded()
      for name in ["web1", "web2", "web3"] {
        try s.line(
          "docker run -d --network bridge --name \(name) --link db:db --link cache training/webapp python app.py"
        ).succeeded()
      }
      for name in ["web1", "web2", "web3"] {
        let hosts = try Self.hosts(s, name)
        #expect(hosts.contains { $0.contains("\tdb ") } && hosts.contains { $0.contains("\tcache ") })
        let told = try s.line("docker exec \(name) env").succeeded().lines
        #expect(told.contains("DB_NAME=/\(name)/db") && told.contains("CACHE_NAME=/\(name)/cache"))
      }
      let names = try s.line("docker ps --no-trunc --format '{{.Names}}'").succeeded().lines
      #expect(
        names == [
          "web3", "web2", "web1", "cache,web1/cache,web2/cache,web3/cache", "db,web1/db,web2/db,web3/db",
        ])
    }
  }

  @Test func row156_theRecipientIsTheParentAndTheSourceTheChild() async throws {
    try await Self.with { (s) async throws in
      let id = try s.line(Self.database).succeeded().answer
      try s.line(Self.web).succeeded()
      let table = try s.line("docker ps --no-trunc").succeeded().lines
      #expect(table.contains { $0.hasSuffix(" db,web/db") } && table.contains { $0.hasSuffix(" web") })
      #expect(try s.line("docker ps").succeeded().lines.contains { $0.hasSuffix(" db") })
      #expect(try s.line(#"docker inspect -f "{{ .HostConfig.Links }}" db"#).succeeded().answer == "[]")
      #expect(try s.f.inspect(".Id", of: "/web/db") == id)
      #expect(try s.f.inspect(".Name", of: "web/db") == "/db")
      #expect(try s.line("docker logs web/db").succeeded().out == "")
      // Each by its name of now.
      try s.line("docker rename web site; docker rename db store").succeeded()
      #expect(
        try s.line(#"docker inspect -f "{{ .HostConfig.Links }}" site"#).succeeded().answer
          == "[/store:/site/db]")
      #expect(try Self.hosts(s, "site").contains { $0.hasSuffix("\tdb \(id.prefix(12)) store") })
      try s.line("docker restart site").succeeded()
      #expect(try s.line("docker exec site env").succeeded().lines.contains("DB_NAME=/site/db"))
    }
  }

  @Test func row157_aSourceThatDoesNotRun() async throws {
    try await Self.with { (s) async throws in
      try s.line("docker create --network bridge --name db training/postgres").succeeded()
      let words = "Cannot link to a non running container: /db AS /web/db"
      try s.line(Self.web).expectFailure(125, words)
      #expect(try s.line("docker ps -a --format '{{.Names}}'").succeeded().out == "db\n")
      #expect(try s.f.mounts() == [])
      try s.line("docker start db").succeeded()
      try s.line(Self.web).succeeded()
      try s.line("docker stop web db").succeeded()
      try s.line("docker start web").expectFailure(1, words)
      #expect(try s.f.inspect(".State.Status", of: "web") == "exited")
      #expect(try s.f.mounts() == [])
      try s.line("docker start db web").succeeded()
    }
  }

  @Test func row158_rmLinkRemovesTheLinkOnly() async throws {
    try await Self.with { (s) async throws in
      let id = try s.line(Self.database).succeeded().answer
      for name in ["web/db", "/web/db"] {
        try s.line(Self.web).succeeded()
        #expect(try Self.hosts(s).contains { $0.hasSuffix("\tdb \(id.prefix(12))") })
        #expect(try s.line("docker rm --link \(name)").succeeded().out == "\(name)\n")
        #expect(try !Self.hosts(s).contains { $0.contains("\tdb ") })
        #expect(try s.line(#"docker inspect -f "{{ .HostConfig.Links }}" web"#).succeeded().answer == "[]")
        #expect(try s.line("docker ps --no-trunc --format '{{.Names}}'").succeeded().lines == ["web", "db"])
        try s.line("docker rm -l \(name)").expectFailure(1, "No such container: ")
        try s.line("docker rm -f web").succeeded()
      }
      try s.line("docker rm -l db")
        .expectFailure(1, "Conflict, cannot remove the default link name of the container")
      try s.line("docker rm -l -v web/db").expectFailure(125, "--link removes no container")
      try s.line("docker inspect db").succeeded()
    }
  }
}
