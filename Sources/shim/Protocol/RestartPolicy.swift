/// When a container is started again after its end: docker's `--restart`.
package enum RestartPolicy: Sendable, Hashable {
  /// Never.
  case no
  /// Whatever its status was.
  case always
  /// Likewise; the boot unit starts it only when the user had not stopped it.
  case unlessStopped
  /// After a status other than 0, at most `maximum` times; 0 is without limit.
  case onFailure(maximum: Int)

  /// Reads `no`, `always`, `unless-stopped`, `on-failure` or `on-failure:N`.
  /// - Throws: `RestartPolicyError`, in docker's words (docker/cli, opts/parse.go; moby, runconfig).
  package init(_ text: String) throws(RestartPolicyError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let (name, limit) = (parts[0], parts.count == 2 ? parts[1] : "")
    if parts.count == 2, name.isEmpty {
      throw RestartPolicyError("invalid restart policy format: no policy provided before colon")
    }
    let maximum = limit.isEmpty ? 0 : Int(limit)
    guard let maximum else {
      throw RestartPolicyError("invalid restart policy format: maximum retry count must be an integer")
    }
    if name == "on-failure" {
      guard maximum >= 0 else {
        throw RestartPolicyError("invalid restart policy: maximum retry count cannot be negative")
      }
      self = .onFailure(maximum: maximum)
      return
    }
    guard let policy = [.no, .always, .unlessStopped].first(where: { $0.name == name }) as RestartPolicy?
    else {
      throw RestartPolicyError(
        "invalid restart policy: unknown policy '\(name)'; use one of 'no', 'always', 'on-failure', or "
          + "'unless-stopped'")
    }
    guard maximum == 0 else {
      throw RestartPolicyError(
        "invalid restart policy: maximum retry count can only be used with 'on-failure'"
          + (maximum < 0 ? " and cannot be negative" : ""))
    }
    self = policy
  }

  /// docker's name without the limit.
  package var name: String {
    switch self {
    case .no: "no"
    case .always: "always"
    case .unlessStopped: "unless-stopped"
    case .onFailure: "on-failure"
    }
  }

  /// docker's MaximumRetryCount; 0 is without limit.
  package var maximumRetryCount: Int {
    if case .onFailure(let maximum) = self { maximum } else { 0 }
  }

  /// Whether a run that ended is followed by another.
  /// - Parameters:
  ///   - exitCode: nil when it cannot be known, which is no success.
  ///   - count: how many restarts there were before.
  package func restarts(afterExitCode exitCode: Int32?, count: Int) -> Bool {
    switch self {
    case .no: false
    case .always, .unlessStopped: true
    case .onFailure(let maximum): exitCode != 0 && (maximum == 0 || count < maximum)
    }
  }

  /// Whether a restart that failed is tried again: a limited number of tries is not spent on what cannot even begin.
  package var retriesFailedStarts: Bool {
    switch self {
    case .always, .unlessStopped: true
    case .no, .onFailure: false
    }
  }
}

extension RestartPolicy: CustomStringConvertible {
  /// As it is read.
  package var description: String {
    maximumRetryCount == 0 ? name : "\(name):\(maximumRetryCount)"
  }
}

/// A restart policy that is none; one line.
package struct RestartPolicyError: Error, Equatable, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}
