import LinuxSystem
import ShimProtocol
import Testing

/// docker's restart policies.
struct RestartPolicyTests {
  @Test(
    arguments: [
      ("no", .no), ("always", .always), ("unless-stopped", .unlessStopped),
      ("on-failure", .onFailure(maximum: 0)), ("on-failure:", .onFailure(maximum: 0)),
      ("on-failure:3", .onFailure(maximum: 3)), ("always:0", .always),
    ] as [(String, RestartPolicy)])
  func whatIsReadIsWrittenBack(text: String, policy: RestartPolicy) throws {
    #expect(try RestartPolicy(text) == policy)
    #expect(try RestartPolicy(policy.description) == policy)
  }

  @Test(
    arguments: [
      ("", "unknown policy ''; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"),
      ("sometimes", "invalid restart policy: unknown policy 'sometimes'; use one of"),
      (":1", "invalid restart policy format: no policy provided before colon"),
      ("on-failure:x", "invalid restart policy format: maximum retry count must be an integer"),
      ("on-failure:-1", "invalid restart policy: maximum retry count cannot be negative"),
      ("always:2", "invalid restart policy: maximum retry count can only be used with 'on-failure'"),
      ("no:-2", "can only be used with 'on-failure' and cannot be negative"),
    ])
  func whatIsNoneIsToldInDockersWords(text: String, words: String) {
    let error = #expect(throws: RestartPolicyError.self) { try RestartPolicy(text) }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test(
    arguments: [
      (.no, 1, 0, false), (.always, 0, 9, true), (.unlessStopped, 0, 9, true),
      (.onFailure(maximum: 0), 0, 0, false), (.onFailure(maximum: 0), 1, 99, true),
      (.onFailure(maximum: 0), nil, 0, true), (.onFailure(maximum: 2), 1, 1, true),
      (.onFailure(maximum: 2), 1, 2, false),
    ] as [(RestartPolicy, Int32?, Int, Bool)])
  func itDecides(policy: RestartPolicy, code: Int32?, count: Int, again: Bool) {
    #expect(policy.restarts(afterExitCode: code, count: count) == again)
  }
}
