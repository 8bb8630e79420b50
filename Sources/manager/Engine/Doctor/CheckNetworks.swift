internal import JSONDocument
internal import NetworkProtocol
internal import Store

extension CheckHost {
  /// What networks need, and what keeps packets from them.
  func networks() -> [HostFinding] {
    do throws(EngineError) {
      let rows = try ContainerEngine(existing: paths, programs: programs).map {
        (engine) throws(EngineError) in
        try attempt { () throws(StoreError) in try engine.store.networks() }
      }
      let bridged = (rows ?? []).filter { $0.driver == "bridge" }
      // Of the first network's, whoever asks before he has one.
      let bridges = bridged.isEmpty ? ["apus0"] : bridged.map(\.bridge)
      let answer = try programs.callNetwork("inspect", InspectRequest(bridges: bridges).document)
      let host: HostNetworks
      do throws(DocumentError) {
        host = try JSON.read(HostNetworks.self, from: answer, file: "apus-network")
      } catch { throw EngineError(.failed, error.description) }
      return [HostFinding("networks", .ok, try programs.network())] + HostFinding.firewalls(host.closed)
        + [
          .bridgedPackets(passRules: host.bridgedPacketsPassRules, isApart: bridged.contains { !$0.isOpen })
        ]
    } catch {
      return [
        HostFinding(
          "networks", .warn, error.message,
          advice: "install apus-network beside apus, and libmnl (apt-get install libmnl0); run as root")
      ]
    }
  }
}

extension HostFinding {
  /// Others' chains that drop what networks send on, each with the command that lets it pass.
  static func firewalls(_ chains: [ClosedChain]) -> [HostFinding] {
    let closed = chains.filter { !$0.unnamed.isEmpty }
    guard !closed.isEmpty else {
      return [HostFinding("firewall", .ok, "nothing of others' keeps packets from networks")]
    }
    return closed.map { chain in
      let name = "\(chain.family) \(chain.table) \(chain.chain)"
      let whose = chain.owner == .somebody ? "" : " (\(chain.owner.rawValue))"
      return HostFinding(
        "firewall", .warn,
        "chain \(name)\(whose) drops what \(chain.unnamed.joined(separator: ", ")) and the world send each other",
        advice: chain.unnamed.map { chain.remedy($0) }.joined(separator: "; "))
    }
  }

  /// - Parameters:
  ///   - passRules: nil without br_netfilter.
  ///   - isApart: whether some network keeps its containers apart.
  static func bridgedPackets(passRules: Bool?, isApart: Bool) -> HostFinding {
    let subject = "br_netfilter"
    guard passRules == true else { return HostFinding(subject, .ok, passRules == nil ? "not loaded" : "off") }
    return isApart
      ? HostFinding(
        subject, .warn,
        "on: where containers are kept apart (icc=false) they do not reach each other's published ports either",
        advice: "sysctl -w net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0")
      : HostFinding(subject, .ok, "on, which does no harm here")
  }
}

extension ClosedChain {
  /// What lets a bridge's packets pass.
  fileprivate func remedy(_ bridge: String) -> String {
    let iptables = family == "ip6" ? "ip6tables" : "iptables"
    return switch owner {
    case .ufw: "ufw route allow in on \(bridge) && ufw route allow out on \(bridge)"
    case .firewalld:
      "firewall-cmd --permanent --zone=trusted --add-interface=\(bridge) && firewall-cmd --reload"
    case .docker:
      "\(iptables) -I DOCKER-USER -i \(bridge) -j ACCEPT && \(iptables) -I DOCKER-USER -o \(bridge) -j ACCEPT"
    case .somebody:
      "nft insert rule \(family) \(table) \(chain) iifname \(bridge) accept && "
        + "nft insert rule \(family) \(table) \(chain) oifname \(bridge) accept"
    }
  }
}
