import JSONDocument
import LinuxSystem
import ManagerSupport
import TestSupport
import Testing

/// The journald driver, with a journal of the test's own: systemd-journald in a mount namespace where /run is new, so
/// that neither it nor the containers know of the machine's.
@Suite(
  "journald", .serialized, .requiresRoot, .requires(program: "journalctl"),
  .requires(program: "/lib/systemd/systemd-journald"))
struct JournalTests {
  /// Runs a script where the journal is; it gets `follow`, which runs a command and ends when that does.
  private func withJournal(_ f: Fixture, _ script: String) throws -> Outcome {
    let file = try f.write(
      """
      set -e
      mount -t tmpfs none /run
      mkdir -p /run/systemd/journal /run/systemd/journald.conf.d /run/log/journal
      printf '[Journal]\\nStorage=volatile\\nReadKMsg=no\\nAudit=no\\nForwardToSyslog=no\\nForwardToWall=no\\nRateLimitIntervalSec=0\\n' \
        > /run/systemd/journald.conf.d/test.conf
      /lib/systemd/systemd-journald >/dev/null 2>&1 &
      journal=$!
      trap 'kill $journal; wait $journal || true' EXIT
      until [ -S /run/systemd/journal/socket ]; do sleep 0.01; done
      \(script)
      """, to: "journal.sh")
    return try f.run("unshare", ["-m", "--propagation", "private", "sh", file], within: .seconds(60))
  }

  @Test func entriesHaveDockersFieldsAndComeBack() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let outcome = try withJournal(
        f,
        """
        apus run --name web -l tier=front --log-driver journald --log-opt labels=tier --log-opt 'tag=t-{{.Name}}' \
          busybox sh -c 'echo out; echo; echo err >&2; printf rest' >/dev/null 2>&1
        apus logs web 2>/dev/null
        echo ==
        apus logs web 2>&1 >/dev/null
        echo ==
        apus logs -n 1 --details web
        echo
        echo ==
        apus inspect -f '{{.Id}}' web
        echo ==
        journalctl -o json CONTAINER_NAME=web MESSAGE=err
        """
      ).succeeded()
      let parts = outcome.out.split(separator: "==\n", omittingEmptySubsequences: false).map(String.init)
      try #require(parts.count == 5, "\(outcome)")
      #expect(parts[0] == "out\n\nrest")
      #expect(parts[1] == "err\n")
      #expect(parts[2] == "TIER=front rest\n")
      let id = String(parts[3].prefix(64))
      let entry = try JSON.parse(Array(parts[4].utf8), file: "journal")
      let expected = [
        "CONTAINER_ID": String(id.prefix(12)), "CONTAINER_ID_FULL": id, "CONTAINER_NAME": "web",
        "CONTAINER_TAG": "t-web", "SYSLOG_IDENTIFIER": "t-web", "IMAGE_NAME": "busybox", "TIER": "front",
        "PRIORITY": "3", "MESSAGE": "err",
      ]
      for (name, value) in expected { #expect(entry[name]?.string == value, "\(name)") }
    }
  }

  @Test func followingEndsWithTheContainerAndLosesNothing() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let outcome = try withJournal(
        f,
        """
        apus run -d --name web --log-driver journald busybox sh -c \
          'mkfifo /gate; echo one; read x < /gate; seq 1 5000; printf last' >/dev/null 2>&1
        apus logs -f web > following &
        following=$!
        until grep -q one following; do sleep 0.01; done
        apus exec web sh -c 'echo > /gate'
        wait $following
        cat following
        """
      ).succeeded()
      #expect(outcome.out == "one\n" + (1...5000).map { "\($0)\n" }.joined() + "last")
      try f.waitForCleanUp()
    }
  }

  @Test func whatNoDatagramHoldsGoesAsAFile() async throws {
    try await Fixture.withBusybox { (f) async throws in
      // Two labels, since one argument holds no more than 128 KiB.
      let outcome = try withJournal(
        f,
        """
        big=$(head -c 120000 /dev/zero | tr '\\0' x)
        apus run --name web -l a=$big -l b=$big --log-driver journald --log-opt labels=a,b busybox echo text >/dev/null
        apus logs --details web | wc -c
        """
      ).succeeded()
      // `A=…,B=… text` and the line end.
      #expect(outcome.answer == "\(2 * 120_002 + 1 + 6)")
    }
  }

  @Test func withoutAJournalAContainerDoesNotStart() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let script = """
        mount -t tmpfs none /run
        exec apus run --log-driver journald busybox true
        """
      let outcome = try f.run("unshare", ["-m", "--propagation", "private", "sh", "-c", script])
      outcome.expectFailure(125, "/run/systemd/journal")
      try f.expectNothingLeft()
    }
  }
}
