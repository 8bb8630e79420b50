import Testing

@testable import Images

@Suite("Overlay options")
struct OverlayTests {
  private func overlay(_ lower: [String]) -> Overlay {
    Overlay(lower: lower, upper: "/u", work: "/w", target: "/t")
  }

  @Test func plainPathsAreNamedAsTheyAre() {
    #expect(
      overlay(["/b", "/a"]).plainOptions
        == "lowerdir=/b:/a,upperdir=/u,workdir=/w,redirect_dir=off,metacopy=off")
  }

  @Test func aVolatileOneSaysSo() {
    let overlay = Overlay(lower: ["/a"], upper: "/u", work: "/w", target: "/t", isVolatile: true)
    #expect(
      overlay.plainOptions == "lowerdir=/a,upperdir=/u,workdir=/w,redirect_dir=off,metacopy=off,volatile")
  }

  @Test(arguments: ["/a:b", "/a,b", "/a\\b", "/a\"b"])
  func pathsThatMeanSomethingAreNot(_ path: String) {
    #expect(overlay([path]).plainOptions == nil)
  }

  @Test func optionsFitOnePage() {
    let deep = "/" + String(repeating: "x", count: 70)
    #expect(overlay((0..<50).map { "\(deep)\($0)" }).plainOptions != nil)
    #expect(overlay((0..<127).map { "\(deep)\($0)" }).plainOptions == nil)
  }
}
